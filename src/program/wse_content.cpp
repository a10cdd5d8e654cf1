// SPDX-License-Identifier: Apache-2.0
// Clears the fields that no tile reads.
#include "program/wse_content.hpp"

namespace weft::program::wse {

Program content(Program program) {
  for (TileCode& code : program.codes) {
    code.name.clear();
    code.lines.clear();
    for (Function& function : code.functions) function.name.clear();
    for (VectorInstruction& instruction : code.vector_instructions) instruction.line = 0;
    for (Symbol& symbol : code.symbols) symbol.name.clear();
    for (std::string& message : code.messages) message.clear();
  }
  program.layers.clear();
  program.layer_of_tile.clear();
  return program;
}

}  // namespace weft::program::wse
