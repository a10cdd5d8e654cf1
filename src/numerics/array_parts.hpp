// SPDX-License-Identifier: Apache-2.0
// The array operations by number format; private to this room.
#pragma once

#include "numerics/array_loop.hpp"

namespace weft::numerics {

/// What every part needs; `sources` points to three.
struct ArrayCall {
  ArrayOperation operation;
  FloatRules rules;
  Destination destination;
  const Source* sources;
  std::size_t count;
};

// Each runs the operation and returns true when it is one of its own.
bool apply_integers(const ArrayCall& call);
bool apply_f32(const ArrayCall& call);
bool apply_f16(const ArrayCall& call);
bool apply_conversions(const ArrayCall& call);

/// Fused fp32 multiply-add by the host's own instruction, the same bits as fused_multiply_add with
/// canonical NaN and no flushing. False, and nothing done, when the host has none or the operands
/// are not contiguous (source 2: contiguous or scalar) or overlap.
bool apply_fmacs_by_instruction(const ArrayCall& call);

// Fast loops are compiled for the default rules only, which all shipped topologies have.
struct DefaultRules {
  static constexpr FloatRules rules{};
};

/// destination = f(sources..., rules): fast for the default rules, in order for others. `f` is
/// stateless.
template <typename D, typename... S, typename F>
bool run_with_rules(const ArrayCall& call, const F& f) {
  FloatRules rules = call.rules;
  rules.fused_f32 = rules.fused_f16 = rules.exact_mixed_product = true;  // not used by plain ones
  if (rules == DefaultRules::rules) {
    for_each_element<D, S...>(call.destination, call.sources, call.count,
                              [&f](S... s) { return f(s..., DefaultRules::rules); });
  } else {
    for_each_in_order<D, S...>(call.destination, call.sources, call.count,
                               [&f, &call](S... s) { return f(s..., call.rules); });
  }
  return true;
}

}  // namespace weft::numerics
