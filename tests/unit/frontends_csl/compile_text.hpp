// SPDX-License-Identifier: Apache-2.0
// Compiles CSL given as text.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "frontends/csl/csl.hpp"
#include "topology/topology.hpp"

namespace weft::csl::test {

using Files = std::map<std::string, std::string>;
using program::wse::Generation;

inline Options options_for(const Files& files, Generation generation = Generation::wse2) {
  Options options;
  options.limits = program::wse::read_limits(
      topology::load_topology(generation == Generation::wse2 ? "cerebras-wse2" : "cerebras-wse3"));
  options.step_limit = 10'000'000;
  options.read_file = [files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  return options;
}

inline program::wse::Program compile_files(const Files& files,
                                           Generation generation = Generation::wse2) {
  return compile("layout.csl", options_for(files, generation));
}

/// One tile with this program; every name in `exports` is an @export_name.
inline Files one_tile(const std::string& program, const std::string& exports = "") {
  return {{"layout.csl", "layout { @set_rectangle(1, 1); @set_tile_code(0, 0, \"pe.csl\", .{}); " +
                             exports + " }"},
          {"pe.csl", program}};
}

/// A layout that only computes: `body` holds its @comptime_asserts.
inline Files computation(const std::string& globals, const std::string& body) {
  return {{"layout.csl", globals +
                             "\nlayout { @set_rectangle(1, 1); @set_tile_code(0, 0, \"pe.csl\", "
                             ".{});\n" +
                             body + "\n}"},
          {"pe.csl", ""}};
}

/// The message of the error that compiling gives, empty when there is none.
inline std::string error_of(const Files& files, Generation generation = Generation::wse2) {
  try {
    compile_files(files, generation);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace weft::csl::test
