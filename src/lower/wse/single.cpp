// SPDX-License-Identifier: Apache-2.0
// Functions of elements.csl that the template makes of several operations.
#include "lower/wse/single.hpp"

#include "numerics/float16.hpp"

namespace weft::lower::wse {

float gated(const Single& f, float x, float gate) { return gate == 0.0F ? -0.0F : f.mul(x, gate); }

float sigmoid(const Single& f, float x) {
  if (x < -88.0F) return f.exp(x);
  return f.div(1.0F, f.add(1.0F, f.exp(numerics::negate(x))));
}

// The coefficients are fits of our own: erf(x) / x over x^2 in [0, 1], and exp(x^2) erfc(x) over
// 1 / (1 + x / 2) for x in [1, 4].
float error_function(const Single& f, float x) {
  const float most = numerics::absolute(x);
  const auto polynomial = [&f](float at, std::initializer_list<double> coefficients) {
    float p = static_cast<float>(*coefficients.begin());
    for (const double* one = coefficients.begin() + 1; one != coefficients.end(); ++one) {
      p = f.add(f.mul(p, at), static_cast<float>(*one));
    }
    return p;
  };
  if (most < 1.0F) {
    const float square = f.mul(x, x);
    return f.mul(
        x, polynomial(square, {-9.673582098912448e-06, 0.00011268250818829983,
                               -0.0008484396385028958, 0.005221053492277861, -0.026865437626838684,
                               0.11283782869577408, -0.37612637877464294, 1.128379225730896}));
  }
  float y = 1.0F;
  if (!(most >= 4.0F)) {  // a NaN too
    const float t = f.div(1.0F, f.add(1.0F, f.mul(0.5F, most)));
    const float q =
        polynomial(t, {0.012932946905493736, 0.06853032857179642, -0.38464587926864624,
                       0.47981613874435425, -0.05379343405365944, 0.3289462625980377,
                       0.26410767436027527, 0.2843257784843445, -0.00012040247383993119});
    y = f.sub(1.0F, f.mul(f.exp(numerics::negate(f.mul(most, most))), q));
  }
  return x < 0.0F ? numerics::negate(y) : y;
}

void softmax(const Single& f, bool logarithm, std::vector<float>& row) {
  float most = row[0];
  for (const float x : row) most = x > most ? x : most;
  for (float& x : row) x = f.sub(x, most);
  float sum = 0.0F;
  if (logarithm) {
    for (const float x : row) sum = f.add(sum, f.exp(x));
    const float less = f.log(sum);
    for (float& x : row) x = f.sub(x, less);
    return;
  }
  for (float& x : row) {
    x = f.exp(x);
    sum = f.add(sum, x);
  }
  const float share = f.div(1.0F, sum);
  for (float& x : row) x = f.mul(x, share);
}

graph::Numbers rounded(const std::vector<float>& numbers, const Machine& machine,
                       graph::TensorType type) {
  graph::Numbers out{std::move(type), {}, {}};
  for (const float x : numbers) {
    out.floats.push_back(machine.half ? numerics::float_from_half(numerics::half_from_float(x))
                                      : x);
  }
  return out;
}

}  // namespace weft::lower::wse
