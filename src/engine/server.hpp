// SPDX-License-Identifier: Apache-2.0
// What every rank does when rank 0 says so. Each operation is collective.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "engine/arrays.hpp"
#include "engine/command.hpp"
#include "engine/loop.hpp"
#include "engine/memory.hpp"
#include "engine/placement.hpp"
#include "engine/plan.hpp"
#include "engine/profile.hpp"
#include "engine/result.hpp"
#include "engine/signals.hpp"
#include "engine/slice_run.hpp"
#include "partition/partition.hpp"
#include "trace/writer.hpp"

namespace weft::engine {

/// One rank of a session. Rank 0's Session calls these; on the other ranks follow() does, as rank 0
/// tells. A failure is thrown with the same words on every rank and ends the session.
class Server {
 public:
  Server(const comm::Communicator& communicator, Plan plan);

  const Plan& plan() const { return plan_; }
  const partition::Partition& partition() const { return partition_; }
  Cycle now() const { return now_; }
  SliceRun& slice() { return run_; }

  /// Runs until quiet. Throws Stopped, with the trace finished, at a limit or a signal.
  void settle();
  /// The machine is quiet. `data` is the command's, on rank 0. Time passes as the topology says.
  void copy_in(const HostCommand& command, std::span<const std::byte> data);
  /// The data, on rank 0.
  std::vector<std::byte> copy_out(const HostCommand& command);
  void launch(const HostCommand& command);
  void flip_bit(const HostCommand& command);
  /// What the program has stopped for; the machine is quiet. Rank 0 only.
  std::optional<machine::HostRequest> host_request();
  /// The program may go on: the host has done what it asked for.
  void answer();
  /// The machine is quiet. Throws Stopped, a deadlock, where words of `before` have not entered:
  /// what the host does next would wait for ever.
  void next_stream(const HostCommand& before);
  /// Needs no quiet machine.
  void stream_in(const HostCommand& command, std::span<const std::byte> data);
  /// From now on words that leave at this port are for this command, after those before it.
  void open_stream(const HostCommand& command);
  /// Takes what has left for open stream_out `number` (0: the oldest); how many words are missing.
  std::uint64_t collect(std::uint64_t number);
  /// That stream_out is complete and no longer open: its data, on rank 0.
  std::vector<std::byte> close_stream(std::uint64_t number);
  /// What the host begins now, for the trace's /phases; what has not ended by the run's end ends
  /// there. `key`: the command's number. Rank 0 only.
  void begin_phase(std::uint64_t key, trace::Phase phase) { open_phases_[key] = std::move(phase); }
  /// It ends now. Rank 0 only.
  void end_phase(std::uint64_t key);
  /// A stretch that has ended. Rank 0 only.
  void note_phase(trace::Phase phase) { phases_.push_back(std::move(phase)); }
  /// An array for the trace's /results. Rank 0 only.
  void add_result(trace::NamedTensor result) { results_.push_back(std::move(result)); }
  /// Finishes the trace: done, or deadlock (thrown as Stopped) where work is left.
  Result close();
  /// Finishes the trace of a deadlocked machine and throws Stopped; `detail` (rank 0) says what the
  /// host waits for.
  [[noreturn]] void deadlock(const std::string& detail);
  /// What the machine has counted so far, on rank 0.
  Profile profile();
  /// All slices' states, on rank 0; load() of it needs the same plan on as many ranks.
  std::vector<std::byte> save();
  void load(std::span<const std::byte> state);

  /// Ranks other than 0: serves until the session ends.
  Result follow();

 private:
  /// A rank's part of a host array: root's own is the array itself where that is all of it.
  struct DealtPart {
    comm::Bytes held;
    std::span<const std::byte> bytes;
  };
  /// A stream_out whose words are still coming, this rank's part of it.
  struct OpenStream {
    HostCommand command;
    std::vector<std::uint32_t> taken;  ///< words a tile
    std::vector<std::uint32_t> words;  ///< [tile][elements]
  };

  /// The least time from a command to what it does.
  /// Host time goes on; throws Stopped where it would pass max_cycles.
  void pass_latency(const HostCommand& command, Cycle cycles);
  void pass_transfer(const HostCommand& command, const char* rate);
  Rectangle part_of(const HostCommand& command) const;
  void take_words(OpenStream& open);
  /// Where a variable's, stream's or array's bytes lie. Collective.
  Placement placement(const HostCommand& command);
  /// Root deals `data`; this rank's part of it. Collective.
  DealtPart deal(const Placement& places, std::span<const std::byte> data);
  /// Root's array from every rank's part. Collective.
  std::vector<std::byte> collect_parts(const HostCommand& command, const Placement& places,
                                       std::vector<std::byte> mine);
  void write_epoch(Cycle end);
  void seal_trace(Cycle end);
  Cycle write_bin(Cycle next);
  /// The request that the host has left unanswered, in words; empty when there is none.
  std::string unanswered();
  std::vector<CounterArray> counters() const;
  std::string early_end(const Outcome& outcome) const;
  Result finish(Stop stop, const std::string& message);

  const comm::Communicator& communicator_;
  SignalGuard signals_;
  Plan plan_;
  WallTime wall_time_;
  partition::Partition partition_;
  std::vector<machine::Slice> slices_;  ///< of all ranks, until the session is open
  MemoryLimit memory_;
  SliceRun run_;
  Loop loop_;
  std::vector<CounterArray> counter_shapes_;  ///< names without values, for ranks without tiles
  trace::Writer writer_;
  Cycle now_ = 0;
  Cycle command_latency_cycles_ = 0;
  Cycle launch_latency_cycles_ = 0;  ///< a family may have another one for launches
  Arrays arrays_;
  std::deque<OpenStream> open_streams_;
  std::vector<trace::Phase> phases_;
  std::map<std::uint64_t, trace::Phase> open_phases_;
  std::vector<trace::NamedTensor> results_;
  std::chrono::steady_clock::time_point opened_;
};

}  // namespace weft::engine
