// SPDX-License-Identifier: Apache-2.0
// What of a wafer's program the host can name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "program/wse.hpp"

namespace weft::program::wse {

struct ExportedVariable {
  std::string name;
  Type type = Type::u32;
  std::uint64_t elements = 0;  ///< a tile, of the tile that has most
};

struct ExportedFunction {
  std::string name;
  std::vector<Type> parameters;
};

/// Each name once, in the order of the codes.
struct Exports {
  std::vector<ExportedVariable> variables;
  std::vector<ExportedFunction> functions;
};
Exports exports_of(const Program& program);

/// "f32,u16".
std::string names_of(std::span<const Type> types);

}  // namespace weft::program::wse
