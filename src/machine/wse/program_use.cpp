// SPDX-License-Identifier: Apache-2.0
// Walks a program's codes and routes.
#include "machine/wse/program_use.hpp"

#include <algorithm>

namespace weft::machine::wse {
namespace {

void add_skip(ProgramUse& use, std::uint32_t& shortest, std::uint32_t skipped) {
  shortest = std::min(shortest, skipped);
  use.longest_skip = std::max(use.longest_skip, skipped);
}

void add_control(ProgramUse& use, const form::Instruction& instruction, std::uint32_t at) {
  const auto target = static_cast<std::uint32_t>(instruction.immediate);
  switch (instruction.operation) {
    case form::Operation::jump:
      return add_skip(use, use.shortest_jump, skipped_instructions(at, target));
    case form::Operation::branch_if:
    case form::Operation::branch_unless:
      return add_skip(use, use.shortest_branch, skipped_instructions(at, target));
    case form::Operation::call:
    case form::Operation::call_indirect:
      use.calls = true;
      return;
    default:
      return;
  }
}

void add_conversion(ProgramUse& use, const form::Instruction& instruction) {
  const auto to = static_cast<form::Type>(instruction.immediate);
  if (form::is_float(instruction.type) || form::is_float(to)) {
    use.converts = true;
  } else if (form::bytes_of(to) > std::max(2U, form::bytes_of(instruction.type))) {
    (form::bytes_of(to) == 4 ? use.widens_to_32 : use.widens_to_64) = true;
  }
}

void add(ProgramUse& use, const form::Instruction& instruction) {
  const auto operation = static_cast<unsigned>(instruction.operation);
  const auto type = static_cast<unsigned>(instruction.type);
  if (instruction.operation == form::Operation::math) {
    use.math[static_cast<unsigned>(instruction.immediate)] = true;
  } else {
    use.scalar[operation][type] = true;
  }
  if (instruction.operation == form::Operation::convert) add_conversion(use, instruction);
  use.floats |= form::is_float(instruction.type);
  if (instruction.operation == form::Operation::descriptor_load_register) {
    const bool constant = (instruction.immediate & form::load_of_constant) != 0;
    (constant ? use.constant_loads : use.descriptor_loads) = true;
  }
}

void add(ProgramUse& use, const form::Operand& operand) {
  use.descriptor_loads |= operand.kind == form::Operand::Kind::descriptor;
  use.constant_loads |= operand.kind == form::Operand::Kind::constant_descriptor;
}

void add(ProgramUse& use, const form::VectorInstruction& instruction) {
  use.vectors = true;
  use.vector[static_cast<unsigned>(instruction.operation)] = true;
  unsigned sources = 0;
  for (const form::Operand& source : instruction.sources) {
    if (source.kind != form::Operand::Kind::none) ++sources;
    add(use, source);
  }
  use.two_sources |= sources > 1;
  add(use, instruction.destination);
  // fadds, faddh ...; xp162fh and its like too
  const std::string name = form::name_of(instruction.operation);
  use.floats |= name.find('f') != std::string::npos;
}

void add(ProgramUse& use, const form::TileCode& code) {
  use.tasks = std::max(use.tasks, code.tasks.size());
  for (std::uint32_t at = 0; at < code.instructions.size(); ++at) {
    add(use, code.instructions[at]);
    add_control(use, code.instructions[at], at);
  }
  for (const form::VectorInstruction& instruction : code.vector_instructions) add(use, instruction);
  for (const form::Descriptor& descriptor : code.descriptors) {
    using Kind = form::DescriptorKind;
    use.mem4d |= descriptor.kind == Kind::mem4d;
    use.streams |= descriptor.kind == Kind::fabin || descriptor.kind == Kind::fabout;
  }
}

bool any_turns_back(const std::vector<form::ColorRoute>& routes) {
  constexpr std::uint8_t ramp = form::bit(form::Port::ramp);
  for (const form::ColorRoute& route : routes) {
    for (unsigned k = 0; k < route.position_count; ++k) {
      const auto& position = route.positions[k];
      if ((position.receive & position.transmit & ramp) != 0) return true;
    }
  }
  return false;
}

bool any_changes(const std::vector<form::ColorRoute>& routes) {
  return std::any_of(routes.begin(), routes.end(),
                     [](const form::ColorRoute& route) { return route.reconfigurable; });
}

}  // namespace

ProgramUse use_of(const form::Program& program) {
  ProgramUse use;
  for (const form::TileCode& code : program.codes) add(use, code);
  use.routes = std::any_of(program.route_sets.begin(), program.route_sets.end(),
                           [](const auto& set) { return !set.empty(); });
  use.own_ramp = std::any_of(program.route_sets.begin(), program.route_sets.end(), any_turns_back);
  use.configures = std::any_of(program.route_sets.begin(), program.route_sets.end(), any_changes);
  use.launches = std::any_of(program.codes.begin(), program.codes.end(),
                             [](const auto& code) { return !code.entry_points.empty(); });
  for (const form::HostStream& stream : program.host_streams) {
    (stream.into_machine ? use.host_in : use.host_out) = true;
  }
  return use;
}

}  // namespace weft::machine::wse
