// SPDX-License-Identifier: Apache-2.0
// The door for RDUs: unit graphs as text, arrays copied by name.
#include "frontends/rdu/rdu.hpp"

#include <any>
#include <map>
#include <utility>

#include "cli/job/command_door.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/job_read.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_timing.hpp"

namespace weft::cli {

using machine::Export;
using program::rdu::Program;
using program::rdu::Timing;

namespace {

/// [program] of a job with a unit graph.
struct RduSource {
  std::string path;
};

/// Contexts and memory of each kind of unit.
std::string describe_graph(const Program& program, const Timing& timing) {
  using program::rdu::Unit;
  std::map<Unit::Kind, std::uint64_t> units;
  for (const Unit& unit : program.units) ++units[unit.kind];
  std::string text = std::to_string(program.contexts.size()) + " contexts, " +
                     std::to_string(program.channels.size()) + " channels\nunits";
  for (const auto& [kind, count] : units) {
    text += " " + std::string(name_of(kind)) + " " + std::to_string(count);
  }
  text += " (a chip has compute " + std::to_string(timing.compute_units) + " memory " +
          std::to_string(timing.memory_units) + " address " + std::to_string(timing.address_units) +
          ")";
  std::uint64_t words = 0;
  for (const program::rdu::Memory& memory : program.memories) {
    words += std::uint64_t{memory.words} * memory.buffers;
  }
  return text + "\nmemory words " + std::to_string(words);
}

class RduProgram : public CompiledProgram {
 public:
  RduProgram(Program program, const Timing& timing)
      : program_(std::move(program)), timing_(timing) {}

  Rectangle region() const override { return program::rdu::region_of(program_); }
  ProgramExports exports() const override {
    ProgramExports out;
    out.groups.push_back({{Export::Kind::function, "run", 0, 0, ""}});
    for (const program::rdu::Array& array : program_.arrays) {
      out.arrays.push_back({{Export::Kind::array, array.name, program::rdu::word_bytes,
                             array.elements(), numerics::name_of(array.type)},
                            array.shape});
    }
    return out;
  }
  std::vector<std::byte> bytes() const override { return serialize(program_); }
  std::vector<std::byte> content() const override { return program::rdu::content(program_); }
  std::vector<trace::StringTable> definitions() const override {
    trace::StringTable units{"units", {}};
    for (const auto& unit : program_.units) units.entries.push_back(unit.name);
    trace::StringTable contexts{"contexts", {}};
    for (const auto& context : program_.contexts) contexts.entries.push_back(context.name);
    trace::StringTable channels{"channels", {}};
    for (const auto& channel : program_.channels) channels.entries.push_back(channel.name);
    return {units, contexts, channels};
  }
  std::string text() const override { return rdu::print(program_); }
  std::string describe() const override { return describe_graph(program_, timing_); }

 private:
  Program program_;
  Timing timing_;
};

class RduDoor : public CommandDoor {
 public:
  RduDoor()
      : CommandDoor({"rdu", "RDU unit graphs", "a unit graph", "rdu", "unit graphs run on RDUs"}) {}

  void read_program(topology::Table& table, const std::string& folder, Job& job) const override {
    job.program.emplace<RduSource>().path = beside(folder, table.text(traits().key));
  }

  std::unique_ptr<const CompiledProgram> compile(
      const Job& job, const topology::Topology& topology) const override {
    const auto& source = std::any_cast<const RduSource&>(job.program);
    const Timing timing = program::rdu::read_timing(topology);
    Program program = rdu::read_file(source.path, timing);
    validate(program);
    check_fit(program, timing);
    require_region(job, topology, source.path, program::rdu::region_of(program));
    return std::make_unique<RduProgram>(std::move(program), timing);
  }

  MultiplyAdd multiply_add(topology::Topology) const override { return {}; }
};

}  // namespace

std::unique_ptr<const Door> rdu_door() { return std::make_unique<RduDoor>(); }

}  // namespace weft::cli
