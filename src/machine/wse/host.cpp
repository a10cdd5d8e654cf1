// SPDX-License-Identifier: Apache-2.0
// Host commands on a quiet slice.
#include <algorithm>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "machine/wse/wse.hpp"
#include "program/wse_exports.hpp"

namespace weft::machine::wse {

std::uint32_t Wse::local_tile(std::uint32_t x, std::uint32_t y) const {
  if (!slice_.tiles.contains(x, y)) {
    fail(Category::internal,
         "tile (" + std::to_string(x) + ", " + std::to_string(y) + ") is not in this slice");
  }
  return (y - slice_.tiles.y0) * slice_.tiles.width + x - slice_.tiles.x0;
}

std::string Wse::tile_name(TileId tile) const {
  return "tile (" + std::to_string(weft::index(tile) % slice_.region.width) + ", " +
         std::to_string(weft::index(tile) / slice_.region.width) + ")";
}

// `symbol_of` holds a command against a variable's size on each of its tiles.
std::vector<Export> Wse::exports() const {
  std::vector<Export> list;
  const form::Exports exports = form::exports_of(program_);
  for (const form::ExportedVariable& variable : exports.variables) {
    list.push_back({Export::Kind::variable, variable.name, form::bytes_of(variable.type),
                    variable.elements, form::name_of(variable.type)});
  }
  for (const form::ExportedFunction& function : exports.functions) {
    list.push_back(
        {Export::Kind::function, function.name, 0, 0, form::names_of(function.parameters)});
  }
  for (const form::HostStream& stream : program_.host_streams) {
    list.push_back({stream.into_machine ? Export::Kind::stream_in : Export::Kind::stream_out,
                    stream.name, 4, 0, "u32"});
  }
  return list;
}

void Wse::set_now(Cycle cycle) {
  if (last_activity() != 0 && cycle <= last_activity()) {
    fail(Category::internal, "the clock of a slice was set back behind what happened");
  }
  now_ = cycle;
}

const form::Symbol& Wse::symbol_of(std::uint32_t tile, const std::string& name,
                                   std::uint32_t elements) const {
  const Tile& t = state_.tile(tile);
  for (const form::Symbol& symbol : program_.codes[t.code].symbols) {
    if (symbol.exported != name) continue;
    if (elements > symbol.elements) {
      fail(Category::input, tile_name(TileId{t.global}) + ": variable '" + name + "' has " +
                                counted(symbol.elements, "element") + ", not " +
                                std::to_string(elements));
    }
    return symbol;
  }
  fail(Category::input,
       tile_name(TileId{t.global}) + ": its code exports no variable '" + name + "'");
}

std::uint32_t Wse::address_of(std::uint32_t tile, const form::Symbol& symbol,
                              std::uint32_t bytes) const {
  if (!symbol.by_pointer) return symbol.address;
  const Tile& t = state_.tile(tile);
  std::uint16_t address = 0;
  std::memcpy(&address, state_.sram.data() + t.sram + symbol.address, sizeof address);
  if (address + bytes > state_.info.data()[t.code].sram_bytes) {
    fail(Category::program, tile_name(TileId{t.global}) + ": '" + symbol.exported +
                                "' points to byte " + std::to_string(address) + ", and " +
                                counted(bytes, "byte") +
                                " from there are more than its memory has");
  }
  return address;
}

void Wse::copy_in(const std::string& name, const Rectangle& where, std::uint32_t elements,
                  std::span<const std::byte> data) {
  std::size_t at = 0;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x) {
      const std::uint32_t tile = local_tile(x, y);
      const form::Symbol& symbol = symbol_of(tile, name, elements);
      const std::uint32_t bytes = elements * form::bytes_of(symbol.type);
      if (at + bytes > data.size()) fail(Category::input, "too few bytes for '" + name + "'");
      const Tile& t = state_.tile(tile);
      const std::uint32_t address = address_of(tile, symbol, bytes);
      std::memcpy(state_.sram.data() + t.sram + address, data.data() + at, bytes);
      std::uint64_t* written = state_.written.data() + t.written;
      for (std::uint32_t w = address / 2U; w < (address + bytes + 1U) / 2; ++w) {
        written[w / 64] |= std::uint64_t{1} << (w % 64);
      }
      at += bytes;
    }
  }
}

