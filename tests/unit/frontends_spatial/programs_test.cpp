// SPDX-License-Identifier: Apache-2.0
// The Spatial programs under kernels/rdu/spatial: each holds its own check.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support.hpp"

namespace weft::spatial::test {
namespace {

std::string program_path(const std::string& name) {
  return std::string(WEFT_SOURCE_DIR) + "/kernels/rdu/spatial/" + name + ".scala";
}

struct Program {
  std::string file;
  std::vector<std::string> classes;
};

const std::vector<Program>& programs() {
  static const std::vector<Program> all = {
      {"Bits", {"Bits"}},
      {"Choose", {"Choose"}},
      {"Count", {"Count"}},
      {"Deadlock", {"Starved", "Full_0", "Full_1"}},
      {"Dot", {"Dot_0", "Dot_1", "Dot_2"}},
      {"Early", {"Early"}},
      {"Epochs", {"Epochs"}},
      {"Euclid", {"Euclid"}},
      {"Every", {"Every"}},
      {"Follow", {"Follow"}},
      {"Generic", {"Generic_0", "Generic_1"}},
      {"Histogram", {"Histogram_0", "Histogram_1"}},
      {"Lanes", {"Lanes_0", "Lanes_1"}},
      {"Large", {"Large"}},
      {"Latest", {"Latest"}},
      {"Merge", {"Merge"}},
      {"Permute", {"Permute"}},
      {"Pick", {"Pick"}},
      {"Product", {"Product_0", "Product_1"}},
      {"Running", {"Running"}},
      {"Scale", {"Scale"}},
      {"Softmax", {"Softmax"}},
      {"Sparse", {"Sparse"}},
      {"Stack", {"Stack"}},
      {"Stencil", {"Stencil"}},
      {"Stop", {"Stop"}},
      {"Tokens", {"Tokens"}},
      {"Turns", {"Turns"}},
      {"Window", {"Window_0", "Window_1"}},
  };
  return all;
}

TEST(SpatialPrograms, ClassesAreListed) {
  for (const Program& program : programs()) {
    EXPECT_EQ(classes_of(program_path(program.file), options_for({})), program.classes)
        << program.file;
  }
}

TEST(SpatialPrograms, HoldTheirOwnChecks) {
  for (const Program& program : programs()) {
    for (const std::string& name : program.classes) {
      if (name == "Starved") continue;
      const Ran ran = run_file(program_path(program.file), name);
      EXPECT_EQ(ran.error, "") << name;
      EXPECT_GE(ran.outcome.assertions, 1U) << name;
      EXPECT_EQ(ran.outcome.trees.size(), 1U) << name;
    }
  }
}

TEST(SpatialPrograms, WhatNeverComesIsNamed) {
  const Ran ran = run_file(program_path("Deadlock"), "Starved");
  EXPECT_EQ(ran.category, Category::program);
  EXPECT_NE(ran.error.find("Deadlock.scala:14:27: fifo queue is empty"), std::string::npos)
      << ran.error;
}

TEST(SpatialPrograms, AWrongProgramFailsItsCheck) {
  auto text = read_source(program_path("Dot"));
  ASSERT_TRUE(text.has_value());
  const std::size_t at = text->find("a(i) * b(i)");
  ASSERT_NE(at, std::string::npos);
  text->replace(at, 11, "a(i) + b(i)");
  const Ran ran = run_text(*text, "Dot_0");
  EXPECT_EQ(ran.category, Category::check);
  EXPECT_NE(ran.error.find("the program's assertion does not hold"), std::string::npos);
}

TEST(SpatialPrograms, NothingToRunTheAccelIsUnsupported) {
  Options options = options_for({});
  options.accelerate = nullptr;
  Outcome outcome;
  try {
    run_program(program_path("Dot"), "Dot_0", {}, options, outcome);
    FAIL() << "an Accel ran without a machine";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
  }
  EXPECT_EQ(outcome.trees.size(), 1U);
}

TEST(SpatialPrograms, ParallelFactorsStayInTheTree) {
  const Ran ran = run_file(program_path("Dot"), "Dot_2");
  ASSERT_EQ(ran.outcome.trees.size(), 1U);
  const std::string text = to_text(ran.outcome.trees[0]);
  EXPECT_NE(text.find("reduce pipelined line 27"), std::string::npos) << text;
  EXPECT_NE(text.find("by 16 par 3 into sum"), std::string::npos) << text;
  EXPECT_NE(text.find("+16] par 5"), std::string::npos) << text;
  EXPECT_NE(text.find("sram a Int 16 copies 2"), std::string::npos) << text;
}

TEST(SpatialPrograms, StateMachinesLocksAndStepsStayInTheTree) {
  const auto tree_of = [](const std::string& name, const std::string& class_name) {
    const Ran ran = run_file(program_path(name), class_name);
    EXPECT_EQ(ran.outcome.trees.size(), 1U) << ran.error;
    return ran.outcome.trees.empty() ? std::string() : to_text(ran.outcome.trees[0]);
  };
  const std::string machine = tree_of("Euclid", "Euclid");
  EXPECT_NE(machine.find("state_machine sequenced line 30 state "), std::string::npos) << machine;
  EXPECT_NE(machine.find("\n      next %"), std::string::npos) << machine;
  const std::string locks = tree_of("Histogram", "Histogram_1");
  EXPECT_NE(locks.find("lock places Int 8"), std::string::npos) << locks;
  EXPECT_NE(locks.find(" = write Int counts "), std::string::npos) << locks;
  EXPECT_NE(locks.find(" holds %"), std::string::npos) << locks;
  const std::string steps = tree_of("Every", "Every");
  EXPECT_NE(steps.find("load pipelined line 22 third row [0 +7 by 3]"), std::string::npos) << steps;
  EXPECT_NE(steps.find("matrix [0 +4 by 2] [1 +4 by 2]"), std::string::npos) << steps;
  const std::string lines = tree_of("Window", "Window_1");
  EXPECT_NE(lines.find("line_buffer buffer Int 3 10"), std::string::npos) << lines;
  EXPECT_NE(lines.find("shift_in Int window"), std::string::npos) << lines;
}

}  // namespace
}  // namespace weft::spatial::test
