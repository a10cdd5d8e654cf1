// SPDX-License-Identifier: Apache-2.0
// Single operations in f32 as a PE rounds them, and the functions that templates make of them.
#pragma once

#include <vector>

#include "graph/evaluate.hpp"
#include "lower/wse/machine.hpp"
#include "numerics/float32.hpp"
#include "numerics/math.hpp"

namespace weft::lower::wse {

struct Single {
  numerics::FloatRules rules;

  float add(float a, float b) const { return numerics::add(a, b, rules); }
  float sub(float a, float b) const { return numerics::subtract(a, b, rules); }
  float mul(float a, float b) const { return numerics::multiply(a, b, rules); }
  float div(float a, float b) const { return numerics::divide(a, b, rules); }
  float max(float a, float b) const { return numerics::maximum(a, b, rules); }
  float sqrt(float x) const { return numerics::square_root(x, rules); }
  float exp(float x) const { return numerics::exp(x, rules); }
  float log(float x) const { return numerics::log(x, rules); }
  float tanh(float x) const { return numerics::tanh(x, rules); }
  float sin(float x) const { return numerics::sin(x, rules); }
  float cos(float x) const { return numerics::cos(x, rules); }
  float pow(float x, float y) const { return numerics::pow(x, y, rules); }
  float floor(float x) const { return numerics::floor(x, rules); }
  float ceil(float x) const { return numerics::ceil(x, rules); }
  float sign(float x) const { return numerics::sign(x, rules); }
};

/// x times a gate that goes to 0 for x far below 0; at -infinity the limit.
float gated(const Single& f, float x, float gate);
float sigmoid(const Single& f, float x);
float error_function(const Single& f, float x);
/// In place.
void softmax(const Single& f, bool logarithm, std::vector<float>& row);

/// As values leave a PE: rounded to fp16 where these are the machine's.
graph::Numbers rounded(const std::vector<float>& numbers, const Machine& machine,
                       graph::TensorType type);

}  // namespace weft::lower::wse
