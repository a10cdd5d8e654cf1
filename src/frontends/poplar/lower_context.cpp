// SPDX-License-Identifier: Apache-2.0
// The empty program, with variables and constants in their places.
#include "frontends/poplar/lower_context.hpp"

namespace weft::frontends::poplar {

LowerContext::LowerContext(const LowerInput& in)
    : input(in),
      graph(*in.graph),
      machine(machine_constants(*in.topology, in.tiles_per_ipu, in.ipus)),
      program(result.program),
      memory(machine.tiles),
      placement(graph, memory),
      moves(program) {
  program.tiles_per_ipu = machine.tiles_per_ipu;
  program.ipus = machine.ipus;
  for (const CodeletLibrary& module : graph.modules) program.modules.push_back(module.library);
}

void complain(Complaint complaint, const std::string& message) {
  throw GraphError(complaint, Category::input, message);
}

}  // namespace weft::frontends::poplar
