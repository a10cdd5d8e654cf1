// SPDX-License-Identifier: Apache-2.0
// Creates a trace file's skeleton and adds to it epoch by epoch.
#include "trace/file.hpp"

#include <algorithm>
#include <array>

#include "base/build_info.hpp"
#include "trace/agree.hpp"
#include "trace/element_hdf5.hpp"
#include "trace/place.hpp"
#include "trace/stored_half.hpp"

namespace weft::trace {
namespace {

constexpr std::array level_names{"off", "summary", "phases", "runs", "full"};

Id create_file(const Output& out, const std::string& path) {
  start_hdf5();
  Id file;
  agree(*out.communicator, [&] {
    const Id access = out.check.id(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access list");
    const auto* communicator = static_cast<const MPI_Comm*>(out.communicator->native());
    out.check.ok(H5Pset_fapl_mpio(access.get(), *communicator, MPI_INFO_NULL), "parallel access");
    out.check.ok(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), "close degree");
    // The 1.8 format has checksums, and no open-for-write mark that a killed run would leave.
    out.check.ok(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18), "format");
    file = out.check.id(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose,
                        "cannot create it");
  });
  return file;
}

std::vector<CounterShape> shapes_of(std::span<const CounterArray> counters) {
  std::vector<CounterShape> shapes;
  for (const auto& c : counters) shapes.push_back({c.name, c.unit, c.long_name, c.channels});
  return shapes;
}

/// Where readers would round a number, and nothing beside it says what it was.
void check_exact(const std::string& what, std::uint64_t value) {
  if (value < exact_end) return;
  fail(Category::limit, "trace: " + what + " has come to " + std::to_string(value) +
                            "; a trace holds counts below 2^53");
}

std::uint64_t width_of(const CounterArray& counter) {
  return counter.channels.empty() ? 1 : counter.channels.size();
}

std::uint64_t preamble_bytes_bound(const Preamble& preamble) {
  std::uint64_t bytes =
      metadata_bytes_bound + preamble.settings.config.size() + preamble.settings.program.size() +
      2 * sizeof(std::uint32_t) * (preamble.machine.region.tiles() + preamble.settings.chunk_rows);
  for (const auto& table : preamble.machine.definitions) {
    for (const auto& entry : table.entries) bytes += 64 + 2 * entry.size();
  }
  return bytes;
}

}  // namespace

File::File(const comm::Communicator& communicator, const std::string& path,
           const Preamble& preamble)
    : out_{&communicator,
           {Category::system, "cannot write trace '" + preamble.settings.path + "'"}},
      region_(preamble.machine.region),
      file_(create_file(out_, path)) {
  agree_on_root(communicator, [&] { reserve(path, preamble_bytes_bound(preamble)); });
  const Settings& settings = preamble.settings;
  set_attribute(out_, file_.get(), "format", format_name);
  set_attribute(out_, file_.get(), "format_version", format_version);
  set_attribute(out_, file_.get(), "clock_hz", preamble.machine.clock_hz);
  set_attribute(out_, file_.get(), "level",
                level_names.at(static_cast<std::size_t>(settings.level)));
  set_attribute(out_, file_.get(), "cycles", 0);
  set_attribute(out_, file_.get(), "complete", 0);
  writer_ = make_group(out_, file_.get(), "writer");
  set_attribute(out_, writer_.get(), "software", "weft");
  set_attribute(out_, writer_.get(), "software_version", version());
  set_attribute(out_, writer_.get(), "epoch_cycles", settings.epoch_cycles);
  set_attribute(out_, writer_.get(), "epochs", 0);
  write_text(out_, file_.get(), "config", settings.config);
  // Rank 0 alone has it: a schedule's text may be long.
  if (communicator.broadcast_value(std::uint8_t{!settings.program.empty()}) != 0) {
    write_text(out_, file_.get(), "program", settings.program);
  }
  write_machine(preamble.machine, settings);
  const Id events = make_group(out_, file_.get(), "events");
  set_attribute(out_, events.get(), "sorted_by", "cycle, tile, sequence");
  for (const auto& stream : preamble.streams) {
    tables_.emplace_back(out_, events.get(), stream, tables_.size(), settings);
  }
}

