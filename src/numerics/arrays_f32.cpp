// SPDX-License-Identifier: Apache-2.0
// Array operations in fp32.
#include "numerics/array_parts.hpp"
#include "numerics/float32.hpp"
#include "numerics/scale.hpp"

namespace weft::numerics {
namespace {

bool apply_fmacs(const ArrayCall& c) {
  if (apply_fmacs_by_instruction(c)) return true;
  FloatRules rules = c.rules;
  rules.fused_f16 = rules.exact_mixed_product = true;  // of no account here
  const auto run = [&c](const auto& f) {
    for_each_element<float, float, float, float>(c.destination, c.sources, c.count, f);
  };
  if (rules == FloatRules{}) {
    run([](float z, float x, float y) { return multiply_add(x, y, z, FloatRules{}); });
  } else if (rules == unfused_f32_rules) {
    run([](float z, float x, float y) { return multiply_add(x, y, z, unfused_f32_rules); });
  } else {
    for_each_in_order<float, float, float, float>(
        c.destination, c.sources, c.count,
        [rules](float z, float x, float y) { return multiply_add(x, y, z, rules); });
  }
  return true;
}

}  // namespace

bool apply_f32(const ArrayCall& call) {
  using R = FloatRules;
  switch (call.operation) {
    case ArrayOperation::fadds:
      return run_with_rules<float, float, float>(
          call, [](float a, float b, R r) { return add(a, b, r); });
    case ArrayOperation::fsubs:
      return run_with_rules<float, float, float>(
          call, [](float a, float b, R r) { return subtract(a, b, r); });
    case ArrayOperation::fmuls:
      return run_with_rules<float, float, float>(
          call, [](float a, float b, R r) { return multiply(a, b, r); });
    case ArrayOperation::fmaxs:
      return run_with_rules<float, float, float>(
          call, [](float a, float b, R r) { return maximum(a, b, r); });
    case ArrayOperation::fnegs:
      return run_with_rules<float, float>(call, [](float a, R) { return negate(a); });
    case ArrayOperation::fabss:
      return run_with_rules<float, float>(call, [](float a, R) { return absolute(a); });
    case ArrayOperation::fscales:
      return run_with_rules<float, float, std::int16_t>(
          call, [](float a, std::int16_t by, R r) { return scale(a, by, r); });
    case ArrayOperation::fmacs:
      return apply_fmacs(call);
    default:
      return false;
  }
}

}  // namespace weft::numerics
