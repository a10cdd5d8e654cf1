// SPDX-License-Identifier: Apache-2.0
// What cslc leaves in its output folder, and what the SDK's runtime loads from it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "program/wse.hpp"

namespace weft::hosts::csl {

/// Where the program's rectangle lies on the fabric, as cslc was told. Nothing of the emulation
/// depends on it: host commands name PEs by their place in the rectangle.
struct FabricPlace {
  std::uint32_t width = 0;  ///< of the fabric, PEs
  std::uint32_t height = 0;
  std::uint32_t x = 0;  ///< of the rectangle's north-west corner
  std::uint32_t y = 0;
  friend bool operator==(const FabricPlace&, const FabricPlace&) = default;
};

/// A program in CSL for a machine.
struct Compiled {
  std::string machine;                            ///< its topology: "cerebras-wse2"
  std::map<std::string, std::string> parameters;  ///< as they were given, by name
  std::map<std::string, std::string> colors;      ///< likewise
  FabricPlace place;
  program::wse::Program program;
};

/// Writes FOLDER/program.weft, which runs without the sources, and FOLDER/out.json, from which host
/// programs read `params`; makes the folder. Category::system naming what cannot be written.
void write_compiled(const std::string& folder, const Compiled& compiled);

/// What write_compiled() left. Category::input naming the file where the folder holds no compiled
/// program, one of another version of the format, or one that is not as it was written.
Compiled read_compiled(const std::string& folder);

}  // namespace weft::hosts::csl
