// SPDX-License-Identifier: Apache-2.0
// Array operations from one number format to another.
#include "numerics/array_parts.hpp"
#include "numerics/float16.hpp"
#include "numerics/integers.hpp"

namespace weft::numerics {

bool apply_conversions(const ArrayCall& call) {
  using R = FloatRules;
  using Integer = std::int16_t;
  switch (call.operation) {
    case ArrayOperation::fh2s:
      return run_with_rules<float, Half>(call, [](Half a, R r) { return widen(a, r); });
    case ArrayOperation::fs2h:
      return run_with_rules<Half, float>(call, [](float a, R r) { return narrow(a, r); });
    case ArrayOperation::fh2xp16:
      return run_with_rules<Integer, Half>(
          call, [](Half a, R r) { return truncate_to<Integer>(wide_operand(a, r)); });
    case ArrayOperation::fs2xp16:
      return run_with_rules<Integer, float>(
          call, [](float a, R r) { return truncate_to<Integer>(operand(a, r)); });
    case ArrayOperation::xp162fh:
      return run_with_rules<Half, Integer>(
          call, [](Integer a, R) { return half_from_float(static_cast<float>(a)); });
    case ArrayOperation::xp162fs:
      return run_with_rules<float, Integer>(call,
                                            [](Integer a, R) { return static_cast<float>(a); });
    default:
      return false;
  }
}

}  // namespace weft::numerics
