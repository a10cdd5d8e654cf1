// SPDX-License-Identifier: Apache-2.0
#include "hosts/csl/presets.hpp"

#include <cstring>
#include <map>
#include <set>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::hosts::csl {

namespace {

namespace wse = program::wse;

/// A variable that some tiles of a code are given values of.
struct Given {
  const wse::Symbol* symbol = nullptr;
  std::map<std::uint32_t, const Preset*> by_tile;
};
/// By code and address.
using AllGiven = std::map<std::uint32_t, std::map<std::uint16_t, Given>>;

const wse::Symbol& symbol_of(const wse::TileCode& code, const Preset& preset) {
  const std::string where = "PE (" + std::to_string(preset.x) + ", " + std::to_string(preset.y) +
                            "), " + code.name + ": ";
  for (const wse::Symbol& symbol : code.symbols) {
    if (symbol.name != preset.symbol && symbol.exported != preset.symbol) continue;
    const std::size_t bytes = std::size_t{symbol.elements} * wse::bytes_of(symbol.type);
    if (bytes == preset.bytes.size()) return symbol;
    fail(Category::input, where + "variable '" + preset.symbol + "' has " + counted(bytes, "byte") +
                              ", it is given " + std::to_string(preset.bytes.size()));
  }
  fail(Category::input, where + "there is no variable '" + preset.symbol + "' that its code uses");
}

AllGiven collect(const wse::Program& program, const std::vector<Preset>& presets) {
  AllGiven all;
  for (const Preset& preset : presets) {
    if (preset.x >= program.width || preset.y >= program.height) {
      fail(Category::input, "there is no PE (" + std::to_string(preset.x) + ", " +
                                std::to_string(preset.y) + ") in the program's rectangle");
    }
    const std::uint32_t tile = preset.y * program.width + preset.x;
    const std::uint32_t number = program.code_of_tile[tile];
    const wse::Symbol& symbol = symbol_of(program.codes[number], preset);
    Given& given = all[number][symbol.address];
    given.symbol = &symbol;
    given.by_tile[tile] = &preset;
  }
  return all;
}

/// Element k of what a tile's variable starts with.
std::uint64_t element(const wse::TileCode& code, const Given& given, std::uint32_t tile,
                      std::uint32_t k) {
  const unsigned width = wse::bytes_of(given.symbol->type);
  const auto preset = given.by_tile.find(tile);
  const std::byte* from = preset == given.by_tile.end() ? code.data.data() + given.symbol->address
                                                        : preset->second->bytes.data();
  std::uint64_t value = 0;
  std::memcpy(&value, from + std::size_t{k} * width, width);
  return value;
}

void add_patches(wse::TileCode& code, const Given& given) {
  const unsigned width = wse::bytes_of(given.symbol->type);
  for (std::uint32_t k = 0; k < given.symbol->elements; ++k) {
    code.patches.push_back({static_cast<std::uint16_t>(given.symbol->address + k * width),
                            given.symbol->type, code.tile_constant_count++});
  }
}

}  // namespace

void give_presets(wse::Program& program, const std::vector<Preset>& presets) {
  const AllGiven all = collect(program, presets);
  std::vector<std::uint32_t> own_count;
  for (const wse::TileCode& code : program.codes) own_count.push_back(code.tile_constant_count);
  for (const auto& [number, variables] : all) {
    for (const auto& [address, given] : variables) add_patches(program.codes[number], given);
  }
  std::vector<std::uint64_t> constants;
  for (std::uint32_t tile = 0; tile < program.code_of_tile.size(); ++tile) {
    const std::uint32_t number = program.code_of_tile[tile];
    const wse::TileCode& code = program.codes[number];
    const auto begin = program.tile_constants.begin() + program.tile_constants_begin[tile];
    program.tile_constants_begin[tile] = static_cast<std::uint32_t>(constants.size());
    constants.insert(constants.end(), begin, begin + own_count[number]);
    const auto variables = all.find(number);
    if (variables == all.end()) continue;
    for (const auto& [address, given] : variables->second) {
      for (std::uint32_t k = 0; k < given.symbol->elements; ++k) {
        constants.push_back(element(code, given, tile, k));
      }
    }
  }
  program.tile_constants = std::move(constants);
}

}  // namespace weft::hosts::csl
