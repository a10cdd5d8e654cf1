// SPDX-License-Identifier: Apache-2.0
// Everything a run needs, checked before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.hpp"
#include "base/ids.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "partition/partition.hpp"
#include "topology/topology.hpp"
#include "trace/types.hpp"

namespace weft::engine {

/// Where a run must stop, whatever its program does.
struct Limits {
  Cycle max_cycles = never;          ///< last cycle + 1 that may be run
  double wall_seconds = 0;           ///< wall time of the whole run, as the user said it; 0: any
  double wall_seconds_left = 0;      ///< of it, when the session is opened
  std::uint64_t node_bytes_max = 0;  ///< memory the ranks of a node may use; 0: what is free there
};

/// What the host program will hold on rank 0, beside what it holds when the session is opened.
struct HostMemory {
  std::uint64_t results_bytes = 0;  ///< to the end
  std::uint64_t copies_bytes = 0;   ///< most at once while arrays go to the tiles or come back
  std::uint64_t streams_bytes = 0;  ///< likewise, words of streams while the machine runs
};

/// How far a run has come; told to Plan::progress.
struct Progress {
  Cycle cycle = 0;
  Cycle max_cycles = never;
  double emulated_seconds = 0;
  double wall_seconds = 0;       ///< since the session was opened
  double cycles_per_second = 0;  ///< of wall time, since the last report; quiet ones count
};

/// One line for people: "cycle 12000 of 50000, 14.1 us emulated, 3.2e+05 cycles/s, at most
/// 12 s left". The last part where max_cycles is set.
std::string text_of(const Progress& progress);

/// Rank 0 holds the plan; Session::open sends the other ranks what they need of it.
struct Plan {
  std::shared_ptr<const topology::Topology> topology;
  std::string family;                  ///< registered machine; empty: the topology's
  std::vector<std::byte> program;      ///< the family's serialized program, for the whole region
  Rectangle region;                    ///< (0, 0) based
  std::optional<partition::Cut> cut;   ///< empty: the machine family's
  std::vector<std::uint64_t> weights;  ///< a cost a tile, row-major; empty: all the same
  Limits limits;
  HostMemory host;
  trace::Settings trace;
  std::string hashed_config;  ///< what of job, machine and program the trace hash covers
  std::vector<std::string> link_directions;
  std::vector<trace::StringTable> definitions;
  std::function<void(const Progress&)> progress;  ///< on rank 0, about once a second; may be empty
};

/// Registered family of the plan; Category::input when there is none.
const machine::Family& family_of(const Plan& plan);

/// How the plan's region is cut.
partition::Cut cut_of(const Plan& plan);

/// The slices of all ranks, with their neighbours as the machine's family relates them.
std::vector<machine::Slice> slices_of(const Plan& plan, const partition::Partition& partition);
/// Ranks of a slice's neighbours.
std::vector<int> neighbour_ranks(const machine::Slice& slice);

/// Who owns what, what it needs and what is cut, for people; allocates no machine.
std::string describe(const Plan& plan, int ranks);

/// Root's plan to everyone (without `progress`). Collective; `plan` is read at root only.
Plan broadcast(const comm::Communicator& communicator, Plan plan);

/// The cut of a plan. The same on every rank.
partition::Partition cut_plan(const comm::Communicator& communicator, const Plan& plan);

}  // namespace weft::engine
