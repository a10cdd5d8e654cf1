// SPDX-License-Identifier: Apache-2.0
// Opens a trace, reads what every question needs, and answers questions one read each.
#include "trace/reader.hpp"

#include <algorithm>
#include <array>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "trace/event_table.hpp"
#include "trace/file.hpp"
#include "trace/input.hpp"

namespace weft::trace {

struct Reader::Impl {
  explicit Impl(const std::string& path) : in(open_input(path)) {}
  void read_header();
  void read_streams();
  StreamRecord read_stream(const std::string& name) const;
  const StreamRecord& stream(const std::string& name) const;
  [[noreturn]] void broken(const std::string& what) const {
    fail(Category::input, in.check.subject + ": " + what);
  }
  std::uint32_t extent32(std::uint64_t value, const char* what) const {
    if (value == 0 || value > (1U << 24U)) broken(std::string(what) + " is not a sensible extent");
    return static_cast<std::uint32_t>(value);
  }
  std::vector<std::string> grid_names(const char* group) const;
  CounterGrid grid(const char* group, const std::string& name,
                   std::optional<std::uint64_t> bin) const;

  Input in;
  Header header;
  std::vector<StreamRecord> streams;
};

void Reader::Impl::read_header() {
  const hid_t root = in.file.get();
  const std::string where = "the file";
  if (!has_attribute(in, root, "format") ||
      text_attribute(in, root, where, "format") != format_name) {
    broken("is an HDF5 file but not a weft trace");
  }
  header.format_version = text_attribute(in, root, where, "format_version");
  const bool former = header.format_version.starts_with("1.");
  if (!former && !header.format_version.starts_with("2.")) {
    broken("has trace format " + header.format_version + "; this weft reads 1.x and 2.x");
  }
  const std::string by = former ? where : "/writer";
  const Id writer = open_group(in, root, former ? "/" : by);
  header.software = text_attribute(in, writer.get(), by, "software");
  header.software_version = text_attribute(in, writer.get(), by, "software_version");
  header.complete = integer_attribute(in, root, where, "complete") == 1;
  header.level = text_attribute(in, root, where, "level");
  header.clock_hz = integer_attribute(in, root, where, "clock_hz");
  header.cycles = integer_attribute(in, root, where, "cycles");
  header.epoch_cycles = integer_attribute(in, writer.get(), by, "epoch_cycles");
  header.epochs = integer_attribute(in, writer.get(), by, "epochs");
  header.ended = has_attribute(in, root, "stop");
  if (header.ended) {
    header.hash = text_attribute(in, root, where, "trace_hash");
    header.stop = text_attribute(in, root, where, "stop");
  }
  const Id machine = open_group(in, root, "machine");
  header.family = text_attribute(in, machine.get(), "/machine", "family");
  header.machine = text_attribute(in, machine.get(), "/machine", "name");
  header.width = extent32(integer_attribute(in, machine.get(), "/machine", "region_width"),
                          "/machine: region_width");
  header.height = extent32(integer_attribute(in, machine.get(), "/machine", "region_height"),
                           "/machine: region_height");
}

StreamRecord Reader::Impl::read_stream(const std::string& name) const {
  const std::string path = "/events/" + name;
  const Id group = open_group(in, in.file.get(), path);
  StreamRecord record;
  record.info.name = name;
  const std::uint64_t position = integer_attribute(in, group.get(), path, "position");
  record.position = static_cast<std::uint32_t>(position);
  record.info.description = text_attribute(in, group.get(), path, "description");
  record.info.id_meaning = text_attribute(in, group.get(), path, "id_meaning");
  record.info.argument_meaning = text_attribute(in, group.get(), path, "argument_meaning");
  record.info.kinds = read_names(in, group.get(), "kinds");
  const std::uint64_t level = integer_attribute(in, group.get(), path, "level");
  if (level > static_cast<std::uint64_t>(TraceLevel::full)) broken(path + ": no such level");
  record.info.level = static_cast<TraceLevel>(level);
  // A stream above the trace's level has no columns.
  record.kept = has_link(in, group.get(), event_columns.front().name);
  record.rows = integer_attribute(in, group.get(), path, "rows");
  if (header.ended) {
    record.digest = text_attribute(in, group.get(), path, "digest");
    record.rows_hashed = integer_attribute(in, group.get(), path, "rows_hashed");
  }
  if (!record.kept) return record;
  for (const Column& column : event_columns) {
    const Dataset dataset = open_dataset(in, group.get(), column.name);
    if (dataset.shape.size() != 1 || dataset.shape[0] < record.rows) {
      broken(path + "/" + column.name + " is shorter than the stream's " +
             counted(record.rows, "row"));
    }
  }
  return record;
}

void Reader::Impl::read_streams() {
  const Id events = open_group(in, in.file.get(), "events");
  for (const auto& name : members(in, events.get())) streams.push_back(read_stream(name));
  std::sort(streams.begin(), streams.end(),
            [](const auto& a, const auto& b) { return a.position < b.position; });
}

const StreamRecord& Reader::Impl::stream(const std::string& name) const {
  const auto found = std::find_if(streams.begin(), streams.end(),
                                  [&](const StreamRecord& s) { return s.info.name == name; });
  if (found == streams.end()) {
    std::string known;
    for (const auto& s : streams) known += (known.empty() ? "" : ", ") + s.info.name;
    broken("has no stream '" + name + "'; it has: " + known);
  }
  return *found;
}

std::vector<std::string> Reader::Impl::grid_names(const char* group) const {
  std::vector<std::string> names;
  if (!has_link(in, in.file.get(), group)) return names;
  const Id id = open_group(in, in.file.get(), group);
  for (const auto& name : members(in, id.get())) {
    // Scales have no unit of their own but for the bins' first cycle.
    const Dataset dataset = open_dataset(in, id.get(), name);
    if (name != "cycle" && has_attribute(in, dataset.id.get(), "units")) names.push_back(name);
  }
  return names;
}

CounterGrid Reader::Impl::grid(const char* group, const std::string& name,
                               std::optional<std::uint64_t> bin) const {
  const auto names = grid_names(group);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    std::string known;
    for (const auto& n : names) known += (known.empty() ? "" : ", ") + n;
    broken("/" + std::string(group) + " has no counter '" + name + "'; it has: " + known);
  }
  const Id id = open_group(in, in.file.get(), group);
  const Dataset dataset = open_dataset(in, id.get(), name);
  const std::size_t first = bin ? 1 : 0;
  const auto& shape = dataset.shape;
  if (shape.size() < first + 2 || shape.size() > first + 3 || shape[first] != header.height ||
      shape[first + 1] != header.width) {
    broken("/" + std::string(group) + "/" + name + " is not shaped like the machine");
  }
  if (bin && *bin >= shape[0]) {
    broken("there is no bin " + std::to_string(*bin) + ": the timeline has bins 0 to " +
           std::to_string(shape[0] == 0 ? 0 : shape[0] - 1));
  }
  CounterGrid grid;
  grid.name = name;
  grid.unit = text_attribute(in, dataset.id.get(), name, "units");
  grid.long_name = text_attribute(in, dataset.id.get(), name, "long_name");
  grid.width = header.width;
  grid.height = header.height;
  if (shape.size() == first + 3) {
    const std::string scale = text_attribute(in, dataset.id.get(), name, "channel_scale");
    grid.channels = read_names(in, in.file.get(), "definitions/" + scale);
    if (grid.channels.size() != shape.back()) broken(name + ": its channels have no names");
  }
  std::vector<std::uint64_t> start(shape.size());
  std::vector<std::uint64_t> count = shape;
  if (bin) {
    start[0] = *bin;
    count[0] = 1;
  }
  grid.values = read_box(in, dataset, start, count);
  return grid;
}

