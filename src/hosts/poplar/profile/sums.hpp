// SPDX-License-Identifier: Apache-2.0
// What a run has cost, taken together from the machine's counters and stages.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/recorder.hpp"
#include "hosts/poplar/graph/executable.hpp"
#include "machine/machine.hpp"

namespace poplar::core {

/// What the machine has counted up to a cycle; counters are the whole machine's, [tile][channel].
struct ExecutionTotals {
  weft::Cycle cycle = 0;
  std::vector<weft::CounterArray> counters;
  std::vector<weft::machine::StageTotals> stages;
};

/// What was counted between two moments; counters that only tell a state stay as they are now.
ExecutionTotals since(const ExecutionTotals& now, const ExecutionTotals& before);

using weft::program::ipu::cost_origins;
using weft::program::ipu::name_of;

/// Vertices of one type.
struct CodeletSums {
  std::uint64_t instances = 0;
  std::uint64_t runs = 0;
  std::uint64_t cycles = 0;  ///< of its workers
  std::array<std::uint64_t, cost_origins> instances_by_origin{};
};

/// Cycles of the machine, and tile-cycles summed over its tiles. total = compute + sync + exchange
/// + link + host + outside, and tiles * compute = busy + waiting.
struct ExecutionSums {
  std::uint64_t tiles = 0;
  weft::Cycle total = 0;
  weft::Cycle compute = 0;   ///< of the slowest tile of each superstep
  weft::Cycle sync = 0;      ///< without waiting for the slowest tile
  weft::Cycle exchange = 0;  ///< on chip, also of what goes to the host and of predicates
  weft::Cycle link = 0;      ///< on links between IPUs
  weft::Cycle host = 0;      ///< of requests of the programs
  weft::Cycle outside = 0;   ///< not in programs: tensors read and written, launches
  std::uint64_t supersteps = 0;
  std::uint64_t busy = 0;     ///< in compute sets and on-tile copies
  std::uint64_t copies = 0;   ///< the part of `busy` in on-tile copies
  std::uint64_t slots = 0;    ///< of `busy`, those in which a worker or the supervisor had work
  std::uint64_t waiting = 0;  ///< for the slowest tile
  std::uint64_t busiest = 0;  ///< `busy` of the busiest tile
  std::uint32_t busiest_tile = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t flops = 0;
  /// The part of `busy` in compute sets, by what the costs of the busiest worker's vertices rest
  /// on.
  std::array<std::uint64_t, cost_origins> cycles_by_origin{};
  std::map<std::string, CodeletSums> codelets;
};
ExecutionSums sums_of(const ExecutableImpl& executable, const ExecutionTotals& totals);

/// The stages of one kind, in the machine's order.
std::vector<weft::machine::StageTotals> stages_of(const ExecutionTotals& totals,
                                                  std::string_view kind);

}  // namespace poplar::core
