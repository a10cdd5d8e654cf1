// SPDX-License-Identifier: Apache-2.0
// Spatial programs given as text, run with the tree interpreter in place of a machine.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/spatial/spatial.hpp"

namespace weft::spatial::test {

inline std::optional<std::string> read_source(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline Options options_for(const std::map<std::string, std::string>& files) {
  Options options;
  options.read_file = [files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    return found == files.end() ? read_source(path) : found->second;
  };
  options.accelerate = [](const program::rdu_tree::Tree& tree,
                          program::rdu_tree::HostContents& contents) {
    program::rdu_tree::interpret(tree, contents, {.steps = 10'000'000});
  };
  return options;
}

/// What a run came to: how it failed, if it did, and what it printed before.
struct Ran {
  std::string error;
  std::optional<Category> category;
  Outcome outcome;
};

inline Ran run_file(const std::string& path, const std::string& class_name,
                    const std::map<std::string, std::string>& files = {}) {
  Ran ran;
  try {
    run_program(path, class_name, {}, options_for(files), ran.outcome);
  } catch (const Error& error) {
    ran.error = error.what();
    ran.category = error.category();
  }
  return ran;
}

inline Ran run_text(const std::string& text, const std::string& class_name = "Test") {
  return run_file("Test.scala", class_name, {{"Test.scala", text}});
}

/// A program whose main is `body`; the body begins on line 4, column 5.
inline std::string program_of(const std::string& body) {
  return "import spatial.dsl._\n@spatial class Test extends SpatialTest {\n"
         "  def main(args: Array[String]): Unit = {\n    " +
         body + "\n  }\n}\n";
}

/// What a main prints.
inline std::string printed_by(const std::string& body) {
  const Ran ran = run_text(program_of(body));
  return ran.error.empty() ? ran.outcome.printed : ran.error;
}

}  // namespace weft::spatial::test
