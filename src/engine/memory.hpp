// SPDX-License-Identifier: Apache-2.0
// What a run will hold, told before it is allocated, and what it holds while it goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "engine/plan.hpp"
#include "partition/partition.hpp"

namespace weft::engine {

/// A part of what one rank holds.
struct MemoryItem {
  std::string what;
  std::uint64_t bytes = 0;
};

/// One rank at the moment when it holds most.
struct RankMemory {
  std::vector<MemoryItem> items;
  std::uint64_t closing_bytes = 0;  ///< of them, what the end of the trace takes
  std::uint64_t total() const;
};

/// Of every rank. `held` says what each holds already, by rank: libraries, MPI and, on rank 0, the
/// compiled program and the job's data.
std::vector<RankMemory> forecast_memory(const Plan& plan, std::span<const machine::Slice> slices,
                                        std::span<const std::uint64_t> held);

/// "tile state 801.2 MiB, counters 134.6 MiB ...", the most first; of several ranks their sums.
std::string text_of(std::span<const RankMemory> ranks);

/// How large the trace will be at each level, as far as it is known before the run: how many rows
/// level `runs` has is not.
std::string describe_trace(const Plan& plan, std::span<const machine::Slice> slices);

/// Memory of the ranks that share a node: the greatest sum.
std::uint64_t greatest_node(std::span<const std::uint64_t> of_rank, std::span<const int> node);

/// The forecast of a plan and its limit. Collective.
class MemoryLimit {
 public:
  /// Category::limit, the same on every rank, when a node's ranks need more than the plan's limit,
  /// or without one more than is free there.
  MemoryLimit(const comm::Communicator& communicator, const Plan& plan,
              const partition::Partition& partition, std::span<const machine::Slice> slices);

  /// Whether it is time to look again: a limit is given, and 0.2 s of wall time have passed. Not
  /// collective; ranks may differ.
  bool is_due() const;
  /// Why the run must end: what a node's ranks hold, with what the end of the trace will take, is
  /// more than the plan's limit. The same on every rank.
  std::optional<std::string> exceeded();

  /// Of the node whose ranks need most.
  std::uint64_t forecast_bytes() const { return forecast_bytes_; }
  /// Most that the ranks of a node have held so far, each at its own time. Collective.
  std::uint64_t peak_bytes() const;

 private:
  const comm::Communicator& communicator_;
  std::vector<int> node_of_rank_;
  std::uint64_t limit_bytes_ = 0;  ///< of the plan; 0: none
  std::uint64_t forecast_bytes_ = 0;
  std::uint64_t closing_bytes_ = 0;  ///< of this rank
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace weft::engine
