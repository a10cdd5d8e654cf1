// SPDX-License-Identifier: Apache-2.0
// The door for RDUs: unit graphs as text, arrays copied by name.
#include "frontends/rdu/rdu.hpp"

#include <any>
#include <utility>

#include "cli/job/command_door.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "cli/job/job_read.hpp"
#include "hosts/spatial/accelerator.hpp"
#include "program/rdu_network.hpp"
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
  bool timing_only = false;
};

class RduProgram : public CompiledProgram {
 public:
  RduProgram(program::rdu::Networked networked, const Timing& timing, std::string left_out)
      : program_(std::move(networked.program)),
        placed_(std::move(networked.placed)),
        use_(std::move(networked.use)),
        timing_(timing),
        left_out_(std::move(left_out)) {}

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
    return hosts::spatial::names_of(program_);
  }
  std::string text() const override { return rdu::print(placed_); }
  bool has_values() const override { return left_out_.empty(); }
  std::string describe() const override {
    return describe_units(program_, timing_) + describe_network(program_, use_) + left_out_;
  }

 private:
  Program program_;
  Program placed_;  ///< as it was read, with places
  program::rdu::NetworkUse use_;
  Timing timing_;
  std::string left_out_;  ///< what describe() says of values; empty: they are all there
};

class RduDoor : public CommandDoor {
 public:
  RduDoor()
      : CommandDoor({"rdu", "RDU unit graphs", "a unit graph", "rdu", "unit graphs run on RDUs"}) {}

  void read_program(topology::Table& table, const std::string& folder, Job& job) const override {
    auto& source = job.program.emplace<RduSource>();
    source.path = beside(folder, table.text(traits().key));
    source.timing_only = is_timing_only(table);
  }

  std::unique_ptr<const CompiledProgram> compile(
      const Job& job, const topology::Topology& topology) const override {
    const auto& source = std::any_cast<const RduSource&>(job.program);
    const Timing timing = program::rdu::read_timing(topology);
    const Program program = rdu::read_file(source.path, timing);
    validate(program);
    check_fit(program, timing);
    program::rdu::Networked networked = program::rdu::lay_network(program, timing);
    require_region(job, topology, source.path, program::rdu::region_of(networked.program));
    std::string left_out;
    if (source.timing_only) left_out = leave_values_out(networked.program, timing);
    return std::make_unique<RduProgram>(std::move(networked), timing, std::move(left_out));
  }

  MultiplyAdd multiply_add(topology::Topology) const override { return {}; }
};

}  // namespace

std::unique_ptr<const Door> rdu_door() { return std::make_unique<RduDoor>(); }

}  // namespace weft::cli
