// SPDX-License-Identifier: Apache-2.0
// One [[command]] of a job file.
#include "base/error.hpp"
#include "base/job_limits.hpp"
#include "cli/job/job_read.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

using topology::Limits;
using topology::Table;

namespace {

constexpr Verb verbs[] = {Verb::copy_in,   Verb::copy_out,   Verb::launch,
                          Verb::stream_in, Verb::stream_out, Verb::stream};

/// The one verb of the table; each verb is a key whose value is the target.
Verb read_verb(Table& table) {
  std::string list;
  const Verb* found = nullptr;
  for (const Verb& verb : verbs) {
    const std::string name = name_of(verb);
    list += (list.empty() ? "" : ", ") + name;
    if (!table.has(name)) continue;
    if (found != nullptr) {
      table.fail(name, "cannot stand beside '" + name_of(*found) + "': a command does one thing");
    }
    found = &verb;
  }
  if (found != nullptr) return *found;
  const std::vector<std::string> keys = table.keys();
  std::vector<std::string> names;
  for (const Verb verb : verbs) names.push_back(name_of(verb));
  for (const std::string& key : keys) {
    const std::string guess = topology::did_you_mean(key, names);
    if (!guess.empty()) table.fail(key, "is not known" + guess);
  }
  fail(Category::input,
       table.place() + ": " + table.path() + " says nothing to do: it needs one of " + list);
}

Pattern read_pattern(Table table) {
  const Limits limits{-(1LL << 30), 1LL << 30};
  Pattern pattern;
  pattern.constant = table.integer_or("constant", 0, limits);
  pattern.tile_x = table.integer_or("x", 0, limits);
  pattern.tile_y = table.integer_or("y", 0, limits);
  pattern.element = table.integer_or("element", 0, limits);
  pattern.modulo = table.integer("modulo", Limits{1, 1LL << 30});
  pattern.offset = table.integer_or("offset", 0, limits);
  pattern.scale = table.real_or("scale", 1.0);
  return pattern;
}

DataSource read_data_source(Table& table, const std::string& folder) {
  DataSource source;
  for (const char* key : {"data", "values", "fill", "pattern"}) {
    if (!table.has(key)) continue;
    if (source.kind != DataSource::Kind::none) {
      table.fail(key, "is a second source of data: give one of data, values, fill, pattern");
    }
    const std::string name(key);
    if (name == "data") {
      source = read_file_reference(table, name, folder);
    } else if (name == "values") {
      source.kind = DataSource::Kind::values;
      source.values = table.reals(name);
    } else if (name == "fill") {
      source.kind = DataSource::Kind::fill;
      source.fill = table.real(name);
    } else {
      source.kind = DataSource::Kind::pattern;
      source.pattern = read_pattern(table.table(name));
    }
  }
  if (source.kind == DataSource::Kind::none) {
    table.fail("data", "is missing: give one of data, values, fill, pattern");
  }
  return source;
}

DataLayout read_layout(Table& table) {
  DataLayout layout;
  if (table.has("region")) layout.region = read_rectangle(table, "region");
  const Limits elements{1, most_elements_of_command};
  layout.elements = static_cast<std::uint32_t>(table.integer_or("elements", 0, elements));
  const std::string arrangement = table.choice_or("layout", {"tiles", "blocks", "same"}, "tiles");
  if (arrangement == "blocks") layout.arrangement = Arrangement::blocks;
  if (arrangement == "same") layout.arrangement = Arrangement::same;
  if (table.choice_or("order", {"row_major", "column_major"}, "row_major") == "column_major") {
    layout.order = ElementOrder::column_major;
  }
  layout.block_rows =
      static_cast<std::uint32_t>(table.integer_or("block_rows", 0, Limits{1, 1 << 16}));
  layout.type = table.choice_or("type", {"f32", "f16", "i32", "u32", "i16", "u16"}, "");
  return layout;
}

/// Keys that would be read and change nothing.
void refuse_idle_keys(Table& table, const DataLayout& layout, Verb verb) {
  const bool copies = verb == Verb::copy_in || verb == Verb::copy_out;
  if (copies && !layout.type.empty()) {
    table.fail("type", "is for streams; a variable or tensor has its own");
  }
  if (layout.block_rows != 0 && layout.arrangement != Arrangement::blocks) {
    table.fail("block_rows", "is for layout 'blocks'");
  }
}

}  // namespace