std::vector<std::byte> Wse::copy_out(const std::string& name, const Rectangle& where,
                                     std::uint32_t elements) {
  std::vector<std::byte> data;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x) {
      const std::uint32_t tile = local_tile(x, y);
      const form::Symbol& symbol = symbol_of(tile, name, elements);
      const std::uint32_t bytes = elements * form::bytes_of(symbol.type);
      if (data.empty()) data.reserve(where.tiles() * bytes);
      const auto* from = reinterpret_cast<const std::byte*>(state_.sram.data()) +
                         state_.tile(tile).sram + address_of(tile, symbol, bytes);
      data.insert(data.end(), from, from + bytes);
    }
  }
  return data;
}

/// A launch comes from the region's north-west corner and passes from tile to tile.
Cycle Wse::launch_time(std::uint32_t tile) const {
  const std::uint32_t width = slice_.region.width;
  return now_ + 1 + Cycle{tile % width} * state_.constants.launch_east +
         Cycle{tile / width} * state_.constants.launch_south;
}

bool Wse::takes_launch(const std::string& name) const {
  std::vector<bool> exports(program_.codes.size(), false);
  for (std::size_t c = 0; c < program_.codes.size(); ++c) {
    for (const form::EntryPoint& entry : program_.codes[c].entry_points) {
      if (entry.name == name) exports[c] = true;
    }
  }
  for (std::uint32_t i = 0; i < state_.tiles; ++i) {
    const Tile& t = state_.tile(i);
    if (exports[t.code] && (t.command_open || t.launch_pending)) return false;
  }
  return true;
}

void Wse::launch(const std::string& name, std::span<const std::uint32_t> arguments) {
  if (arguments.size() > launch_arguments_max) {
    fail(Category::unsupported,
         "function '" + name + "': more than " + counted(launch_arguments_max, "argument word"));
  }
  std::vector<std::int64_t> function_of_code(program_.codes.size(), -1);
  bool known = false;
  for (std::size_t c = 0; c < program_.codes.size(); ++c) {
    for (const form::EntryPoint& entry : program_.codes[c].entry_points) {
      if (entry.name != name) continue;
      known = true;
      function_of_code[c] = entry.function;
      const auto& parameters = program_.codes[c].functions[entry.function].parameters;
      if (parameters.size() == arguments.size()) continue;
      fail(Category::input, "function '" + name + "' takes " +
                                counted(parameters.size(), "argument") + ", got " +
                                std::to_string(arguments.size()));
    }
  }
  if (!known) fail(Category::input, "the program exports no function '" + name + "'");
  std::copy(arguments.begin(), arguments.end(), state_.launch_arguments.data());
  for (std::uint32_t i = 0; i < state_.tiles; ++i) {
    Tile& t = state_.tile(i);
    if (function_of_code[t.code] < 0) continue;
    if (t.command_open || t.launch_pending) {
      fail(Category::program, tile_name(TileId{t.global}) + ": '" + name +
                                  "' launched before the last function was done");
    }
    t.launch_function = static_cast<std::uint32_t>(function_of_code[t.code]);
    t.launch_pending = true;
    t.launch_time = launch_time(t.global);
    t.command_open = true;
    if (t.main == Main::idle) state_.wake(i) = std::min(state_.wake(i), t.launch_time - 1);
    least_wake_ = std::min(least_wake_, state_.wake(i));
  }
}

std::uint8_t Wse::stream_color(const std::string& name, bool into) const {
  for (const form::HostStream& stream : program_.host_streams) {
    if (stream.name == name && stream.into_machine == into) return stream.color;
  }
  fail(Category::input, "the program has no host stream '" + name +
                            (into ? "' into the machine" : "' out of the machine"));
}

void Wse::stream_in(const std::string& name, const Rectangle& where, std::uint32_t words,
                    std::span<const std::uint32_t> data) {
  const std::uint8_t color = stream_color(name, true);
  if (data.size() != where.tiles() * words) fail(Category::input, "too few words for " + name);
  std::size_t at = 0;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x, at += words) {
      ports_.put(local_tile(x, y), color, now_, data.data() + at, words);
    }
  }
}

std::vector<std::uint32_t> Wse::stream_out(const std::string& name, const Rectangle& where,
                                           std::uint32_t words, std::vector<std::uint32_t>& taken) {
  const std::uint8_t color = stream_color(name, false);
  std::vector<std::uint32_t> data(where.tiles() * words);
  taken.clear();
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x) {
      std::uint32_t* to = data.data() + taken.size() * words;
      taken.push_back(ports_.take(local_tile(x, y), color, words, to));
    }
  }
  return data;
}

}  // namespace weft::machine::wse
