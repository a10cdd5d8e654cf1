// SPDX-License-Identifier: Apache-2.0
// Two files in turn: while one is written, the other, sealed, stays as it is under <path>.tmp.
#include "trace/writer.hpp"

#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "base/output_file.hpp"
#include "base/path_owner.hpp"
#include "comm/communicator.hpp"
#include "trace/agree.hpp"
#include "trace/content.hpp"
#include "trace/epoch.hpp"
#include "trace/file.hpp"
#include "trace/place.hpp"
#include "trace/replaceable.hpp"
#include "trace/summary_codec.hpp"

namespace weft::trace {
namespace {

/// Files given up without closing: to close one takes all ranks, and they may be elsewhere. HDF5
/// closes them when MPI ends.
void give_up(std::unique_ptr<File> file) {
  static auto& files = *new std::vector<std::unique_ptr<File>>;
  if (file) files.push_back(std::move(file));
}

void check_results(const std::vector<NamedTensor>& results) {
  for (const auto& [name, tensor] : results) {
    if (name.empty() || name.find('/') != std::string::npos || name == ".") {
      fail(Category::input, "result '" + name + "': a name is needed, without '/'");
    }
    if (tensor->bytes.size() != tensor->elements() * size_bytes(tensor->type)) {
      fail(Category::internal, "result '" + name + "': " + describe(*tensor) + " comes with " +
                                   counted(tensor->bytes.size(), "byte"));
    }
  }
}

}  // namespace

struct Writer::Impl {
  Impl(const comm::Communicator& communicator, Settings settings, MachineInfo machine,
       std::vector<StreamInfo> streams);
  void open();
  void write_part(Recorder& recorder, Cycle before);
  void seal(Recorder& recorder, Cycle before, std::span<const CounterArray> counters);
  void write_epoch(Recorder& recorder, Cycle end, std::span<const CounterArray> counters);
  std::string close(Recorder& recorder, const Summary& mine,
                    std::span<const CounterArray> counters);
  void abandon() noexcept;

  bool has_file() const { return preamble.settings.level != TraceLevel::off; }
  bool has_timeline() const {
    return preamble.settings.level >= TraceLevel::phases && preamble.settings.timeline_bins > 0;
  }
  /// The file to write to, with everything but the epoch at hand in it.
  File& caught_up(std::uint64_t more_bytes);
  void write_slabs(File& file, std::vector<Slab> slabs);
  /// The timeline: with what the counters have grown by, or as of the last bin.
  void write_timeline(File& file, std::span<const CounterArray> counters, Timeline::Growth growth);
  void write_bin(Cycle next, std::span<const CounterArray> counters);
  /// From here on the file that was written is the one that a killed run leaves.
  void change_files();

