// SPDX-License-Identifier: Apache-2.0
#include "program/wse_exports.hpp"

#include <algorithm>
#include <map>

namespace weft::program::wse {

Exports exports_of(const Program& program) {
  Exports out;
  std::map<std::string, std::size_t> variables;
  std::map<std::string, std::size_t> functions;
  for (const TileCode& code : program.codes) {
    for (const Symbol& symbol : code.symbols) {
      if (symbol.exported.empty()) continue;
      const auto [known, is_new] = variables.emplace(symbol.exported, out.variables.size());
      if (is_new) out.variables.push_back({symbol.exported, symbol.type, 0});
      std::uint64_t& most = out.variables[known->second].elements;
      most = std::max<std::uint64_t>(most, symbol.elements);
    }
    for (const EntryPoint& entry : code.entry_points) {
      if (!functions.emplace(entry.name, out.functions.size()).second) continue;
      out.functions.push_back({entry.name, code.functions[entry.function].parameters});
    }
  }
  return out;
}

std::string names_of(std::span<const Type> types) {
  std::string out;
  for (const Type type : types) out += (out.empty() ? "" : ",") + std::string(name_of(type));
  return out;
}

}  // namespace weft::program::wse
