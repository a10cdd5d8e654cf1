// SPDX-License-Identifier: Apache-2.0
// Spatial programs given as text, run as unit graphs and held against the tree interpreter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu_map.hpp"
#include "program/rdu_map_number.hpp"
#include "program/rdu_oracle.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_validate.hpp"
#include "unit/frontends_spatial/support.hpp"

namespace weft::spatial::test {

namespace units {

namespace rdu = program::rdu;
namespace tree = program::rdu_tree;

inline bool is_host_input(tree::MemoryKind kind) {
  return kind == tree::MemoryKind::dram || kind == tree::MemoryKind::arg_in ||
         kind == tree::MemoryKind::stream_in;
}

inline rdu::oracle::Arrays given_arrays(const tree::Tree& tree, const rdu::Program& program,
                                        const tree::HostContents& contents) {
  rdu::oracle::Arrays arrays;
  for (std::uint32_t m = 0; m < tree.memories.size(); ++m) {
    if (!is_host_input(tree.memories[m].kind)) continue;
    const std::string name = rdu::input_array(tree, m);
    for (const rdu::Array& array : program.arrays) {
      if (array.name != name) continue;
      arrays[name] = tree::words_of(contents[m], tree.memories[m].type);
      arrays[name].resize(array.elements(), 0);
    }
  }
  return arrays;
}

/// What differs between `contents`, which the interpreter left, and the arrays of the machine.
inline std::string difference(const tree::Tree& tree, const rdu::oracle::Arrays& arrays,
                              const tree::HostContents& contents) {
  for (std::uint32_t m = 0; m < tree.memories.size(); ++m) {
    const tree::Memory& memory = tree.memories[m];
    const bool is_dram = memory.kind == tree::MemoryKind::dram;
    if (!is_dram && memory.kind != tree::MemoryKind::arg_out) continue;
    const auto found =
        arrays.find(is_dram ? rdu::input_array(tree, m) : rdu::output_array(tree, m));
    if (found == arrays.end()) continue;
    const auto numbers = tree::raws_of(found->second, memory.type);
    for (std::size_t i = 0; i < contents[m].size() && i < numbers.size(); ++i) {
      if (numbers[i] == contents[m][i]) continue;
      return memory.name + "[" + std::to_string(i) + "] is " + std::to_string(numbers[i]) +
             " on units, " + std::to_string(contents[m][i]) + " interpreted";
    }
  }
  return {};
}

/// Of the machine that programs run on.
inline rdu::Timing& rdu_timing() {
  static rdu::Timing timing;
  return timing;
}

/// Whether units that are asked for have to be there.
inline bool& checks_fit() {
  static bool checks = false;
  return checks;
}

/// As the oracle runs its graph; then as the interpreter leaves it. Fails where they differ.
inline void accelerate(const tree::Tree& tree, tree::HostContents& contents) {
  const rdu::Timing& timing = rdu_timing();
  const rdu::Program program = rdu::map(tree, timing, rdu::numbers_of(contents));
  rdu::validate(program);
  if (checks_fit()) rdu::check_fit(program, timing);
  const rdu::oracle::Arrays given = given_arrays(tree, program, contents);
  tree::interpret(tree, contents, {.steps = 10'000'000});
  const rdu::oracle::Result result = rdu::oracle::run(program, timing, given, 3'000'000);
  if (result.fault) fail(Category::program, "a unit fails");
  if (!result.waits.empty()) fail(Category::program, "units wait for ever");
  const std::string wrong = difference(tree, result.arrays, contents);
  if (!wrong.empty()) fail(Category::program, wrong);
}

/// Cycles of what an Accel becomes; the host gets what the units leave.
inline std::uint64_t accelerate_alone(const tree::Tree& tree, tree::HostContents& contents) {
  const rdu::Timing timing;
  const rdu::Program program = rdu::map(tree, timing, rdu::numbers_of(contents));
  rdu::validate(program);
  const rdu::oracle::Result result =
      rdu::oracle::run(program, timing, given_arrays(tree, program, contents), 3'000'000);
  if (result.fault || !result.waits.empty()) fail(Category::program, "units fail or wait");
  for (std::uint32_t m = 0; m < tree.memories.size(); ++m) {
    const auto found = result.arrays.find(rdu::output_array(tree, m));
    if (found == result.arrays.end()) continue;
    contents[m] = tree::raws_of(found->second, tree.memories[m].type);
  }
  return result.last_activity + 1;
}

}  // namespace units

/// How long a program of this text takes on units.
inline std::uint64_t cycles_on_units(const std::string& text) {
  std::uint64_t cycles = 0;
  Options options = options_for({{"Test.scala", text}});
  options.accelerate = [&](const program::rdu_tree::Tree& tree,
                           program::rdu_tree::HostContents& contents) {
    cycles += units::accelerate_alone(tree, contents);
  };
  Outcome outcome;
  run_program("Test.scala", "Test", {}, options, outcome);
  return cycles;
}

/// How a program of this text failed or differed; empty: it did neither.
inline std::string fault_on_units(const std::string& text, const std::string& class_name = "Test") {
  Options options = options_for({{"Test.scala", text}});
  options.accelerate = units::accelerate;
  Outcome outcome;
  try {
    run_program("Test.scala", class_name, {}, options, outcome);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// In an Accel with an ArgIn n of 3, a DRAM out of 6 and an ArgOut sum.
inline std::string fault_of_accel(const std::string& accel, const std::string& type = "Int") {
  return fault_on_units(
      program_of("type T = " + type +
                 "\n    val n = ArgIn[Int]\n    setArg(n, 3)\n"
                 "    val out = DRAM[T](6)\n    val sum = ArgOut[T]\n    Accel {\n" +
                 accel + "\n    }"));
}

}  // namespace weft::spatial::test
