// SPDX-License-Identifier: Apache-2.0
// When a TSP's instructions read and drive: the delays of its units, from its topology.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "program/tsp.hpp"
#include "topology/rational.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::program::tsp {

/// Delays in cycles. T = N + d_func + hops (ISCA 2020, eq. 4): a stream moves one stop a cycle, N
/// is the stagger of the superlanes, which shows at the end only: cycles here are superlane 0's.
struct Timing {
  Cycle mem_read_cycles = 1;
  Cycle mem_write_cycles = 1;
  Cycle mem_gather_cycles = 1;
  Cycle mem_scatter_cycles = 1;
  Cycle vxm_entry_cycles = 4;
  Cycle vxm_operation_cycles = 3;
  Cycle vxm_large_operation_cycles = 3;
  Cycle sxm_crossing_cycles = 3;  ///< in and out, each; beside the hop it makes the published 4
  Cycle sxm_shift_cycles = 10;
  Cycle sxm_permute_cycles = 24;
  Cycle sxm_distribute_cycles = 2;
  Cycle sxm_rotate_cycles = 4;
  Cycle sxm_transpose_cycles = 4;
  Cycle mxm_crossing_cycles = 1;    ///< in and out, each
  Cycle mxm_load_cycles = 1;        ///< from the plane's edge into its buffer
  Cycle mxm_install_cycles = 1;     ///< buffer to array
  Cycle mxm_pass_cycles = 19;       ///< activation to row of sums
  Cycle mxm_accumulate_cycles = 1;  ///< row of sums to emitted sum
  std::uint32_t mxm_accumulator_rows = 0;
  Cycle barrier_cycles = 35;                    ///< notify to the first dispatch of parked queues
  Cycle superlane_stagger_cycles = 19;          ///< of the last superlane behind the first
  std::vector<std::uint32_t> text_slices_west;  ///< MEM slices that hold program text, not data
  std::vector<std::uint32_t> text_slices_east;
  std::uint32_t text_bytes_an_instruction = 16;
  // Between chips.
  topology::Rational link_cycles_a_vector;  ///< a link takes one so often: 328 B at its rate
  Cycle link_least_cycles = 209;            ///< latency, drawn for every vector
  Cycle link_most_cycles = 228;
  std::uint32_t link_receive_vectors = 16;  ///< that wait at a link's far end at most
  Cycle epoch_cycles = 256;                 ///< of the counters that chips align
  topology::Rational clock_drift_ppm;       ///< of a chip against its parent, either way, at most
};

/// Category::input where the topology lacks a constant.
Timing read_timing(const topology::Topology& topology);

/// Cycles from dispatch to the cycle in which operand `operand` is taken: 0 for streams, the VXM's
/// entry for chains.
Cycle operand_delay_cycles(const Timing& timing, const Instruction& instruction,
                           std::size_t operand);
/// Cycles from dispatch to the one in which the result is on the streams at the queue's own stop
/// (drive cycle): at a stop h hops on it can be read h cycles later. Chains: the cycle in which the
/// next column takes it. Of opcodes without result 0.
Cycle result_delay_cycles(const Timing& timing, const Instruction& instruction);
/// Cycles from dispatch to the cycle from which state is changed: memory (write, scatter), weight
/// buffer (load_weights), array (install_weights), row of sums (activate: the dispatch cycle of the
/// accumulate that takes it), parked queues (notify).
Cycle effect_delay_cycles(const Timing& timing, const Instruction& instruction);

/// Cycles from dispatch of the last element to the end of what it does, stagger included: the
/// greatest of these over a schedule is how long the schedule takes.
Cycle end_delay_cycles(const Timing& timing, const Instruction& instruction);

}  // namespace weft::program::tsp
