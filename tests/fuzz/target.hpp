// SPDX-License-Identifier: Apache-2.0
// What one fuzzed reader gives to the driver.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weft::fuzz {

/// Defined once in each fuzz executable.
struct Target {
  std::vector<std::string> corpus;  ///< good inputs, file contents
  std::vector<std::string> words;   ///< what the format is made of
  std::size_t longest_bytes = 0;
  /// Reads one input. May throw weft::Error of category input, unsupported or limit; anything else
  /// that is thrown, a sanitizer's finding or ten seconds without an end is a failure.
  void (*read)(const std::string& input) = nullptr;
};

Target target();

/// Contents of all files below `folder` (relative to the repository) that end in `extension`.
std::vector<std::string> files_below(const std::string& folder, const std::string& extension);

/// One text a folder below `folder` that holds such files: each file after a line `marker` + name.
std::vector<std::string> bundles_below(const std::string& folder, const std::string& extension,
                                       const std::string& marker);

}  // namespace weft::fuzz
