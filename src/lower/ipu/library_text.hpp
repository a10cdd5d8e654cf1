// SPDX-License-Identifier: Apache-2.0
// The parts of a program that are the same for every model: C++ that is written out, not called.
#pragma once

#include <string>
#include <vector>

namespace weft::lower::ipu {

/// A function of the program, or several that belong together.
struct Piece {
  const char* name;
  std::vector<const char*> includes;  ///< "poplin/MatMul.hpp"
  std::vector<const char*> needs;     ///< pieces that stand before it
  const char* text;
};

/// In the order in which they are written.
const std::vector<Piece>& pieces();
/// Of these, gathers, cumulative sums and their kind, and recurrent layers.
std::vector<Piece> pieces_of_places();
std::vector<Piece> pieces_of_recurrences();

}  // namespace weft::lower::ipu
