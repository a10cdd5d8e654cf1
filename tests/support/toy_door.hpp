// SPDX-License-Identifier: Apache-2.0
// A door for the toy machine: all that a new machine needs so that jobs can run on it.
#pragma once

#include <any>
#include <memory>
#include <utility>

#include "cli/job/command_door.hpp"
#include "machine/toy/program.hpp"

namespace weft::test {

/// Constants of a toy, its region, and what every toy exports.
class ToyProgram : public cli::CompiledProgram {
 public:
  ToyProgram(const machine::toy::Program& program, const Rectangle& region,
             const topology::Topology& topology)
      : program_(program), region_(region) {
    const machine::Slice whole{region, region, {}};
    const auto machine = machine::family("toy").make(topology, bytes(), whole);
    using Kind = machine::Export::Kind;
    exports_.groups.emplace_back();
    for (const machine::Export& one : machine->exports()) {
      const bool stream = one.kind == Kind::stream_in || one.kind == Kind::stream_out;
      (stream ? exports_.streams : exports_.groups.front()).push_back(one);
    }
  }

  Rectangle region() const override { return region_; }
  cli::ProgramExports exports() const override { return exports_; }
  std::vector<std::byte> bytes() const override { return machine::toy::to_bytes(program_); }
  std::vector<std::byte> content() const override { return bytes(); }
  std::vector<std::string> link_directions() const override {
    return {"west", "east", "north", "south", "far"};
  }
  std::string describe() const override {
    return "links of " + std::to_string(program_.link_latency_cycles) + " cycles";
  }

 private:
  machine::toy::Program program_;
  Rectangle region_;
  cli::ProgramExports exports_;
};

/// [program] toy = SEED, link_latency_cycles = 1 to 64.
class ToyDoor : public cli::CommandDoor {
 public:
  ToyDoor() : CommandDoor({"toy", "toy numbers", "a toy program", "toy", "toys run on toys"}) {}

  void read_program(topology::Table& table, const std::string&, cli::Job& job) const override {
    auto& program = job.program.emplace<machine::toy::Program>();
    program.seed = static_cast<std::uint64_t>(table.integer("toy", topology::Limits{0, 1000}));
    program.link_latency_cycles = static_cast<std::uint32_t>(
        table.integer_or("link_latency_cycles", 1, topology::Limits{1, 64}));
  }
  std::unique_ptr<const cli::CompiledProgram> compile(
      const cli::Job& job, const topology::Topology& topology) const override {
    const Rectangle region = job.region.value_or(Rectangle{0, 0, 8, 8});
    cli::require_region(job, topology, job.file, region);
    return std::make_unique<ToyProgram>(std::any_cast<const machine::toy::Program&>(job.program),
                                        region, topology);
  }
  cli::MultiplyAdd multiply_add(topology::Topology) const override { return {}; }
};

}  // namespace weft::test
