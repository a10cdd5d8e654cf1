// SPDX-License-Identifier: Apache-2.0
// Names of a model's values in the program and in the job's files.
#pragma once

#include <set>
#include <string>

namespace weft::lower::ipu {

/// Gives each name once: a number behind those that were there.
class Names {
 public:
  /// A name of C++ for a variable of main().
  std::string identifier(const std::string& name);
  /// A handle, and an array in a file: '/' and ':' become '.'.
  std::string handle(const std::string& name);

 private:
  std::string unique(std::string name, std::set<std::string>& taken);
  std::set<std::string> identifiers_, handles_;
};

}  // namespace weft::lower::ipu
