// SPDX-License-Identifier: Apache-2.0
// What cslc does: a layout file to a program for a machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hosts/csl/compiled.hpp"
#include "hosts/csl/presets.hpp"

namespace weft::hosts::csl {

/// As cslc's options of these names.
struct CompileOptions {
  std::string layout;
  std::string machine;                            ///< a topology: a name, or a path to a file
  std::map<std::string, std::string> parameters;  ///< integers (0x too), reals, true, false
  std::map<std::string, std::string> colors;      ///< numbers of colors
  std::vector<std::string> import_paths;
  std::vector<Preset> presets;
  std::optional<FabricPlace> place;
  bool memcpy = false;  ///< the fabric holds the PEs of the host's copies, too
  std::uint32_t west_buffer_columns = 0;
  std::uint32_t east_buffer_columns = 0;
};

/// Compiles and holds the program against its machine and against the fabric that it was promised.
/// Throws what the CSL front end throws; Category::input for options that mean nothing.
Compiled compile(const CompileOptions& options);

}  // namespace weft::hosts::csl
