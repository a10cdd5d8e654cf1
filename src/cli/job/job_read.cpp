// SPDX-License-Identifier: Apache-2.0
// A job document, table by table.
#include "cli/job/job_read.hpp"

#include <filesystem>
#include <initializer_list>
#include <map>
#include <tuple>

#include "analysis/picture_file.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/job/door.hpp"
#include "cli/job/job_faults.hpp"

namespace weft::cli {

using topology::Document;
using topology::Limits;
using topology::Table;

std::string beside(const std::string& folder, const std::string& path) {
  const std::filesystem::path given(path);
  return (given.is_absolute() ? given : std::filesystem::path(folder) / given)
      .lexically_normal()
      .string();
}

Rectangle read_rectangle(Table& table, const std::string& key) {
  const auto sides = table.integers(key, Limits{0, 1 << 20});
  if (sides.size() != 4) table.fail(key, "must be [x, y, width, height]");
  const Rectangle region{static_cast<std::uint32_t>(sides[0]), static_cast<std::uint32_t>(sides[1]),
                         static_cast<std::uint32_t>(sides[2]),
                         static_cast<std::uint32_t>(sides[3])};
  if (region.empty()) table.fail(key, "is an empty rectangle");
  return region;
}

std::pair<std::uint32_t, std::uint32_t> read_tile(Table& table) {
  const auto tile = table.integers("tile", Limits{0, 1 << 20});
  if (tile.size() != 2) table.fail("tile", "must be [x, y]");
  return {static_cast<std::uint32_t>(tile[0]), static_cast<std::uint32_t>(tile[1])};
}

std::uint32_t read_small(Table& table, const std::string& key, std::int64_t most) {
  return static_cast<std::uint32_t>(table.integer(key, Limits{0, most}));
}

MemoryFlip read_memory_flip(Table table) {
  MemoryFlip memory(table);
  memory.symbol = table.text("symbol");
  if (table.has("tile")) memory.tile = read_tile(table);
  memory.element = read_small(table, "element", 0xffffffffLL);
  memory.bit = read_small(table, "bit", 31);
  memory.before_command =
      static_cast<std::uint64_t>(table.integer("before_command", Limits{0, 1 << 20}));
  return memory;
}

namespace {

void read_machine(Table table, Job& job) {
  job.topology = table.text("topology");
  if (table.has("region")) {
    const auto sides = table.integers("region", Limits{1, 1 << 20});
    if (sides.size() != 2) table.fail("region", "must be [width, height]");
    job.region =
        Rectangle{0, 0, static_cast<std::uint32_t>(sides[0]), static_cast<std::uint32_t>(sides[1])};
  }
  if (!table.has("constants")) return;
  table.texts("constants");  // refuses other kinds
  for (const topology::Value& item : table.value("constants").items) {
    const std::string place = item.place.describe();
    job.constants.emplace_back(item.text, item.place.line == 0 ? place : place + ": " + item.text);
  }
}

TraceLevel read_level(Table& table) {
  const std::vector<std::string> names{"off", "summary", "phases", "runs", "full"};
  return trace_level(table.choice_or("level", names, "runs"));
}

void read_trace(Table table, Job& job) {
  JobTrace& trace = job.trace;
  trace.level = read_level(table);
  trace.path = table.text_or("path", "");
  if (table.has("epoch_cycles")) {
    trace.epoch_cycles = static_cast<Cycle>(table.integer("epoch_cycles", Limits{1, 1LL << 40}));
  }
  if (table.has("seal_seconds")) {
    trace.seal_seconds = table.real("seal_seconds");
    if (!(*trace.seal_seconds >= 0.0)) table.fail("seal_seconds", "must be 0 or more");
  }
  if (table.has("window")) {
    const auto window = table.integers("window", Limits{0, 1LL << 50});
    if (window.size() != 2 || window[0] >= window[1]) {
      table.fail("window", "must be [first cycle, cycle after the last]");
    }
    trace.window.emplace(static_cast<Cycle>(window[0]), static_cast<Cycle>(window[1]));
  }
  if (table.has("region")) trace.region = read_rectangle(table, "region");
  if (table.has("heat_maps")) {
    Table maps = table.table("heat_maps");
    for (const std::string& counter : maps.keys()) {
      trace.heat_maps.emplace_back(counter, maps.text(counter));
      if (!analysis::is_picture_name(trace.heat_maps.back().second)) {
        maps.fail(counter, "must end in .png, .svg or .pdf");
      }
    }
  }
  if (!trace.path.empty() || trace.level == TraceLevel::off) return;
  table.finish();  // a key that is not known says more than the one that is missing
  table.fail("path", "is missing");
}

std::uint64_t read_bytes(Table& table, const std::string& key) {
  const std::string text = table.text(key);
  const std::size_t used = std::min(text.find_first_not_of("0123456789.eE+-"), text.size());
  const double number = real_of(std::string_view(text).substr(0, used)).value_or(0.0);
  const std::size_t unit_begin = text.find_first_not_of(' ', used);
  const std::string unit = unit_begin == std::string::npos ? "" : text.substr(unit_begin);
  const std::map<std::string, double> units{
      {"B", 1.0}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}};
  const auto found = units.find(unit);
  if (used == 0 || found == units.end() || !(number > 0.0) || number * found->second > 1e18) {
    table.fail(key, "must be an amount of memory such as \"512 MiB\" or \"8 GiB\"");
  }
  return static_cast<std::uint64_t>(number * found->second);
}

void read_limits(Table table, Job& job) {
  if (table.has("max_cycles")) {
    job.max_cycles = static_cast<Cycle>(table.integer("max_cycles", Limits{1, 1LL << 50}));
  }
  if (table.has("wall_seconds")) {
    job.wall_seconds = table.real("wall_seconds");
    if (!(*job.wall_seconds > 0.0)) table.fail("wall_seconds", "must be more than 0");
  }
  if (table.has("memory")) job.memory_bytes = read_bytes(table, "memory");
}

void read_output(Table table, Job& job) {
  for (const std::string& result : table.keys()) {
    job.outputs.emplace_back(result, read_file_reference(table, result, ""));
  }
}

/// What the host does: the job's commands, or data for the handles of a program with a main().
void read_host(Table& root, const std::string& folder, Job& job, Faults& faults) {
  const Door::Traits& door = job.door->traits();
  faults.in([&] {
    if (door.has_main) {
      if (root.has("command")) {
        root.fail("command", "is for programs in " + door_languages(false) + "; " + door.program +
                                 " is its own host");
      }
      for (Table& table : root.tables("input")) {
        faults.in(table, [&](Table& t) { job.inputs.push_back(read_input(t, folder)); });
      }
      return;
    }
    const std::vector<Table> commands = root.tables("command");
    for (const Table& table : commands) {
      faults.in(table, [&](Table& t) { job.commands.push_back(read_command(t, folder)); });
    }
    if (commands.empty()) {
      root.fail("command", "is missing: a job needs at least one [[command]]");
    }
  });
}

/// What does not belong to the job, or may not as long as its door is not known.
void skip(Table& root, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (root.has(key)) root.value(key);
  }
}

}  // namespace