void read_items(Table& table, std::uint64_t& first, std::uint64_t& count) {
  if (!table.has("items")) return;
  const auto items = table.integers("items", Limits{0, 1LL << 40});
  if (items.size() != 2 || items[1] == 0) table.fail("items", "must be [first, count]");
  first = static_cast<std::uint64_t>(items[0]);
  count = static_cast<std::uint64_t>(items[1]);
}

std::string name_of(Verb verb) {
  switch (verb) {
    case Verb::copy_in:
      return "copy_in";
    case Verb::copy_out:
      return "copy_out";
    case Verb::launch:
      return "launch";
    case Verb::stream_in:
      return "stream_in";
    case Verb::stream_out:
      return "stream_out";
    case Verb::stream:
      return "stream";
  }
  return "";
}

DataSource parse_file_reference(const Table& table, const std::string& key,
                                const std::string& reference, const std::string& folder) {
  DataSource source;
  source.kind = DataSource::Kind::file;
  const std::size_t colon = reference.rfind(':');
  const std::string path = reference.substr(0, colon);
  if (colon != std::string::npos) source.dataset = reference.substr(colon + 1);
  const bool numpy = path.size() > 4 && path.ends_with(".npy");
  const bool hdf5 = path.ends_with(".h5") || path.ends_with(".hdf5");
  if (numpy != source.dataset.empty() || !(numpy || hdf5)) {
    table.fail(key, "must be \"file.npy\" or \"file.h5:dataset\", is \"" + reference + "\"");
  }
  source.path = beside(folder, path);
  return source;
}

DataSource read_file_reference(Table& table, const std::string& key, const std::string& folder) {
  return parse_file_reference(table, key, table.text(key), folder);
}

JobCommand read_command(Table table, const std::string& folder) {
  JobCommand command(table);
  command.verb = read_verb(table);
  command.target = table.text(name_of(command.verb));
  command.name = table.text_or("name", name_of(command.verb) + " " + command.target);
  const Verb verb = command.verb;
  if (verb == Verb::launch) {
    if (table.has("arguments")) command.arguments = table.reals("arguments");
    return command;
  }
  command.layout = read_layout(table);
  refuse_idle_keys(table, command.layout, verb);
  if (verb == Verb::copy_in || verb == Verb::stream_in || verb == Verb::stream) {
    command.data = read_data_source(table, folder);
  }
  if (verb == Verb::copy_out || verb == Verb::stream_out || verb == Verb::stream) {
    command.result = table.text_or("result", verb == Verb::stream ? "" : command.target);
  }
  if (verb == Verb::copy_out) command.appends = table.boolean_or("appends", false);
  if (verb == Verb::copy_in || verb == Verb::stream_in || verb == Verb::stream) {
    read_items(table, command.first_item, command.most_items);
    if (verb == Verb::copy_in && command.most_items > 1) {
      table.fail("items", "must be [first, 1]: a copy takes one item of the data");
    }
  }
  if (verb == Verb::stream_out) {
    command.items = static_cast<std::uint64_t>(table.integer_or("items", 1, Limits{1, 1LL << 40}));
  }
  if (verb == Verb::stream) {
    Table answer = table.table("answer");
    command.answer = answer.text("stream");
    command.answer_layout = read_layout(answer);
    command.at_a_time =
        static_cast<std::uint64_t>(table.integer_or("at_a_time", 0, Limits{1, 1LL << 40}));
  }
  return command;
}

}  // namespace weft::cli