void File::write_machine(const MachineInfo& machine, const Settings& settings) {
  const Id group = make_group(out_, file_.get(), "machine");
  set_attribute(out_, group.get(), "family", machine.family);
  set_attribute(out_, group.get(), "name", machine.name);
  set_attribute(out_, group.get(), "region_width", region_.width);
  set_attribute(out_, group.get(), "region_height", region_.height);
  write_names(out_, group.get(), "link_directions", machine.link_directions);
  const std::uint64_t tiles = region_.tiles();
  std::vector<std::uint32_t> x(out_.communicator->is_root() ? tiles : 0);
  std::vector<std::uint32_t> y(x.size());
  for (std::size_t tile = 0; tile < x.size(); ++tile) {
    x[tile] = static_cast<std::uint32_t>(tile % region_.width);
    y[tile] = static_cast<std::uint32_t>(tile / region_.width);
  }
  const Id tile = make_dimension(out_, group.get(), "tile", tiles);
  for (const auto& [name, values] : {std::pair("tile_x", &x), std::pair("tile_y", &y)}) {
    const Id column =
        make_chunked(out_, group.get(), name, ElementType::u32, {tiles},
                     {std::max<std::uint64_t>(1, std::min(tiles, settings.chunk_rows))}, false);
    set_attribute(out_, column.get(), "long_name", std::string("position of a tile, by its index"));
    attach_scale(out_, column, tile, 0);
    write_box(out_, column, H5T_STD_U32LE, {0}, {values->size()}, values->data());
  }
  const Id definitions = make_group(out_, file_.get(), "definitions");
  for (const auto& table : machine.definitions) {
    write_names(out_, definitions.get(), table.name, table.entries);
  }
}

void File::append(std::uint32_t stream, const Slab& slab) { tables_.at(stream).append(out_, slab); }

void File::catch_up(const File& ahead) {
  for (std::size_t s = 0; s < tables_.size(); ++s) tables_[s].catch_up(out_, ahead.tables_[s]);
}

std::uint64_t File::catch_up_bytes_bound(const File& ahead, std::uint64_t chunk_rows) const {
  std::uint64_t bytes = 0;
  for (std::size_t s = 0; s < tables_.size(); ++s) {
    const std::uint64_t have = tables_[s].rows();
    const std::uint64_t rows = ahead.tables_[s].rows();
    if (rows <= have) continue;
    bytes += event_bytes_bound(rows - have, chunk_rows);
    if (ahead.tables_[s].wide()) bytes += low_bytes_bound(rows, chunk_rows);
  }
  return bytes;
}

void File::write_counters(const Bands& bands, std::span<const CounterArray> counters) {
  if (counters.empty()) return;
  agree(*out_.communicator, [&] {
    for (const auto& counter : counters) {
      for (const std::uint64_t value : counter.values) {
        check_exact("counter '" + counter.name + "'", value);
      }
    }
  });
  if (!counters_) {
    counters_ = std::make_unique<GridGroup>(out_, file_.get(), "counters", region_,
                                            shapes_of(counters), false);
  }
  for (std::size_t c = 0; c < counters.size(); ++c) {
    const std::uint64_t width = width_of(counters[c]);
    counters_->write(out_, c, 0, bands.mine(width), bands.gather(counters[c].values, width));
  }
}

std::vector<std::uint64_t> File::bin_of(const Bands& bands, std::span<const CounterArray> counters,
                                        std::size_t counter, const Timeline& timeline, bool grows,
                                        std::uint64_t bin, const File& before) const {
  const std::uint64_t width = width_of(counters[counter]);
  const Band band = bands.mine(width);
  std::vector<std::uint64_t> values;
  if (grows) {
    values = bands.gather(timeline.growth(counter, counters[counter].values), width);
  } else {
    values.resize((band.y1 - band.y0) * region_.width * width);
  }
  for (const std::uint64_t old : before.filled_bins(counter, timeline, bin)) {
    before.timeline_->add_to(out_, counter, old, band, values);
  }
  return values;
}

std::vector<std::uint64_t> File::filled_bins(std::size_t counter, const Timeline& timeline,
                                             std::uint64_t bin) const {
  std::vector<std::uint64_t> found;
  if (bins_written_ == 0) return found;
  const std::uint64_t merged = timeline.bin_cycles() / bin_cycles_written_;
  const std::uint64_t end = std::min((bin + 1) * merged, bins_written_);
  for (std::uint64_t old = bin * merged; old < end; ++old) {
    if (filled_[counter][old]) found.push_back(old);
  }
  return found;
}

std::vector<std::uint64_t> File::grown_counters(std::span<const CounterArray> counters,
                                                const Timeline& timeline,
                                                Timeline::Growth growth) const {
  std::vector<std::uint64_t> grown(counters.size(), 0);
  if (growth == Timeline::Growth::later) return grown;
  for (std::size_t c = 0; c < counters.size(); ++c) {
    grown[c] = timeline.has_grown(c, counters[c].values) ? 1 : 0;
  }
  out_.communicator->max(grown);
  return grown;
}