  const comm::Communicator& communicator;
  Preamble preamble;
  Place place;
  std::shared_ptr<const PathOwner> owner;  ///< of rank 0
  bool owned = false;
  Bands bands;
  Timeline timeline;
  std::unique_ptr<File> sealed;
  std::unique_ptr<File> other;      ///< lacks the last epoch; null until the first one
  std::vector<std::uint64_t> rows;  ///< of every stream, all ranks, written so far
  std::uint64_t epochs = 0;
  bool bins_ahead = false;  ///< `other` has bins that `sealed` lacks
  Cycle end = 0;
  bool live = true;
};

Writer::Impl::Impl(const comm::Communicator& ranks, Settings settings, MachineInfo machine,
                   std::vector<StreamInfo> streams)
    : communicator(ranks),
      preamble{std::move(settings), std::move(machine), std::move(streams)},
      bands(ranks, preamble.machine.region, preamble.machine.slice),
      timeline(preamble.settings.bin_cycles, preamble.settings.timeline_bins),
      rows(preamble.streams.size()) {}

void Writer::Impl::open() {
  preamble.settings.config = broadcast_text(communicator, preamble.settings.config);
  std::string path;
  agree_on_root(communicator, [&] {
    path = require_regular(preamble.settings.path, "a trace");
    require_replaceable(path);
    owner = own_path(path);
  });
  place = place_of(broadcast_text(communicator, path));
  agree_on_root(communicator, [&] { prepare(place); });
  owned = true;
  sealed = std::make_unique<File>(communicator, place.sealed, preamble);
  sealed->flush(0, 0);
}

File& Writer::Impl::caught_up(std::uint64_t more_bytes) {
  if (!preamble.settings.crash_safe) {
    agree_on_root(communicator, [&] { reserve(place.sealed, more_bytes); });
    return *sealed;
  }
  if (!other) {
    other = std::make_unique<File>(communicator, place.open, preamble);
    other->flush(0, 0);
  }
  more_bytes += other->catch_up_bytes_bound(*sealed, preamble.settings.chunk_rows);
  agree_on_root(communicator, [&] { reserve(place.open, more_bytes); });
  other->catch_up(*sealed);
  return *other;
}

void Writer::Impl::write_slabs(File& file, std::vector<Slab> slabs) {
  for (std::uint32_t s = 0; s < slabs.size(); ++s) {
    file.append(s, slabs[s]);
    rows[s] = slabs[s].total;
    slabs[s] = {};
  }
}

void Writer::Impl::write_timeline(File& file, std::span<const CounterArray> counters,
                                  Timeline::Growth growth) {
  if (!has_timeline() || counters.empty()) return;
  file.write_timeline(bands, counters, timeline, growth, bins_ahead ? file : *sealed);
  bins_ahead = preamble.settings.crash_safe;
  if (growth == Timeline::Growth::counted) timeline.note(counters);
}

void Writer::Impl::write_bin(Cycle next, std::span<const CounterArray> counters) {
  if (!has_timeline() || counters.empty()) return;
  timeline.reach(timeline.due());
  const std::uint64_t bytes =
      epoch_bytes_bound({}, preamble.settings, preamble.machine.region, counters, timeline);
  write_timeline(caught_up(bytes), counters, Timeline::Growth::counted);
  timeline.wait_for(next);
}

void Writer::Impl::write_part(Recorder& recorder, Cycle before) {
  std::vector<Slab> slabs =
      collect_epoch(communicator, preamble.settings, recorder, {end, before, before}, rows);
  std::uint64_t bytes = metadata_bytes_bound;
  for (const Slab& slab : slabs) {
    bytes += event_bytes_bound(slab.total - slab.before, preamble.settings.chunk_rows);
    if (slab.wide) bytes += low_bytes_bound(slab.total, preamble.settings.chunk_rows);
  }
  write_slabs(caught_up(bytes), std::move(slabs));
}

void Writer::Impl::change_files() {
  agree_on_root(communicator, [&] {
    give_back(place.open);
    exchange_names(place);
  });
  std::swap(sealed, other);
  bins_ahead = false;
}

void Writer::Impl::seal(Recorder& recorder, Cycle before, std::span<const CounterArray> counters) {
  if (!preamble.settings.crash_safe || before <= end) return;
  std::vector<Slab> slabs =
      collect_epoch(communicator, preamble.settings, recorder, {end, before, before}, rows);
  const std::uint64_t bytes =
      epoch_bytes_bound(slabs, preamble.settings, preamble.machine.region, counters, timeline);
  File& file = caught_up(bytes);
  write_slabs(file, std::move(slabs));
  file.write_counters(bands, counters);
  write_timeline(file, counters, Timeline::Growth::later);
  file.flush(before, epochs);
  change_files();
}

void Writer::Impl::write_epoch(Recorder& recorder, Cycle until,
                               std::span<const CounterArray> counters) {
  if (until <= end) return;
  std::vector<Slab> slabs =
      collect_epoch(communicator, preamble.settings, recorder, {end, until, until}, rows);
  end = until;
  ++epochs;
  const std::uint64_t bytes =
      epoch_bytes_bound(slabs, preamble.settings, preamble.machine.region, counters, timeline);
  File& file = caught_up(bytes);
  write_slabs(file, std::move(slabs));
  file.write_counters(bands, counters);
  write_timeline(file, counters, Timeline::Growth::later);
  file.flush(end, epochs);
  if (preamble.settings.crash_safe) change_files();
}

std::string Writer::Impl::close(Recorder& recorder, const Summary& mine,
                                std::span<const CounterArray> counters) {
  agree_on_root(communicator, [&] { check_results(mine.results); });
  Summary theirs;
  const Summary& summary = broadcast_summary(communicator, mine, theirs);
  const Content content = content_of(communicator, preamble.machine, recorder, summary, counters);
  if (!has_file()) return content.hash;
  const Cycle until = std::max(summary.cycles, end);
  std::vector<Slab> slabs =
      collect_epoch(communicator, preamble.settings, recorder, {end, until, never}, rows);
  if (has_timeline() && !counters.empty() && until > 0) timeline.reach(until);
  epochs += until > end ? 1 : 0;
  const std::uint64_t bytes =
      epoch_bytes_bound(slabs, preamble.settings, preamble.machine.region, counters, timeline) +
      summary_bytes_bound(summary);
  File& file = caught_up(bytes);
  write_slabs(file, std::move(slabs));
  file.write_counters(bands, counters);
  write_timeline(file, counters, Timeline::Growth::counted);
  file.flush(summary.cycles, epochs);
  file.finish(summary, content, preamble.settings.level >= TraceLevel::phases);
  file.close();
  const std::string written = preamble.settings.crash_safe ? place.open : place.sealed;
  if (preamble.settings.crash_safe) {
    sealed->close();
    other.reset();
  }
  sealed.reset();
  agree_on_root(communicator, [&] {
    settle(written);
    publish(place, written);
    owner.reset();
  });
  return content.hash;
}

void Writer::Impl::abandon() noexcept {
  if (!std::exchange(live, false) || !has_file()) return;
  if (owner && owned) remove_temporaries(place);  // without the owner they may be another run's
  owner.reset();
  give_up(std::move(sealed));
  give_up(std::move(other));
}

Memory memory_of(const Settings& settings, int ranks, std::uint64_t tiles,
                 std::uint64_t counter_values) {
  const std::uint64_t counters = tiles * counter_values * sizeof(std::uint64_t);
  Memory memory;
  memory.writing_bytes = counters;  // the hash covers them at every level
  if (settings.level == TraceLevel::off) return memory;
  // One counter after the other: its growth, on its way, and in the band that is written.
  constexpr std::uint64_t copies = 3;
  constexpr std::uint64_t widest = 5;
  memory.writing_bytes += copies * std::min(widest, counter_values) * tiles * sizeof(std::uint64_t);
  // An open file with its caches, and what MPI needs to write it: 8 MiB were seen, 12 bring the job
  // `events` of tests/jobs/memory_forecast.py close; the other shapes there were not fitted.
  memory.kept_bytes = std::uint64_t{12} << 20U;
  if (settings.level >= TraceLevel::phases && settings.timeline_bins > 0) {
    memory.kept_bytes += counters;
  }
  // As recorded and as sorted, and a column of them; among ranks also on their way, in MPI too.
  if (settings.level >= TraceLevel::runs) {
    memory.recorded_bytes = settings.rank_bytes_max;
    memory.rows_bytes = settings.rank_bytes_max / 4 * (ranks == 1 ? 11 : 15);
  }
  return memory;
}

Writer::Writer(const comm::Communicator& communicator, Settings settings, MachineInfo machine,
               std::vector<StreamInfo> streams)
    : impl_(std::make_unique<Impl>(communicator, std::move(settings), std::move(machine),
                                   std::move(streams))) {
  if (!impl_->has_file()) return;
  try {
    impl_->open();
  } catch (...) {
    impl_->abandon();
    throw;
  }
}

Writer::~Writer() { abandon(); }
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&& other) noexcept {
  if (this != &other) {
    abandon();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

const Settings& Writer::settings() const { return impl_->preamble.settings; }

Cycle Writer::next_epoch(Cycle now) const {
  const Cycle length = impl_->preamble.settings.epoch_cycles;
  return (now / length + 1) * length;
}

template <typename Body>
void Writer::guarded(const Body& body) {
  if (!impl_->has_file()) return;
  if (!impl_->live) fail(Category::internal, "trace: written to after it was given up");
  try {
    body();
  } catch (...) {
    impl_->abandon();
    throw;
  }
}

void Writer::write_part(Recorder& recorder, Cycle before) {
  guarded([&] { impl_->write_part(recorder, before); });
}

void Writer::seal(Recorder& recorder, Cycle before, std::span<const CounterArray> counters) {
  guarded([&] { impl_->seal(recorder, before, counters); });
}

Cycle Writer::bin_due() const { return impl_->has_timeline() ? impl_->timeline.due() : never; }

void Writer::write_bin(Cycle next, std::span<const CounterArray> counters) {
  guarded([&] { impl_->write_bin(next, counters); });
}

void Writer::write_epoch(Recorder& recorder, Cycle end, std::span<const CounterArray> counters) {
  guarded([&] { impl_->write_epoch(recorder, end, counters); });
}

std::string Writer::close(Recorder& recorder, const Summary& summary,
                          std::span<const CounterArray> counters) {
  if (!impl_->live) fail(Category::internal, "trace: closed after it was given up");
  try {
    std::string hash = impl_->close(recorder, summary, counters);
    impl_->live = false;
    return hash;
  } catch (...) {
    impl_->abandon();
    throw;
  }
}

void Writer::abandon() noexcept {
  if (impl_) impl_->abandon();
}

}  // namespace weft::trace
