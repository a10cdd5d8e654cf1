// SPDX-License-Identifier: Apache-2.0
// The front end for Spatial: Scala programs in, their controller trees and host code run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "program/rdu_tree.hpp"
#include "program/rdu_tree_interpret.hpp"

namespace weft::spatial {

struct Options {
  /// The text of a file, or nothing where there is none.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  /// Files that may define what a program names and its own file does not: those in its folder.
  std::vector<std::string> neighbours;
  /// Runs what an Accel staged on the host's data. Without it an Accel is refused as unsupported.
  std::function<void(const program::rdu_tree::Tree&, program::rdu_tree::HostContents&)> accelerate;
  std::uint64_t random_seed = 1;
};

/// What a program did.
struct Outcome {
  std::string printed;
  std::map<std::string, std::string> files;    ///< what it wrote, by name
  std::vector<program::rdu_tree::Tree> trees;  ///< one an Accel
  std::uint32_t assertions = 0;                ///< that held
};

/// The classes of a file that can be run: no abstract ones, with main somewhere above.
std::vector<std::string> classes_of(const std::string& path, const Options& options);

/// The same with the line at which each begins.
struct ClassPlace {
  std::string name;
  std::uint32_t line = 0;
};
std::vector<ClassPlace> class_places(const std::string& path, const Options& options);

/// Runs the main of a class of the file at `path`; `outcome` holds what it did, up to a failure
/// too. An assertion that does not hold is weft::Error(check); what the front end lacks
/// weft::Error(unsupported); what is wrong in the program weft::Error(input): each with file, line,
/// column and a caret.
void run_program(const std::string& path, const std::string& class_name,
                 const std::vector<std::string>& arguments, const Options& options,
                 Outcome& outcome);

}  // namespace weft::spatial
