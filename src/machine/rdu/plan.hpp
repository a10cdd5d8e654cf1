// SPDX-License-Identifier: Apache-2.0
// What of a context stays as it is: how its values follow from each other, and who else may touch
// the memories that it does.
#pragma once

#include <cstdint>
#include <vector>

#include "machine/rdu/state.hpp"
#include "program/rdu_timing.hpp"

namespace weft::machine::rdu {

/// Firings of one run at most.
inline constexpr std::uint32_t run_most = 64;

/// An access to a memory that other contexts access too.
struct SharedAccess {
  std::uint32_t memory = form::none;
  std::uint32_t thing = 0;  ///< load: node; store: its number
  bool is_store = false;
  std::vector<std::uint32_t> others;  ///< contexts that have to be in order with it
};

/// Values are early where they are known before the cycle of the firing is, late where they come
/// from a memory; flat where those of all firings of a run can be computed at once, serial where
/// one follows from another's.
struct ContextPlan {
  bool here = false;
  Cycle stages = 1;         ///< 1 where it has none
  bool fixed = true;        ///< bounds of all counters are constant
  bool single = false;      ///< data say what is taken or how long it lasts: a firing at a time
  bool exact = false;       ///< memories say whether it fires: looked at in order with all others
  bool late_costs = false;  ///< memories say how long it lasts
  bool filters = false;     ///< data say what is given
  bool keeps = false;       ///< loads what it stores itself
  bool ends = false;        ///< data say where a counter ends
  std::vector<std::uint8_t> vectors;      ///< [node]
  std::vector<std::uint32_t> value_at;    ///< [node]: where its words begin
  std::uint32_t value_words = 0;          ///< of all
  std::vector<std::uint32_t> early_flat;  ///< nodes, in order
  std::vector<std::uint32_t> early_serial;
  std::vector<std::uint32_t> late_flat;
  std::vector<std::uint32_t> late_serial;
  std::vector<std::uint32_t> early_registers;
  std::vector<std::uint32_t> late_registers;
  std::vector<Count> counts;                ///< [counter], with constant bounds
  std::vector<std::uint8_t> constant;       ///< [counter]: bounds are
  std::vector<std::int32_t> input_levels;   ///< [input]: -1 never, else as a number
  std::vector<std::uint8_t> bounds;         ///< [input]: it bounds a counter
  std::vector<std::int32_t> node_levels;    ///< [node], where it has one
  std::vector<std::int32_t> output_levels;  ///< [output]
  std::vector<std::int32_t> turn_levels;    ///< of accesses whose memory has several buffers
  std::vector<std::uint32_t> banked_loads;  ///< nodes: vectors of words, which may meet in a bank
  std::vector<std::uint32_t> banked_stores;
  std::vector<std::uint32_t> stored;  ///< memories that it stores into
  std::vector<SharedAccess> shared;
};

ContextPlan plan_of(const form::Program& program, const form::Context& context,
                    const form::Timing& timing);
/// Fills ContextPlan::shared of all contexts.
void find_shared(const form::Program& program, std::vector<ContextPlan>& plans);

/// A counter with these bounds, `width` indices a step.
Count count_of(std::int64_t first, std::int64_t end, std::int64_t step, std::int64_t width);

/// The level as a number from -1, never, over 0 to the number of counters, always.
std::int32_t number_of_level(const form::Context& context, std::uint32_t level);

}  // namespace weft::machine::rdu