Reader::Reader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {
  impl_->read_header();
  impl_->read_streams();
}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

const std::string& Reader::path() const { return impl_->in.path; }
const Header& Reader::header() const { return impl_->header; }
const std::vector<StreamRecord>& Reader::streams() const { return impl_->streams; }

std::string Reader::config() const { return read_text(impl_->in, impl_->in.file.get(), "config"); }

std::string Reader::program() const {
  if (H5Lexists(impl_->in.file.get(), "program", H5P_DEFAULT) <= 0) return "";
  return read_text(impl_->in, impl_->in.file.get(), "program");
}

std::string Reader::identity() const {
  if (H5Lexists(impl_->in.file.get(), "identity", H5P_DEFAULT) <= 0) return "";
  return read_text(impl_->in, impl_->in.file.get(), "identity");
}

std::vector<EventRow> Reader::rows(const std::string& stream, std::uint64_t first,
                                   std::uint64_t count) const {
  const StreamRecord& record = impl_->stream(stream);
  if (!record.kept) {
    impl_->broken("holds no rows of stream '" + stream + "' (trace level '" + impl_->header.level +
                  "')");
  }
  const std::uint64_t from = std::min(first, record.rows);
  std::vector<EventRow> rows(std::min(count, record.rows - from));
  const Id group = open_group(impl_->in, impl_->in.file.get(), "/events/" + stream);
  for (std::size_t c = 0; c < event_columns.size(); ++c) {
    const Dataset dataset = open_dataset(impl_->in, group.get(), event_columns[c].name);
    const auto values = read_box(impl_->in, dataset, {from}, {rows.size()});
    for (std::size_t i = 0; i < rows.size(); ++i) set_column(rows[i], c, values[i]);
  }
  return rows;
}