void File::write_timeline(const Bands& bands, std::span<const CounterArray> counters,
                          const Timeline& timeline, Timeline::Growth growth, const File& before) {
  if (timeline.bins() == 0) return;
  if (!timeline_) {
    timeline_ = std::make_unique<GridGroup>(out_, file_.get(), "timeline", region_,
                                            shapes_of(counters), true);
  }
  // The last bin written may have grown since; after a doubling every bin is another one. In a file
  // that is its own predecessor a bin is read before it is written over: merging goes downwards.
  const bool all = bin_cycles_written_ != timeline.bin_cycles() || bins_written_ == 0;
  const std::uint64_t most = std::max(timeline.bins(), bins_written_);
  timeline_->set_bins(out_, most, timeline.bin_cycles());
  filled_.resize(counters.size());
  for (std::vector<bool>& filled : filled_) filled.resize(most);
  const std::vector<std::uint64_t> grown = grown_counters(counters, timeline, growth);
  for (std::uint64_t bin = all ? 0 : bins_written_ - 1; bin < timeline.bins(); ++bin) {
    for (std::size_t c = 0; c < counters.size(); ++c) {
      // Most bins of a long run are of copies, in which nothing grows: zeros stand there already.
      const bool grows = bin == timeline.growing_bin() && grown[c] != 0;
      const bool filled = grows || !before.filled_bins(c, timeline, bin).empty();
      if (!filled && !filled_[c][bin]) continue;
      timeline_->write(out_, c, bin, bands.mine(width_of(counters[c])),
                       bin_of(bands, counters, c, timeline, grows, bin, before));
      filled_[c][bin] = filled;
    }
  }
  if (timeline.bins() < bins_written_) {
    timeline_->set_bins(out_, timeline.bins(), timeline.bin_cycles());
    for (std::vector<bool>& filled : filled_) filled.resize(timeline.bins());
  }
  bins_written_ = timeline.bins();
  bin_cycles_written_ = timeline.bin_cycles();
}

void File::flush(Cycle cycles, std::uint64_t epochs) {
  check_exact("the run's cycle", cycles);
  set_attribute(out_, file_.get(), "cycles", cycles);
  set_attribute(out_, writer_.get(), "epochs", epochs);
  agree(*out_.communicator,
        [&] { out_.check.ok(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), "flush"); });
}

void File::write_phases(const std::vector<Phase>& phases) {
  const Id group = make_group(out_, file_.get(), "phases");
  std::vector<std::string> names;
  std::vector<std::string> kinds;
  std::vector<Cycle> begins;
  std::vector<Cycle> ends;
  for (const auto& phase : phases) {
    names.push_back(phase.name);
    kinds.push_back(phase.kind);
    begins.push_back(phase.begin);
    ends.push_back(phase.end);
  }
  write_names(out_, group.get(), "name", names);
  write_names(out_, group.get(), "kind", kinds);
  for (const auto& [name, values] : {std::pair("begin", &begins), std::pair("end", &ends)}) {
    const Id column = make_plain(out_, group.get(), name, H5T_STD_U64LE, {values->size()});
    set_attribute(out_, column.get(), "units", "cycle");
    attach_plain_dimensions(out_, column, {values->size()});
    write_from_root(out_, column, H5T_STD_U64LE, values->data());
  }
}

void File::write_results(const std::vector<NamedTensor>& results) {
  const Id group = make_group(out_, file_.get(), "results");
  for (const auto& [name, tensor] : results) {
    const bool half = tensor->type == ElementType::f16;
    const Id type = hdf5_type(half ? ElementType::f32 : tensor->type);
    const Extent extent(tensor->shape.begin(), tensor->shape.end());
    const Id dataset = make_plain(out_, group.get(), name, type.get(), extent);
    attach_plain_dimensions(out_, dataset, extent);
    if (half) set_attribute(out_, dataset.get(), stored_element_attribute, stored_half);
    write_from_root(out_, dataset, type.get(),
                    half ? widened_halves(tensor->bytes).data() : tensor->bytes.data());
  }
}

void File::finish(const Summary& summary, const Content& content, bool with_phases) {
  for (std::size_t s = 0; s < tables_.size(); ++s) {
    tables_[s].finish(out_, content.digests[s], content.rows[s]);
  }
  if (with_phases) write_phases(summary.phases);
  write_results(summary.results);
  write_text(out_, file_.get(), "identity", summary.hashed_config);
  set_attribute(out_, file_.get(), "stop", summary.stop);
  set_attribute(out_, file_.get(), "trace_hash", content.hash);
  set_attribute(out_, file_.get(), "complete", summary.whole ? 1 : 0);
}

void File::close() {
  agree(*out_.communicator,
        [&] { out_.check.ok(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), "flush"); });
  tables_.clear();
  counters_.reset();
  timeline_.reset();
  writer_.reset();
  agree(*out_.communicator, [&] { out_.check.ok(H5Fclose(file_.release()), "close"); });
}

}  // namespace weft::trace
