// SPDX-License-Identifier: Apache-2.0
// The door for CSL on wafers: its keys, what a compiled program exports, how it reaches the plan.
#include "cli/job/doors/csl.hpp"

#include <any>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "cli/job/command_door.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/job_read.hpp"
#include "hosts/csl/definitions.hpp"
#include "program/wse_content.hpp"
#include "program/wse_exports.hpp"

namespace weft::cli {

using program::wse::Program;
using topology::Kind;
using topology::Limits;
using topology::Table;

const CslSources& csl_sources(const Job& job) {
  return std::any_cast<const CslSources&>(job.program);
}

namespace {

using machine::Export;

std::vector<Export> exports_of(const program::wse::TileCode& code) {
  std::vector<Export> list;
  for (const program::wse::Symbol& symbol : code.symbols) {
    if (symbol.exported.empty()) continue;
    list.push_back({Export::Kind::variable, symbol.exported, program::wse::bytes_of(symbol.type),
                    symbol.elements, name_of(symbol.type)});
  }
  for (const program::wse::EntryPoint& entry : code.entry_points) {
    list.push_back({Export::Kind::function, entry.name, 0, 0,
                    program::wse::names_of(code.functions[entry.function].parameters)});
  }
  return list;
}

class CslProgram : public CompiledProgram {
 public:
  CslProgram(Program program, const program::wse::Limits& limits)
      : program_(std::move(program)), limits_(limits) {}

  Rectangle region() const override { return {0, 0, program_.width, program_.height}; }
  ProgramExports exports() const override {
    ProgramExports out;
    for (const auto& code : program_.codes) out.groups.push_back(exports_of(code));
    out.group_of_tile = program_.code_of_tile;
    for (const program::wse::HostStream& stream : program_.host_streams) {
      out.streams.push_back(
          {stream.into_machine ? Export::Kind::stream_in : Export::Kind::stream_out, stream.name, 4,
           0, "u32"});
    }
    return out;
  }
  std::vector<std::byte> bytes() const override { return program::wse::serialize(program_); }
  std::vector<std::byte> content() const override {
    return program::wse::serialize(program::wse::content(program_));
  }
  std::vector<std::string> link_directions() const override {
    return {"west", "east", "south", "north"};
  }
  std::vector<trace::StringTable> definitions() const override {
    return hosts::csl::definitions(program_);
  }
  std::string describe() const override { return describe_csl(program_, limits_); }

 private:
  Program program_;
  program::wse::Limits limits_;
};

void add_wavelet_flip(const Job& job, const WaveletFlip& flip, Program& program) {
  if (flip.x >= program.width || flip.y >= program.height) {
    fail(Category::input, job.file + ": debug.flip_wavelet names a tile outside the program");
  }
  program.wavelet_flips.push_back({flip.x, flip.y, static_cast<std::uint8_t>(flip.color),
                                   std::uint32_t{1} << flip.bit, flip.cycle});
}

class CslDoor : public CommandDoor {
 public:
  CslDoor() : CommandDoor({"csl", "CSL", "a CSL program", "wse", "CSL runs on wafers"}) {}

  void read_program(Table& table, const std::string& folder, Job& job) const override {
    auto& sources = job.program.emplace<CslSources>();
    sources.layout = beside(folder, table.text("csl"));
    if (!table.has("parameters")) return;
    Table parameters = table.table("parameters");
    for (const std::string& name : parameters.keys()) {
      const topology::Value& value = parameters.value(name);
      if (value.kind != Kind::integer && value.kind != Kind::real && value.kind != Kind::boolean) {
        parameters.fail(name, "must be a number or a boolean");
      }
      sources.parameters.emplace(name, value);
    }
  }

  void read_debug(Table& table, Job& job) const override {
    CommandDoor::read_debug(table, job);
    if (!table.has("flip_wavelet")) return;
    Table flip = table.table("flip_wavelet");
    WaveletFlip wavelet;
    std::tie(wavelet.x, wavelet.y) = read_tile(flip);
    wavelet.color = read_small(flip, "color", 23);
    wavelet.bit = read_small(flip, "bit", 31);
    wavelet.cycle = static_cast<Cycle>(flip.integer("cycle", Limits{0, 1LL << 50}));
    std::any_cast<CslSources&>(job.program).wavelet_flip = wavelet;
  }

  std::unique_ptr<const CompiledProgram> compile(
      const Job& job, const topology::Topology& topology) const override {
    const auto limits = program::wse::read_limits(topology);
    Program program = compile_csl(job, topology, limits);
    const auto& flip = csl_sources(job).wavelet_flip;
    if (flip) add_wavelet_flip(job, *flip, program);
    return std::make_unique<CslProgram>(std::move(program), limits);
  }

  MultiplyAdd multiply_add(topology::Topology topology) const override {
    return {topology.boolean("pe.float.fmacs_fused"),
            topology.boolean("pe.float.flush_subnormals")};
  }
};

}  // namespace

std::unique_ptr<const Door> csl_door() { return std::make_unique<CslDoor>(); }

}  // namespace weft::cli