std::uint64_t Reader::seek(const std::string& stream, Cycle cycle) const {
  const StreamRecord& record = impl_->stream(stream);
  if (!record.kept || record.rows == 0) return 0;
  const Id group = open_group(impl_->in, impl_->in.file.get(), "/events/" + stream);
  const Dataset index = open_dataset(impl_->in, group.get(), "index/first_cycle");
  const Id index_group = open_group(impl_->in, group.get(), "index");
  const std::uint64_t chunk_rows = integer_attribute(
      impl_->in, index_group.get(), "/events/" + stream + "/index", "rows_per_entry");
  if (chunk_rows == 0) impl_->broken("/events/" + stream + ": the seek index is broken");
  const std::uint64_t entries = (record.rows + chunk_rows - 1) / chunk_rows;
  if (index.shape.size() != 1 || index.shape[0] < entries) {
    impl_->broken("/events/" + stream + ": the seek index is too short");
  }
  const auto cycles = read_box(impl_->in, index, {0}, {entries});
  const auto above = std::lower_bound(cycles.begin(), cycles.end(), cycle) - cycles.begin();
  if (above == 0) return 0;
  const std::uint64_t first = static_cast<std::uint64_t>(above - 1) * chunk_rows;
  const Dataset column = open_dataset(impl_->in, group.get(), "cycle");
  const auto chunk =
      read_box(impl_->in, column, {first}, {std::min(chunk_rows, record.rows - first)});
  const auto found = std::lower_bound(chunk.begin(), chunk.end(), cycle) - chunk.begin();
  return first + static_cast<std::uint64_t>(found);
}

std::vector<std::string> Reader::counter_names() const { return impl_->grid_names("counters"); }
CounterGrid Reader::counter(const std::string& name) const {
  return impl_->grid("counters", name, std::nullopt);
}
std::vector<std::string> Reader::timeline_names() const { return impl_->grid_names("timeline"); }

std::uint64_t Reader::timeline_bins() const {
  if (!has_link(impl_->in, impl_->in.file.get(), "timeline")) return 0;
  const Dataset bins = open_dataset(impl_->in, impl_->in.file.get(), "timeline/cycle");
  if (bins.shape.size() != 1) impl_->broken("/timeline/cycle is not a column");
  return bins.shape[0];
}

Cycle Reader::timeline_bin_cycles() const {
  const Id group = open_group(impl_->in, impl_->in.file.get(), "timeline");
  return integer_attribute(impl_->in, group.get(), "/timeline", "bin_cycles");
}

CounterGrid Reader::timeline(const std::string& name, std::uint64_t bin) const {
  return impl_->grid("timeline", name, bin);
}

std::vector<Phase> Reader::phases() const {
  if (!has_link(impl_->in, impl_->in.file.get(), "phases")) return {};
  const Id group = open_group(impl_->in, impl_->in.file.get(), "phases");
  const auto names = read_names(impl_->in, group.get(), "name");
  const auto kinds = read_names(impl_->in, group.get(), "kind");
  const auto begins =
      read_box(impl_->in, open_dataset(impl_->in, group.get(), "begin"), {0}, {names.size()});
  const auto ends =
      read_box(impl_->in, open_dataset(impl_->in, group.get(), "end"), {0}, {names.size()});
  if (kinds.size() != names.size()) impl_->broken("/phases: columns of different lengths");
  std::vector<Phase> phases;
  for (std::size_t i = 0; i < names.size(); ++i) {
    phases.push_back({names[i], kinds[i], begins[i], ends[i]});
  }
  return phases;
}

std::vector<std::string> Reader::result_names() const {
  if (!has_link(impl_->in, impl_->in.file.get(), "results")) return {};
  return members(impl_->in, open_group(impl_->in, impl_->in.file.get(), "results").get());
}

Tensor Reader::result(const std::string& name) const {
  const Id group = open_group(impl_->in, impl_->in.file.get(), "results");
  return read_dataset(impl_->in, group.get(), name);
}

std::vector<StringTable> Reader::definitions() const {
  const Id group = open_group(impl_->in, impl_->in.file.get(), "definitions");
  std::vector<StringTable> tables;
  for (const auto& name : members(impl_->in, group.get())) {
    tables.push_back({name, read_names(impl_->in, group.get(), name)});
  }
  return tables;
}

}  // namespace weft::trace
