// SPDX-License-Identifier: Apache-2.0
// Array operations in fp16, and those that mix fp16 with fp32.
#include "numerics/array_parts.hpp"
#include "numerics/float16.hpp"
#include "numerics/scale.hpp"

namespace weft::numerics {
namespace {

bool apply_fmach(const ArrayCall& c) {
  FloatRules rules = c.rules;
  rules.fused_f32 = rules.exact_mixed_product = true;  // of no account here
  const auto run = [&c](const auto& f) {
    for_each_element<Half, Half, Half, Half>(c.destination, c.sources, c.count, f);
  };
  if (rules == FloatRules{}) {
    run([](Half z, Half x, Half y) { return multiply_add(x, y, z, FloatRules{}); });
  } else if (rules == unfused_f16_rules) {
    run([](Half z, Half x, Half y) { return multiply_add(x, y, z, unfused_f16_rules); });
  } else {
    for_each_in_order<Half, Half, Half, Half>(
        c.destination, c.sources, c.count,
        [rules](Half z, Half x, Half y) { return multiply_add(x, y, z, rules); });
  }
  return true;
}

bool apply_fmachs(const ArrayCall& c) {
  const auto f = [](float z, Half x, Half y, FloatRules r) {
    return mixed_multiply_add(x, y, z, r);
  };
  if (c.rules.exact_mixed_product) return run_with_rules<float, float, Half, Half>(c, f);
  for_each_in_order<float, float, Half, Half>(
      c.destination, c.sources, c.count,
      [&](float z, Half x, Half y) { return f(z, x, y, c.rules); });
  return true;
}

}  // namespace

bool apply_f16(const ArrayCall& call) {
  using R = FloatRules;
  switch (call.operation) {
    case ArrayOperation::faddh:
      return run_with_rules<Half, Half, Half>(call,
                                              [](Half a, Half b, R r) { return add(a, b, r); });
    case ArrayOperation::fsubh:
      return run_with_rules<Half, Half, Half>(
          call, [](Half a, Half b, R r) { return subtract(a, b, r); });
    case ArrayOperation::fmulh:
      return run_with_rules<Half, Half, Half>(
          call, [](Half a, Half b, R r) { return multiply(a, b, r); });
    case ArrayOperation::fmaxh:
      return run_with_rules<Half, Half, Half>(call,
                                              [](Half a, Half b, R r) { return maximum(a, b, r); });
    case ArrayOperation::fnegh:
      return run_with_rules<Half, Half>(call, [](Half a, R) { return negate(a); });
    case ArrayOperation::fabsh:
      return run_with_rules<Half, Half>(call, [](Half a, R) { return absolute(a); });
    case ArrayOperation::fscaleh:
      return run_with_rules<Half, Half, std::int16_t>(
          call, [](Half a, std::int16_t by, R r) { return scale(a, by, r); });
    case ArrayOperation::faddhs:
      return run_with_rules<float, Half, float>(
          call, [](Half a, float b, R r) { return mixed_add(a, b, r); });
    case ArrayOperation::fmach:
      return apply_fmach(call);
    case ArrayOperation::fmachs:
      return apply_fmachs(call);
    default:
      return false;
  }
}

}  // namespace weft::numerics
