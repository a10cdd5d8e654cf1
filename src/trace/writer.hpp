// SPDX-License-Identifier: Apache-2.0
// Writes a trace in parallel, epoch by epoch, and computes the trace hash at every level.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/recorder.hpp"
#include "trace/types.hpp"

namespace weft::comm {
class Communicator;
}

namespace weft::trace {

/// A trace being written. Every member function is collective and throws the same Error on every
/// rank: system (path, disk), limit (an epoch too large), internal (two rows with one key). After
/// an error, or when destroyed before close(), no file is left under the final name. The path is
/// owned meanwhile (base/path_owner.hpp): another run that wants it is refused.
///
/// Use: construct, write_epoch() at every multiple of epoch_cycles that the run reaches,
/// write_bin() at every bin_due(), close().
class Writer {
 public:
  /// Opens `<path>.tmp` unless the level is off. `communicator` outlives the writer.
  Writer(const comm::Communicator& communicator, Settings settings, MachineInfo machine,
         std::vector<StreamInfo> streams);
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  const Settings& settings() const;
  /// First multiple of epoch_cycles after `now`: when the next epoch is due.
  Cycle next_epoch(Cycle now) const;

  /// Where the timeline's bin ends that the run is in; `never` without a timeline.
  Cycle bin_due() const;
  /// All ranks stand at bin_due(): adds what the counters have grown by to the timeline's bin.
  /// Nothing happens before `next`. Nothing is sealed.
  void write_bin(Cycle next, std::span<const CounterArray> counters);

  /// Drains the rows of cycles before `end` and writes them in order; the timeline is that of the
  /// last bin. Then the file is sealed: a run killed at any later instant leaves it readable up to
  /// here. `counters` are totals since cycle 0, of this rank's
  /// slice; they may be left empty below level phases.
  void write_epoch(Recorder& recorder, Cycle end, std::span<const CounterArray> counters);

  /// Drains and writes the rows of cycles before `before`, inside an epoch, so that its rows need
  /// not all be held: the file's content is the same. Nothing is sealed.
  void write_part(Recorder& recorder, Cycle before);

  /// The same, and seals the file with these rows and counters; the timeline stays that of the last
  /// bin. Nothing unless the settings ask for a crash-safe file.
  void seal(Recorder& recorder, Cycle before, std::span<const CounterArray> counters);

  /// Drains and writes what is left, then counters, phases, results and digests; renames the file
  /// to its final name and returns the trace hash. At level off only the hash is computed.
  std::string close(Recorder& recorder, const Summary& summary,
                    std::span<const CounterArray> counters);

  /// Lets go without a file: both temporary files are removed. Also for one rank alone, without
  /// waiting for the others.
  void abandon() noexcept;

 private:
  struct Impl;
  /// Runs `body` where there is a file; after an error the file is given up.
  template <typename Body>
  void guarded(const Body& body);

  std::unique_ptr<Impl> impl_;
};

/// What a writer, and the recorder that it drains, hold on one rank.
struct Memory {
  std::uint64_t recorded_bytes = 0;  ///< rows, most, in the recorder
  std::uint64_t rows_bytes = 0;      ///< most, on their way from the recorder to the file
  std::uint64_t kept_bytes = 0;      ///< from the first epoch to the end, HDF5's own included
  std::uint64_t writing_bytes = 0;   ///< while an epoch, or the end, is written
};
Memory memory_of(const Settings& settings, int ranks, std::uint64_t tiles,
                 std::uint64_t counter_values);

/// The hash that a trace of this run has, whatever its level, ranks and cut: 32 hexadecimal digits.
/// Collective; counters are of this rank's slice, `summary` is read on rank 0.
std::string trace_hash(const comm::Communicator& communicator, const MachineInfo& machine,
                       const Recorder& recorder, const Summary& summary,
                       std::span<const CounterArray> counters);

}  // namespace weft::trace
