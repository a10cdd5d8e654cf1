// SPDX-License-Identifier: Apache-2.0
// The CSL front end: a layout file in, a program for an emulated wafer out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "numerics/float_rules.hpp"
#include "program/wse.hpp"
#include "program/wse_limits.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::csl {

/// A color by its number, for a param of type color.
struct ColorNumber {
  std::uint8_t number = 0;
};

/// A value for a layout's param.
using ParameterValue = std::variant<std::int64_t, double, bool, ColorNumber>;

struct Options {
  program::wse::Limits limits;  ///< of the machine that the program is for
  numerics::FloatRules rules;   ///< its own, which compile-time arithmetic keeps to
  std::map<std::string, ParameterValue> parameters;
  /// Folders where imported files are looked for after the importing file's own.
  std::vector<std::string> import_paths;
  /// Globals without a value start as zero, as the SDK's loader leaves them (csl-examples gemv-09
  /// adds to such an array). Without it, reading one before writing it is refused at run time.
  bool zero_globals = true;
  /// Reads a source file, nothing when there is none; by default from disk.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  /// Steps of compile-time evaluation before giving up, 0: no limit.
  std::uint64_t step_limit = 4'000'000'000;
  /// Tiles a rectangle may have.
  std::uint64_t tile_limit = std::uint64_t{762} * 1172;
};

/// What a machine's topology says of its single operations on floats, without counting as a look-up
/// that results rest on. @throws weft::Error (input) naming a missing key.
numerics::FloatRules read_float_rules(const topology::Topology& topology);

/// Compiles the layout file at `path`. A file without a layout block is taken as the program of a
/// single tile, all of whose functions the host can launch.
/// @throws weft::Error: input (syntax, types, compile-time failures), unsupported; the message
///         names file:line:column and shows the line.
program::wse::Program compile(const std::string& path, const Options& options);

}  // namespace weft::csl
