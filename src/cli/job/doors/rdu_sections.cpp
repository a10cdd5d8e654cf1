// SPDX-License-Identifier: Apache-2.0
// `weft trace sections`: what an RDU's sections spend their time with, and where their matrices
// lie.
#include <nlohmann/json.hpp>

#include "analysis/sections.hpp"
#include "analysis/text_table.hpp"
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

/// Sections go by in their order, all of them again at each launch.
void add_bytes(std::vector<SectionTime>& list, const Program& program) {
  const std::vector<program::rdu::SectionBytes> bytes = program::rdu::section_bytes(program);
  for (std::size_t i = 0; i < list.size() && !bytes.empty(); ++i) {
    list[i].hbm_bytes = bytes[i % bytes.size()].hbm;
    list[i].dram_bytes = bytes[i % bytes.size()].dram;
  }
}

std::string section_name(const Program& program, std::uint32_t section) {
  return section == program::rdu::none ? "host" : program.sections[section].name;
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

int sections(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  std::vector<SectionTime> list = analysis::read_sections(reader);
  const Program program = read_rdu_graph(reader).program;
  const std::vector<MatrixUse> uses = program::rdu::matrix_uses(program);
  add_bytes(list, program);
  log::print(analysis::describe_sections(list));
  log::print(describe_matrices(program, uses));
  options.json.write(context.world, [&] {
    return Json{{"sections", as_json(list)}, {"matrices", as_json(program, uses)}};
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
