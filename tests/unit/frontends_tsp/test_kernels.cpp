// SPDX-License-Identifier: Apache-2.0
// The schedules under kernels/tsp: sound, and off by a cycle they are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "program/tsp_check.hpp"
#include "text.hpp"
#include "topology/topology.hpp"

namespace weft::test {
namespace {

using program::tsp::FaultCode;
using program::tsp::Program;
using program::tsp::Timing;

const Timing& timing_of_chip() {
  static const Timing timing = program::tsp::read_timing(
      topology::load_topology(WEFT_SOURCE_DIR "/topologies/groq-tsp.toml"));
  return timing;
}

Program kernel(const std::string& name) {
  return tsp::read_file(std::string(WEFT_SOURCE_DIR) + "/kernels/tsp/" + name, timing_of_chip());
}

program::tsp::Checked checked(const Program& program) {
  validate(program);
  return check(program, timing_of_chip());
}

std::string fault_of(const Program& program) {
  const auto result = checked(program);
  return result.fault ? describe(program, *result.fault) : "";
}

const std::vector<std::string> kernels = {"axpb.tsp", "product.tsp", "softmax.tsp"};

TEST(TspKernels, AreSoundAndReadBackFromPrint) {
  for (const std::string& name : kernels) {
    const Program program = kernel(name);
    EXPECT_EQ(fault_of(program), "") << name;
    const Program again = read_text(tsp::print(program));
    EXPECT_EQ(content(again), content(program)) << name;
    EXPECT_EQ(fault_of(again), "") << name;
  }
}

// Every operand is named: an instruction that is a cycle late or early takes something else. The
// ones of softmax.tsp are installed long before they are used: a cycle later will do.
TEST(TspKernels, OffByACycleAreRefused) {
  for (const std::string& name : kernels) {
    Program program = kernel(name);
    for (auto& one : program.schedules[0].instructions) {
      for (const std::int64_t by : {1, -1}) {
        one.cycle += static_cast<Cycle>(by);
        const bool slack =
            name == "softmax.tsp" && by == 1 && one.opcode == program::tsp::Opcode::install_weights;
        EXPECT_EQ(fault_of(program).empty(), slack)
            << name << ", line " << one.line << ", by " << by;
        one.cycle -= static_cast<Cycle>(by);
      }
    }
  }
}

TEST(TspKernels, ALateAdditionIsNamedWithBothInstructions) {
  Program program = read_text(axpb);
  program.schedules[0].instructions[13].cycle += 1;
  EXPECT_EQ(
      fault_of(program),
      "a.tsp:12: other operand than named: operand b of 'y' (vxm.4) in cycle 24 takes element "
      "1 of 'b' (mem.e8, line 11), not element 0");
}

}  // namespace
}  // namespace weft::test
