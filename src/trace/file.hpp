// SPDX-License-Identifier: Apache-2.0
// One HDF5 file of a trace while all ranks write it; internal to trace.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trace/content.hpp"
#include "trace/event_table.hpp"
#include "trace/grid_group.hpp"
#include "trace/timeline.hpp"
#include "trace/types.hpp"

namespace weft::trace {

inline constexpr const char* format_name = "weft-trace";
inline constexpr const char* format_version = "2.0";

/// Room for object headers, heaps and B-trees in one stretch of writing.
inline constexpr std::uint64_t metadata_bytes_bound = std::uint64_t{1} << 18U;

/// All that a file holds before the first cycle; equal on all ranks.
struct Preamble {
  Settings settings;
  MachineInfo machine;
  std::vector<StreamInfo> streams;
};

/// Every member is collective.
class File {
 public:
  /// Creates the file `path`, replacing one of that name, with everything that is known before the
  /// run.
  File(const comm::Communicator& communicator, const std::string& path, const Preamble& preamble);

  void append(std::uint32_t stream, const Slab& slab);
  /// Appends the rows that `ahead`, a file of the same run, has beyond this one's.
  void catch_up(const File& ahead);
  /// Most bytes that catch_up() adds.
  std::uint64_t catch_up_bytes_bound(const File& ahead, std::uint64_t chunk_rows) const;
  void write_counters(const Bands& bands, std::span<const CounterArray> counters);
  /// Writes the bins that changed since this file's last write: those of `before`, the file of
  /// this run that was written last (it may be this one), and on the last bin the growth since,
  /// where it is counted.
  void write_timeline(const Bands& bands, std::span<const CounterArray> counters,
                      const Timeline& timeline, Timeline::Growth growth, const File& before);
  /// Everything written so far reaches the operating system, as a file that opens.
  void flush(Cycle cycles, std::uint64_t epochs);
  /// The last words. `summary` is equal on all ranks but for the results' bytes, which rank 0
  /// holds.
  void finish(const Summary& summary, const Content& content, bool with_phases);
  void close();

 private:
  std::vector<std::uint64_t> bin_of(const Bands& bands, std::span<const CounterArray> counters,
                                    std::size_t counter, const Timeline& timeline, bool grows,
                                    std::uint64_t bin, const File& before) const;
  /// Those of this file's bins that a bin of the timeline is made of and that are not all zero.
  std::vector<std::uint64_t> filled_bins(std::size_t counter, const Timeline& timeline,
                                         std::uint64_t bin) const;
  /// [counter]: 1 where it has grown on any rank and that is to be written. Collective.
  std::vector<std::uint64_t> grown_counters(std::span<const CounterArray> counters,
                                            const Timeline& timeline,
                                            Timeline::Growth growth) const;
  void write_machine(const MachineInfo& machine, const Settings& settings);
  void write_phases(const std::vector<Phase>& phases);
  void write_results(const std::vector<NamedTensor>& results);

  Output out_;
  Rectangle region_;
  Id file_;
  Id writer_;  ///< /writer: who wrote, and how far; an object has eight attributes at most
  std::vector<EventTable> tables_;
  std::unique_ptr<GridGroup> counters_;
  std::unique_ptr<GridGroup> timeline_;
  std::vector<std::vector<bool>> filled_;  ///< [counter][bin]: not all zero
  std::uint64_t bins_written_ = 0;
  Cycle bin_cycles_written_ = 0;
};

}  // namespace weft::trace