TraceLevel trace_level(const std::string& name) {
  if (name == "off") return TraceLevel::off;
  if (name == "summary") return TraceLevel::summary;
  if (name == "phases") return TraceLevel::phases;
  if (name == "runs") return TraceLevel::runs;
  if (name == "full") return TraceLevel::full;
  fail(Category::input,
       "'" + name + "' is no trace level; known are off, summary, phases, runs, full");
}

Job read_job(Document document) {
  Job job;
  job.file = document.source();
  job.document = document.tree();
  const std::string folder = std::filesystem::path(document.source()).parent_path().string();
  Table root = document.root();
  Faults faults;
  faults.in([&] {
    faults.in(root.table("job"), [&](Table& head) {
      job.name = head.text("name");
      head.text_or("description", "");
    });
  });
  faults.in([&] { faults.in(root.table("machine"), [&](Table& t) { read_machine(t, job); }); });
  bool program_known = false;
  faults.in([&] {
    faults.in(root.table("program"), [&](Table& t) {
      job.door = &choose_door(t);
      job.door->read_program(t, folder, job);
      program_known = true;
    });
  });
  if (program_known) read_host(root, folder, job, faults);
  if (!program_known) skip(root, {"command", "input"});
  faults.in([&] {
    for (Table& table : root.tables("check")) {
      faults.in(table, [&](Table& t) { job.checks.push_back(read_check(t, folder)); });
    }
  });
  const auto optional = [&](const char* key, const auto& read) {
    faults.in([&] {
      if (root.has(key)) faults.in(root.table(key), read);
    });
  };
  optional("trace", [&](Table& t) { read_trace(t, job); });
  optional("limits", [&](Table& t) { read_limits(t, job); });
  optional("output", [&](Table& t) { read_output(t, job); });
  optional("layers", [](Table& t) {  // read again from the trace
    for (const std::string& name : t.keys()) t.text(name);
  });
  if (program_known) {
    optional("debug", [&](Table& t) { job.door->read_debug(t, job); });
  } else {
    skip(root, {"debug"});
  }
  faults.in([&] { root.finish(); });
  faults.raise();
  check_names(job);
  return job;
}

Job read_job(const std::string& path, const std::vector<topology::Assignment>& overrides) {
  Document document = Document::parse_file(path);
  override_job(document, overrides);
  return read_job(std::move(document));
}

}  // namespace weft::cli
