// SPDX-License-Identifier: Apache-2.0
// Flags meant for the IPU's compiler, made into flags of the host's.
#pragma once

#include <string>
#include <vector>

namespace weft::frontends::poplar {

struct CompilerFlags {
  std::vector<std::string> preprocess;  ///< -D, -I ...
  std::vector<std::string> compile;     ///< -O, -g, -W ...
  std::string standard;                 ///< -std=gnu++17 or later
};

/// Splits at blanks, quotes and backslashes as a shell does.
std::vector<std::string> split_flags(const std::string& text);

/// Whether the word after this flag is its value.
bool takes_value(const std::string& word);

/// Keeps what has a meaning here; drops what is the IPU compiler's own, and what would make results
/// depend on the host (-ffast-math, -march). Category::input on a word that is no flag ("did you
/// mean"), Category::unsupported on one that asks for what there is not.
CompilerFlags host_flags(const std::vector<std::string>& flags);

}  // namespace weft::frontends::poplar
