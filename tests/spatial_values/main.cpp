// SPDX-License-Identifier: Apache-2.0
// spatial_values: which programs of a folder of Spatial files parse, stage, and pass their own
// check with the tree interpreter. It says what values are, not how long a machine takes.
//
// spatial_values --parse-only FILE...       FILE parsed | FILE refused, with the message
// spatial_values FOLDER [CLASS...]          NAME passed | staged | refused SECONDS [the message]
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "frontends/spatial/spatial.hpp"

namespace {

using weft::spatial::Options;
using weft::spatial::Outcome;

std::optional<std::string> read_source(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Options options_for(std::vector<std::string> neighbours) {
  Options options;
  options.read_file = read_source;
  options.neighbours = std::move(neighbours);
  options.accelerate = [](const weft::program::rdu_tree::Tree& tree,
                          weft::program::rdu_tree::HostContents& contents) {
    weft::program::rdu_tree::interpret(tree, contents);
  };
  return options;
}

int parse_only(const std::vector<std::string>& files) {
  int refused = 0;
  for (const std::string& file : files) {
    try {
      weft::spatial::classes_of(file, options_for({}));
      std::cout << file << " parsed\n";
    } catch (const weft::Error& error) {
      ++refused;
      std::cout << file << " refused\n" << error.what() << "\n";
    }
  }
  return refused == 0 ? 0 : 1;
}

/// A message on one line.
std::string one_line(const std::string& text) { return text.substr(0, text.find('\n')); }

bool run_class(const std::string& file, const std::string& name, const Options& options) {
  Outcome outcome;
  const std::clock_t begin = std::clock();
  std::string word = "passed";
  std::string message;
  try {
    weft::spatial::run_program(file, name, {}, options, outcome);
    if (outcome.assertions == 0) word = "unchecked";
  } catch (const weft::Error& error) {
    word = outcome.trees.empty() ? "refused" : "staged";
    message = " " + one_line(error.what());
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::cout << name << " " << word << " " << weft::fixed(seconds, 2) << message << "\n"
            << std::flush;
  return word == "passed";
}

int run_folder(const std::string& folder, const std::vector<std::string>& wanted) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".scala") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::size_t passed = 0;
  std::size_t all = 0;
  for (const std::string& file : files) {
    std::vector<std::string> others = files;
    others.erase(std::find(others.begin(), others.end(), file));
    const Options options = options_for(others);
    std::vector<std::string> classes;
    try {
      classes = weft::spatial::classes_of(file, options);
    } catch (const weft::Error& error) {
      std::cout << file << " refused\n" << error.what() << "\n";
    }
    for (const std::string& name : classes) {
      const bool asked =
          wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
      if (!asked) continue;
      ++all;
      passed += run_class(file, name, options) ? 1U : 0U;
    }
  }
  std::cout << passed << " of " << all << " passed\n";
  return passed == all ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> all(words + 1, words + count);
  if (all.empty()) {
    std::cout << "usage: spatial_values FOLDER [CLASS...] | spatial_values --parse-only FILE...\n";
    return 2;
  }
  const std::vector<std::string> rest(all.begin() + 1, all.end());
  return all[0] == "--parse-only" ? parse_only(rest) : run_folder(all[0], rest);
}
