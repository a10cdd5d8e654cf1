// SPDX-License-Identifier: Apache-2.0
// What `weft check` says about a program in CSL.

#include <algorithm>
#include <array>
#include <map>

#include "base/counted.hpp"
#include "cli/job/doors/csl.hpp"

namespace weft::cli {

using program::wse::ColorRoute;
using program::wse::Program;
using program::wse::TileCode;

namespace {

std::string ports(std::uint8_t mask) {
  static constexpr std::array<const char*, program::wse::port_count> names{"west", "east", "south",
                                                                           "north", "ramp"};
  std::string out;
  for (std::size_t port = 0; port < names.size(); ++port) {
    if ((mask >> port & 1U) != 0) out += (out.empty() ? "" : "+") + std::string(names[port]);
  }
  return out.empty() ? "nothing" : out;
}

std::string route_text(const ColorRoute& route) {
  std::string out;
  for (std::size_t position = 0; position < route.position_count; ++position) {
    const auto& at = route.positions[position];
    out += (position == 0 ? "" : " | ") + ports(at.receive) + " -> " + ports(at.transmit);
  }
  return out;
}

/// Tiles by color and route, least color first.
std::string routes_text(const Program& program) {
  std::vector<std::uint64_t> tiles_of_set(program.route_sets.size(), 0);
  for (const std::uint32_t set : program.route_set_of_tile) ++tiles_of_set[set];
  std::map<std::pair<unsigned, std::string>, std::uint64_t> tiles;
  for (std::size_t set = 0; set < program.route_sets.size(); ++set) {
    for (const ColorRoute& route : program.route_sets[set]) {
      tiles[{route.color, route_text(route)}] += tiles_of_set[set];
    }
  }
  std::string out = "routes by color\n";
  for (const auto& [key, count] : tiles) {
    out += "  color " + std::to_string(key.first) + ": " + key.second + " on " +
           counted(count, "tile") + "\n";
  }
  return out;
}

std::string symbols_text(const TileCode& code) {
  std::vector<program::wse::Symbol> symbols = code.symbols;
  const auto bytes = [](const program::wse::Symbol& symbol) {
    return symbol.elements * program::wse::bytes_of(symbol.type);
  };
  std::stable_sort(symbols.begin(), symbols.end(),
                   [&](const auto& a, const auto& b) { return bytes(a) > bytes(b); });
  std::string out;
  for (std::size_t k = 0; k < symbols.size() && k < 5; ++k) {
    out += (k == 0 ? "" : ", ") + symbols[k].name + " " + std::to_string(bytes(symbols[k]));
  }
  return out;
}

/// Bytes of SRAM a PE, by code.
std::string memory_text(const Program& program, const program::wse::Limits& limits) {
  std::vector<std::uint64_t> tiles(program.codes.size(), 0);
  for (const std::uint32_t code : program.code_of_tile) ++tiles[code];
  std::uint64_t most = 0;
  std::uint64_t sum = 0;
  std::string codes;
  for (std::size_t index = 0; index < program.codes.size(); ++index) {
    const TileCode& code = program.codes[index];
    const std::uint64_t bytes = code.data.size() + limits.code_bytes(code);
    most = std::max(most, bytes);
    sum += bytes * tiles[index];
    if (index < 12) {
      codes += "  " + code.name + " on " + counted(tiles[index], "tile") + ": data " +
               std::to_string(code.data.size()) + ", code " +
               std::to_string(limits.code_bytes(code)) + "; largest " + symbols_text(code) + "\n";
    }
  }
  if (program.codes.size() > 12) {
    codes += "  and " + std::to_string(program.codes.size() - 12) + " more\n";
  }
  const std::uint64_t count = std::max<std::uint64_t>(1, program.code_of_tile.size());
  return "bytes a PE: at most " + std::to_string(most) + ", " + std::to_string(sum / count) +
         " on average, of " + std::to_string(limits.sram_bytes) + "\n" + codes;
}

}  // namespace

std::string describe_csl(const Program& program, const program::wse::Limits& limits) {
  std::string out = counted(program.codes.size(), "code") + "\n" + memory_text(program, limits) +
                    routes_text(program);
  out.pop_back();
  return out;
}

}  // namespace weft::cli
