// SPDX-License-Identifier: Apache-2.0
// The loop: windows between agreements, until the machine is quiet or time must stop.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "comm/communicator.hpp"
#include "engine/memory.hpp"
#include "engine/plan.hpp"
#include "engine/result.hpp"
#include "engine/slice_run.hpp"

namespace weft::engine {

/// Where a run came to: host_wait when quiet, limit or signal; the same on every rank.
struct Outcome {
  Stop stop = Stop::host_wait;
  Cycle cycle = 0;
  std::string reason;  ///< of a limit other than max_cycles
};

/// Drives one rank's slice; all ranks call the same functions in the same order.
class Loop {
 public:
  /// Called on every rank when all have run up to `end`, a multiple of the epoch's length, and no
  /// earlier cycle can change any more.
  using EpochEnd = std::function<void(Cycle end)>;
  /// The same inside an epoch, when some rank holds as many rows as it should.
  using PartEnd = std::function<void(Cycle end)>;
  /// The same inside an epoch, when `seal_seconds` have passed since the last of these or of the
  /// ends of epochs. Every rank stands at `end`, a cycle that hangs on wall time.
  using Seal = std::function<void(Cycle end)>;
  /// Called on every rank when all stand at the end of a bin of the timeline, at most twice as
  /// often as it has bins until they double; nothing happens before `next`. Returns the next such
  /// cycle; with `next` = 0, before the run, the first.
  using BinEnd = std::function<Cycle(Cycle next)>;

  Loop(const comm::Communicator& communicator, const Plan& plan, SliceRun& slice,
       MemoryLimit& memory, EpochEnd epoch_end, PartEnd part_end, Seal seal, BinEnd bin_end);

  /// Runs from `begin`, where every slice stands, until nothing is left to do or time must stop.
  /// Quiet slices are then set to the returned cycle: one after the last thing that happened.
  /// Throws the least error of all ranks.
  Outcome run_until_quiet(Cycle begin);

 private:
  Standing agree_now(std::uint64_t busy_microseconds);
  /// Whether a quiet machine's run goes on.
  Outcome outcome_when_quiet(Cycle begin, bool ran, const Standing& agreed);
  /// Does the run end before its program does? `reason`: of a limit; empty for a signal.
  /// Collective.
  bool ends_early(const Standing& agreed, std::string& reason);
  std::string out_of_time_text() const;
  Cycle quiet(Cycle begin, bool ran, const Standing& agreed);
  void finish_epochs(const Standing& agreed);
  void seal_in_time(const Standing& agreed);
  bool seal_due() const;
  std::uint64_t next_rounds(const Standing& agreed) const;
  std::uint64_t run_windows(std::uint64_t rounds, Cycle limit);
  void report(const Standing& agreed);

  const comm::Communicator& communicator_;
  const Plan& plan_;
  SliceRun& slice_;
  MemoryLimit& memory_;
  EpochEnd epoch_end_;
  PartEnd part_end_;
  Seal seal_;
  BinEnd bin_end_;
  Cycle bin_due_ = 0;  ///< 0: not asked for yet
  Cycle epoch_due_;
  Cycle seal_at_ = never;   ///< where all ranks come to a stand for the next seal
  Cycle part_written_ = 0;  ///< rows before it are in the file
  bool global_;
  std::uint64_t rounds_ = 1;
  std::chrono::steady_clock::time_point opened_;
  std::chrono::steady_clock::time_point reported_;
  std::chrono::steady_clock::time_point sealed_;
  Cycle reported_cycle_ = 0;
};

}  // namespace weft::engine
