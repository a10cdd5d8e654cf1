// SPDX-License-Identifier: Apache-2.0
#include "hosts/csl/compile.hpp"

#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "frontends/csl/csl.hpp"
#include "machine/machine.hpp"
#include "program/wse_limits.hpp"
#include "topology/topology.hpp"

namespace weft::hosts::csl {

namespace {

// PEs that the host's copies take beside the rectangle: three columns in the west and two in the
// east, and a column or row around all (Cerebras SDK documentation, host runtime).
constexpr std::uint32_t memcpy_west = 4;
constexpr std::uint32_t memcpy_east = 3;
constexpr std::uint32_t memcpy_rows = 1;

std::optional<std::uint64_t> hexadecimal_of(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, 16);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const auto value = hexadecimal ? hexadecimal_of(text.substr(2)) : whole_of(text);
  if (!value || *value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  const auto number = static_cast<std::int64_t>(*value);
  return negative ? -number : number;
}

weft::csl::ParameterValue parameter_of(const std::string& name, const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (const auto integer = integer_of(text)) return *integer;
  if (const auto real = real_of(text)) return *real;
  fail(Category::input, "--params: '" + name + ":" + text + "' gives no number");
}

weft::csl::ParameterValue color_of(const std::string& name, const std::string& text) {
  const auto number = integer_of(text);
  if (!number || *number < 0 || *number > 31) {
    fail(Category::input, "--colors: '" + name + ":" + text + "' names no color, 0 to 31");
  }
  return weft::csl::ColorNumber{static_cast<std::uint8_t>(*number)};
}

std::string sides(std::uint32_t width, std::uint32_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

void require_room(const CompileOptions& options, const program::wse::Program& program) {
  if (!options.place) return;
  const FabricPlace& place = *options.place;
  const std::uint32_t west = options.memcpy ? memcpy_west + options.west_buffer_columns : 0;
  const std::uint32_t east = options.memcpy ? memcpy_east + options.east_buffer_columns : 0;
  const std::uint32_t rows = options.memcpy ? memcpy_rows : 0;
  const bool fits = place.x >= west && place.y >= rows &&
                    std::uint64_t{place.x} + program.width + east <= place.width &&
                    std::uint64_t{place.y} + program.height + rows <= place.height;
  if (fits) return;
  std::string needs = "a rectangle of " + sides(program.width, program.height);
  if (options.memcpy) {
    needs += " with --memcpy needs --fabric-offsets from " + std::to_string(west) + "," +
             std::to_string(rows) + " on and " + std::to_string(east) +
             " more in the east, a row in the south: a fabric of " +
             sides(west + program.width + east, 2 * rows + program.height);
  }
  fail(Category::input, options.layout + ": --fabric-dims=" + std::to_string(place.width) + "," +
                            std::to_string(place.height) +
                            " --fabric-offsets=" + std::to_string(place.x) + "," +
                            std::to_string(place.y) + " has no room: " + needs);
}

}  // namespace

Compiled compile(const CompileOptions& options) {
  const topology::Topology topology = machine::load_topology(options.machine);
  if (topology.family() != "wse") {
    fail(Category::input, "'" + options.machine + "' is no wafer: CSL runs on wafers");
  }
  weft::csl::Options csl;
  csl.limits = program::wse::read_limits(topology);
  csl.rules = weft::csl::read_float_rules(topology);
  csl.import_paths = options.import_paths;
  csl.import_paths.emplace_back(".");  // where cslc runs
  const Rectangle most = topology.max_region();
  csl.tile_limit = most.tiles();
  for (const auto& [name, text] : options.parameters) {
    csl.parameters[name] = parameter_of(name, text);
  }
  for (const auto& [name, text] : options.colors) {
    if (!csl.parameters.emplace(name, color_of(name, text)).second) {
      fail(Category::input, "'" + name + "' is in --params and in --colors");
    }
  }
  Compiled out;
  out.machine = options.machine;
  out.parameters = options.parameters;
  out.colors = options.colors;
  out.place = options.place.value_or(FabricPlace{});
  out.program = weft::csl::compile(options.layout, csl);
  if (out.program.width > most.width || out.program.height > most.height) {
    fail(Category::input, options.layout + ": the rectangle is " +
                              sides(out.program.width, out.program.height) + "; " +
                              topology.name() + " has room for " + sides(most.width, most.height));
  }
  require_room(options, out.program);
  give_presets(out.program, options.presets);
  program::wse::validate(out.program);
  program::wse::check_limits(out.program, csl.limits);
  return out;
}

}  // namespace weft::hosts::csl
