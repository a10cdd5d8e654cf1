// SPDX-License-Identifier: Apache-2.0
// Times of sections, from the goes of the contexts that start them.
#include "analysis/sections.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/bsp_rows.hpp"
#include "analysis/text_table.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

enum class Part { begin, program, argument, end };

struct Mark {
  std::size_t section = 0;
  Part part = Part::begin;
};

std::vector<std::string> entries_of(const trace::Reader& reader, const std::string& table) {
  for (const trace::StringTable& one : reader.definitions()) {
    if (one.name == table) return one.entries;
  }
  return {};
}

/// Contexts "section0.begin", ".pload", ".aload", ".end" by their numbers.
std::map<std::uint64_t, Mark> marks_of(const trace::Reader& reader, std::size_t sections) {
  std::map<std::string, Mark> names;
  for (std::size_t s = 0; s < sections; ++s) {
    const std::string name = "section" + std::to_string(s);
    names[name + ".begin"] = {s, Part::begin};
    names[name + ".pload"] = {s, Part::program};
    names[name + ".aload"] = {s, Part::argument};
    names[name + ".end"] = {s, Part::end};
  }
  std::map<std::uint64_t, Mark> out;
  const std::vector<std::string> contexts = entries_of(reader, "contexts");
  for (std::size_t c = 0; c < contexts.size(); ++c) {
    const auto found = names.find(contexts[c]);
    if (found != names.end()) out[c] = found->second;
  }
  return out;
}

}  // namespace

std::vector<SectionTime> read_sections(const trace::Reader& reader) {
  const std::vector<std::string> names = entries_of(reader, "sections");
  if (names.empty()) {
    fail(Category::input, "'" + reader.path() + "': its program has no sections");
  }
  const std::map<std::uint64_t, Mark> marks = marks_of(reader, names.size());
  const trace::StreamRecord& stream = kept_stream(reader, "scopes", "runs");
  std::vector<SectionTime> out;
  Cycle last = 0;  // first cycle behind what was seen of the section
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows("scopes", first, rows_at_once)) {
      const auto found = marks.find(row.id);
      if (row.kind != 0 || found == marks.end()) continue;
      const Cycle next = row.cycle + 1;
      if (found->second.part == Part::begin) {
        if (!out.empty()) out.back().idle_cycles = row.cycle - last;
        out.push_back({names[found->second.section], row.cycle});
        last = row.cycle;
        continue;
      }
      if (out.empty()) continue;
      SectionTime& now = out.back();
      Cycle& part = found->second.part == Part::program    ? now.program_cycles
                    : found->second.part == Part::argument ? now.argument_cycles
                                                           : now.execute_cycles;
      part = next - last;
      last = next;
    }
  }
  return out;
}

std::string describe_sections(const std::vector<SectionTime>& sections) {
  std::vector<TableRow> rows{{"section", "begin", "cycles", "%idle", "%exec", "%pload", "%aload",
                              "sram B", "hbm B", "dram B"}};
  SectionTime all;
  all.name = "all";
  const auto add = [&](const SectionTime& of) {
    const Cycle sum = of.program_cycles + of.argument_cycles + of.execute_cycles + of.idle_cycles;
    const auto share = [sum](Cycle cycles) {
      return sum == 0 ? std::string("-")
                      : fixed(100.0 * static_cast<double>(cycles) / static_cast<double>(sum), 1);
    };
    rows.push_back({of.name, std::to_string(of.begin), std::to_string(sum), share(of.idle_cycles),
                    share(of.execute_cycles), share(of.program_cycles), share(of.argument_cycles),
                    std::to_string(of.sram_bytes), std::to_string(of.hbm_bytes),
                    std::to_string(of.dram_bytes)});
  };
  for (const SectionTime& of : sections) {
    add(of);
    all.program_cycles += of.program_cycles;
    all.argument_cycles += of.argument_cycles;
    all.execute_cycles += of.execute_cycles;
    all.idle_cycles += of.idle_cycles;
    all.sram_bytes = std::max(all.sram_bytes, of.sram_bytes);
    all.hbm_bytes += of.hbm_bytes;
    all.dram_bytes += of.dram_bytes;
  }
  if (!sections.empty()) all.begin = sections.front().begin;
  add(all);
  return table_text(rows, true);
}

}  // namespace weft::analysis
