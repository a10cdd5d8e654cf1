// SPDX-License-Identifier: Apache-2.0
// A host program in C++, built by the host compiler and loaded into this process.
#pragma once

#include <cfenv>
#include <string>
#include <vector>

namespace weft::cli {

/// A host program in C++ against Poplar: Job::program of its job.
struct PoplarSources {
  std::vector<std::string> paths;      ///< resolved; at least one
  std::vector<std::string> arguments;  ///< of its main()
  std::vector<std::string> flags;      ///< of the host compiler
};

/// A program's main(), as a shared object that finds Poplar's functions in weft itself.
class HostProgram {
 public:
  /// Builds the sources, or takes what the cache of codelets has of the same content, and loads
  /// them. Category::input with the compiler's own words when they do not compile;
  /// Category::unsupported naming the function when they need one that weft lacks.
  explicit HostProgram(const PoplarSources& sources);
  /// Calls main() with the sources' arguments. Its result, or what the program gave to exit().
  int run() const;

 private:
  std::vector<std::string> words_;  ///< argv
  int (*main_)(int, char**) = nullptr;
  std::fenv_t floating_point_{};  ///< what loading it has set, -Ofast among others
};

}  // namespace weft::cli
