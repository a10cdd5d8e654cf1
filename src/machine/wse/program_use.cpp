// SPDX-License-Identifier: Apache-2.0
// Walks a program's codes and routes.
#include "machine/wse/program_use.hpp"

#include <algorithm>

namespace weft::machine::wse {
namespace {

void add(ProgramUse& use, const form::Instruction& instruction) {
  const auto operation = static_cast<unsigned>(instruction.operation);
  const auto type = static_cast<unsigned>(instruction.type);
  if (instruction.operation == form::Operation::math) {
    use.math[static_cast<unsigned>(instruction.immediate)] = true;
  } else {
    use.scalar[operation][type] = true;
  }
  use.floats |= form::is_float(instruction.type);
}

void add(ProgramUse& use, const form::VectorInstruction& instruction) {
  use.vectors = true;
  use.vector[static_cast<unsigned>(instruction.operation)] = true;
  unsigned sources = 0;
  for (const form::Operand& source : instruction.sources) {
    if (source.kind != form::Operand::Kind::none) ++sources;
    use.descriptor_loads |= source.kind == form::Operand::Kind::descriptor;
  }
  use.two_sources |= sources > 1;
  use.descriptor_loads |= instruction.destination.kind == form::Operand::Kind::descriptor;
  // fadds, faddh ...; xp162fh and its like too
  const std::string name = form::name_of(instruction.operation);
  use.floats |= name.find('f') != std::string::npos;
}

void add(ProgramUse& use, const form::TileCode& code) {
  use.tasks = std::max(use.tasks, code.tasks.size());
  for (const form::Instruction& instruction : code.instructions) add(use, instruction);
  for (const form::VectorInstruction& instruction : code.vector_instructions) add(use, instruction);
  for (const form::Descriptor& descriptor : code.descriptors) {
    using Kind = form::DescriptorKind;
    use.mem4d |= descriptor.kind == Kind::mem4d;
    use.streams |= descriptor.kind == Kind::fabin || descriptor.kind == Kind::fabout;
  }
}

}  // namespace

ProgramUse use_of(const form::Program& program) {
  ProgramUse use;
  for (const form::TileCode& code : program.codes) add(use, code);
  use.routes = std::any_of(program.route_sets.begin(), program.route_sets.end(),
                           [](const auto& set) { return !set.empty(); });
  for (const form::HostStream& stream : program.host_streams) {
    (stream.into_machine ? use.host_in : use.host_out) = true;
  }
  return use;
}

}  // namespace weft::machine::wse
