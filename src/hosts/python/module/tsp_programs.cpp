// SPDX-License-Identifier: Apache-2.0
// From tensors to a schedule, and from a schedule to a session.
#include "hosts/python/module/tsp_programs.hpp"

#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "engine/identity.hpp"
#include "program/tsp.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_timing.hpp"

namespace weft::hosts::python {

namespace tsp = program::tsp;

namespace {

std::shared_ptr<const topology::Topology> machine_of_programs() {
  return find_machine("tsp", "groq-tsp");
}

engine::HostMemory host_memory(const tsp::Program& program) {
  engine::HostMemory memory;
  for (const tsp::Tensor& tensor : program.tensors) {
    const std::uint64_t bytes = tensor.elements() * numerics::width_of(tensor.type);
    memory.copies_bytes = std::max(memory.copies_bytes, 2 * bytes);
    if (tensor.role == tsp::Tensor::Role::output) memory.results_bytes += bytes;
  }
  return memory;
}

}  // namespace

ScheduledBytes schedule_for_machine(const tsp::TensorProgram& tensors) {
  const auto machine = machine_of_programs();
  const tsp::Timing timing = tsp::read_timing(*machine);
  const tsp::ScheduledProgram scheduled = tsp::schedule(tensors, timing);
  const tsp::Checked checked = tsp::check(scheduled.program, timing);
  tsp::require_sound(scheduled.program, checked);
  if (checked.cycles != scheduled.cycles) {
    fail(Category::internal, "the scheduler foretold " + counted(scheduled.cycles, "cycle") +
                                 ", the check finds " + std::to_string(checked.cycles));
  }
  ScheduledBytes out;
  out.bytes = tsp::serialize(scheduled.program);
  out.cycles = checked.cycles;
  for (const tsp::Schedule& schedule : scheduled.program.schedules) {
    for (const tsp::Instruction& run : schedule.instructions) out.instructions += run.count;
  }
  out.machine = machine->name();
  out.clock_hz = static_cast<std::int64_t>(machine->clock_hz());
  return out;
}

std::unique_ptr<HostSession> open_tsp(std::span<const std::byte> bytes) {
  const tsp::Program program = tsp::deserialize(bytes);
  engine::Plan plan;
  plan.topology = machine_of_programs();
  const Rectangle most = plan.topology->max_region();
  if (program.chips() > most.height) {
    fail(Category::input, "the program is for " + counted(program.chips(), "chip") + "; " +
                              plan.topology->name() + " has " + std::to_string(most.height));
  }
  plan.family = "tsp";
  plan.program = {bytes.begin(), bytes.end()};
  plan.region = {0, 0, tsp::stops, program.chips()};
  plan.host = host_memory(program);
  plan.hashed_config = engine::machine_and_program(*plan.topology, tsp::content(program));
  plan.trace.config = plan.topology->text();
  plan.link_directions = {"west", "east"};
  if (!program.layers.empty()) plan.definitions.push_back({"layers", program.layers});
  return std::make_unique<HostSession>(std::move(plan));
}

}  // namespace weft::hosts::python
