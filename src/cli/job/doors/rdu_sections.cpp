// SPDX-License-Identifier: Apache-2.0
// `weft trace sections`: what an RDU's sections spend their time with, and where their matrices
// lie.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/sections.hpp"
#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/job/doors/rdu_trace.hpp"
#include "cli/trace/trace_command.hpp"
#include "program/rdu_traffic.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

using analysis::SectionTime;
using program::rdu::MatrixUse;
using program::rdu::Program;
using program::rdu::SramUse;

/// Sections go by in their order, all of them again at each launch.
void add_bytes(std::vector<SectionTime>& list, const Program& program) {
  const std::vector<program::rdu::SectionBytes> bytes = program::rdu::section_bytes(program);
  for (std::size_t i = 0; i < list.size() && !bytes.empty(); ++i) {
    list[i].sram_bytes = bytes[i % bytes.size()].sram;
    list[i].hbm_bytes = bytes[i % bytes.size()].hbm;
    list[i].dram_bytes = bytes[i % bytes.size()].dram;
  }
}

std::string section_name(const Program& program, std::uint32_t section) {
  return section == program::rdu::none ? "host" : program.sections[section].name;
}

/// Of a memory: while which section is on the chip.
std::string lives_in(const Program& program, const SramUse& of) {
  return of.section == program::rdu::none ? "always" : program.sections[of.section].name;
}

/// The largest memories, and how full that makes the chips.
std::string describe_sram(const RduGraph& graph, std::vector<SramUse> uses) {
  constexpr std::size_t most = 16;
  const Program& program = graph.program;
  std::stable_sort(uses.begin(), uses.end(),
                   [](const SramUse& a, const SramUse& b) { return a.bytes > b.bytes; });
  std::vector<analysis::TableRow> rows{{"memory in SRAM", "chip", "buffers", "bytes", "lives in"}};
  for (std::size_t i = 0; i < std::min(most, uses.size()); ++i) {
    const program::rdu::Memory& memory = program.memories[uses[i].memory];
    rows.push_back({memory.name, std::to_string(program.units[memory.unit].chip),
                    std::to_string(memory.buffers), std::to_string(uses[i].bytes),
                    lives_in(program, uses[i])});
  }
  std::string out = analysis::table_text(rows, true);
  if (uses.size() > most) out += "  and " + counted(uses.size() - most, "smaller one") + "\n";
  const std::uint64_t chip = std::uint64_t{graph.timing.memory_units} * graph.timing.memory_words *
                             program::rdu::word_bytes;
  return out + "  a chip has " + counted(chip, "byte") + " in " +
         counted(graph.timing.memory_units, "memory unit") + "\n";
}

std::string describe_matrices(const Program& program, const std::vector<MatrixUse>& uses) {
  std::vector<analysis::TableRow> rows{
      {"matrix", "memory", "chip", "address", "bytes", "stored by", "last loaded by", "moved B"}};
  for (const MatrixUse& of : uses) {
    const program::rdu::Unit& unit = program.units[of.unit];
    rows.push_back({of.name, std::string(program::rdu::name_of(unit.kind)),
                    std::to_string(unit.chip), std::to_string(of.address_bytes),
                    std::to_string(of.bytes), section_name(program, of.stored),
                    section_name(program, of.loaded), std::to_string(of.moved_bytes())});
  }
  return analysis::table_text(rows, true);
}

Json as_json(const std::vector<SectionTime>& list) {
  Json out = Json::array();
  for (const SectionTime& of : list) {
    out.push_back({{"name", of.name},
                   {"begin", of.begin},
                   {"idle_cycles", of.idle_cycles},
                   {"execute_cycles", of.execute_cycles},
                   {"program_cycles", of.program_cycles},
                   {"argument_cycles", of.argument_cycles},
                   {"sram_bytes", of.sram_bytes},
                   {"hbm_bytes", of.hbm_bytes},
                   {"dram_bytes", of.dram_bytes}});
  }
  return out;
}

Json as_json(const Program& program, const std::vector<MatrixUse>& uses) {
  Json out = Json::array();
  for (const MatrixUse& of : uses) {
    const program::rdu::Unit& unit = program.units[of.unit];
    out.push_back({{"name", of.name},
                   {"memory", program::rdu::name_of(unit.kind)},
                   {"chip", unit.chip},
                   {"address_bytes", of.address_bytes},
                   {"bytes", of.bytes},
                   {"stored_by", section_name(program, of.stored)},
                   {"last_loaded_by", section_name(program, of.loaded)},
                   {"moved_bytes", of.moved_bytes()}});
  }
  return out;
}

Json as_json(const Program& program, const std::vector<SramUse>& uses) {
  Json out = Json::array();
  for (const SramUse& of : uses) {
    const program::rdu::Memory& memory = program.memories[of.memory];
    const program::rdu::Unit& unit = program.units[memory.unit];
    out.push_back({{"name", memory.name},
                   {"unit", unit.name},
                   {"chip", unit.chip},
                   {"buffers", memory.buffers},
                   {"bytes", of.bytes},
                   {"lives_in", lives_in(program, of)}});
  }
  return out;
}

int sections(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  std::vector<SectionTime> list = analysis::read_sections(reader);
  const RduGraph graph = read_rdu_graph(reader);
  const Program& program = graph.program;
  const std::vector<MatrixUse> uses = program::rdu::matrix_uses(program);
  const std::vector<SramUse> sram = program::rdu::sram_uses(program);
  add_bytes(list, program);
  log::print(analysis::describe_sections(list));
  log::print(describe_matrices(program, uses));
  log::print(describe_sram(graph, sram));
  options.json.write(context.world, [&] {
    return Json{{"sections", as_json(list)},
                {"matrices", as_json(program, uses)},
                {"sram", as_json(program, sram)}};
  });
  return 0;
}

}  // namespace

void add_trace_sections(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  add_trace_command(trace, context, options, sections, "sections",
                    "What the sections of a program spend their time with, and where matrices lie");
}

}  // namespace weft::cli
