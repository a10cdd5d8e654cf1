// SPDX-License-Identifier: Apache-2.0
// The doors for TSPs, schedules and the tensor programs that are scheduled here: checked whole
// before the run, tensors copied by name.
#include "cli/job/doors/tsp.hpp"

#include <algorithm>
#include <any>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/tsp_door.hpp"
#include "cli/job/doors/tsp_evaluate.hpp"
#include "cli/job/job_read.hpp"
#include "frontends/tsp/tensor_text.hpp"
#include "frontends/tsp/tsp.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_system.hpp"

namespace weft::cli {

using machine::Export;
using program::tsp::Checked;
using program::tsp::Program;
using program::tsp::TensorProgram;
using program::tsp::Timing;
using topology::Limits;
using topology::Table;

namespace {

class TspProgram : public CompiledProgram {
 public:
  TspProgram(TspFile file, Checked checked, Timing timing, std::uint64_t clock_hz,
             std::string operations)
      : program_(std::move(file.program)),
        tensors_(std::move(file.tensors)),
        checked_(std::move(checked)),
        timing_(std::move(timing)),
        clock_hz_(clock_hz),
        operations_(std::move(operations)) {}

  Rectangle region() const override { return {0, 0, program::tsp::stops, program_.chips()}; }
  ProgramExports exports() const override {
    ProgramExports out;
    out.groups.push_back({{Export::Kind::function, "run", 0, 0, ""}});
    for (const program::tsp::Tensor& tensor : program_.tensors) {
      if (tensor.role == program::tsp::Tensor::Role::constant) continue;
      const std::uint32_t width = numerics::width_of(tensor.type);
      out.arrays.push_back({{Export::Kind::array, tensor.name, width, tensor.elements(),
                             std::string(name_of(tensor.type))},
                            tensor.shape,
                            tensor.role == program::tsp::Tensor::Role::input});
    }
    return out;
  }
  std::vector<std::byte> bytes() const override { return serialize(program_); }
  std::vector<std::byte> content() const override { return program::tsp::content(program_); }
  std::vector<std::string> link_directions() const override { return {"west", "east"}; }
  std::vector<trace::StringTable> definitions() const override {
    using namespace program::tsp;
    trace::StringTable queue_names{"queues", {}};
    for (std::uint32_t i = 0; i < queues; ++i) queue_names.entries.push_back(name_of(queue_of(i)));
    trace::StringTable opcodes{"opcodes", {}};
    for (unsigned i = 0; i < static_cast<unsigned>(Opcode::count_); ++i) {
      opcodes.entries.emplace_back(name_of(static_cast<Opcode>(i)));
    }
    trace::StringTable stop_names{"stops", {}};
    for (std::uint32_t i = 0; i < stops; ++i) stop_names.entries.push_back(stop_name(i));
    std::vector<trace::StringTable> tables = {queue_names, opcodes, stop_names};
    if (!program_.layers.empty()) tables.push_back({"layers", program_.layers});
    return tables;
  }
  std::string text() const override { return tsp::print(program_); }
  bool has_values() const override { return !program_.timing_only; }
  HostValues host_values() const override {
    if (!tensors_) return {};
    return [tensors = tensors_](const HostArrays& arrays, const std::string& output) {
      return evaluate_tensors(*tensors, arrays, output);
    };
  }
  std::string describe() const override {
    return describe_tsp(program_, checked_, timing_, clock_hz_) + operations_;
  }

 private:
  Program program_;
  std::shared_ptr<const TensorProgram> tensors_;
  Checked checked_;
  Timing timing_;
  std::uint64_t clock_hz_;
  std::string operations_;  ///< what describe() says of them
};

class ScheduleDoor : public TspDoor {
 public:
  ScheduleDoor()
      : TspDoor({"tsp", "TSP schedules", "a TSP schedule", "tsp", "schedules run on TSPs"}) {}

 protected:
  void read_source(Table& table, const std::string& folder, TspSource& source) const override {
    source.path = beside(folder, table.text(traits().key));
  }
  TspFile read(const TspSource& source, const topology::Topology& /*topology*/,
               const Timing& timing) const override {
    Program program = tsp::read_file(source.path, timing);
    const bool empty =
        std::all_of(program.schedules.begin(), program.schedules.end(),
                    [](const program::tsp::Schedule& one) { return one.instructions.empty(); });
    if (empty) fail(Category::input, source.path + ": there is no instruction in it");
    program.timing_only = program.timing_only || source.timing_only;
    return {std::move(program), nullptr, {}};
  }
};

class TensorDoor : public TspDoor {
 public:
  TensorDoor()
      : TspDoor({"tsp_tensors", "TSP tensor programs", "a TSP tensor program", "tsp",
                 "tensor programs run on TSPs"}) {}

 protected:
  void read_source(Table& table, const std::string& folder, TspSource& source) const override {
    source.path = beside(folder, table.text(traits().key));
    if (table.has("published_cycles")) {
      source.published_cycles =
          static_cast<std::uint64_t>(table.integer("published_cycles", Limits{1, 1LL << 48}));
    }
  }
  TspFile read(const TspSource& source, const topology::Topology& topology,
               const Timing& timing) const override {
    auto tensors = std::make_shared<const TensorProgram>(tsp::read_tensor_file(source.path));
    program::tsp::ScheduleOptions options;
    options.timing_only = source.timing_only;
    options.system = program::tsp::read_system(topology);
    program::tsp::ScheduledProgram scheduled = schedule(*tensors, timing, options);
    return {std::move(scheduled.program), std::move(tensors), std::move(scheduled.operations)};
  }
};

}  // namespace

void TspDoor::read_program(Table& table, const std::string& folder, Job& job) const {
  TspSource source;
  source.place = table.place();
  read_source(table, folder, source);
  source.timing_only = table.choice_or("mode", {"data", "timing"}, "data") == "timing";
  if (table.has("link_seed")) {
    source.link_seed = static_cast<std::uint64_t>(table.integer("link_seed", Limits{0, 1LL << 62}));
  }
  job.program = std::move(source);
}

std::unique_ptr<const CompiledProgram> TspDoor::compile(const Job& job,
                                                        const topology::Topology& topology) const {
  const auto& source = std::any_cast<const TspSource&>(job.program);
  Timing timing = program::tsp::read_timing(topology);
  TspFile file = read(source, topology, timing);
  Program& program = file.program;
  if (source.link_seed) program.link_seed = *source.link_seed;
  validate(program);
  require_region(job, topology, source.path, {0, 0, program::tsp::stops, program.chips()});
  Checked checked =
      program::tsp::check(program, timing, cables_of(program::tsp::read_system(topology)));
  require_sound(program, checked);
  std::string operations;
  if (!file.operations.empty()) {
    operations =
        "\n" + describe_operations(file.operations, checked.cycles, source.published_cycles);
  }
  return std::make_unique<TspProgram>(std::move(file), std::move(checked), std::move(timing),
                                      static_cast<std::uint64_t>(topology.clock_hz()),
                                      std::move(operations));
}

std::unique_ptr<const Door> tsp_door() { return std::make_unique<ScheduleDoor>(); }
std::unique_ptr<const Door> tsp_tensor_door() { return std::make_unique<TensorDoor>(); }

}  // namespace weft::cli
