// SPDX-License-Identifier: Apache-2.0
// Products split over chips: sound however they are split, in time whatever the links draw, and
// every element of the result in one place.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_gemm.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_system.hpp"
#include "topology/topology.hpp"

namespace weft::program::tsp {
namespace {

struct Machine {
  explicit Machine(const char* name)
      : topology(topology::load_topology(name)),
        timing(read_timing(topology)),
        system(read_system(topology)),
        cables(cables_of(system)) {}
  Program built(const Gemm& what) const {
    Program program = gemm(timing, system, what);
    validate(program);
    return program;
  }
  /// Empty, or what is refused.
  std::string refusal(const Program& program) const {
    const Checked checked = check(program, timing, cables);
    return checked.fault ? describe(program, *checked.fault) : "";
  }
  topology::Topology topology;
  Timing timing;
  System system;
  std::vector<Cable> cables;
};

/// How many places a tensor's elements have.
std::vector<int> places_of(const Tensor& tensor) {
  std::vector<int> out(tensor.elements());
  for (const Piece& piece : tensor.pieces) {
    for (std::uint32_t word = 0; word < piece.words; ++word) {
      for (std::uint32_t lane = 0; lane < piece.lane_count; ++lane) {
        const std::int64_t element = piece.first + word * piece.word_step + lane * piece.lane_step;
        ++out.at(static_cast<std::size_t>(element));
      }
    }
  }
  return out;
}

// Columns that fill no tile, rows that share unevenly, one to eight chips a sum.
constexpr Gemm splits[] = {{64, 640, 1408, 4, 2}, {64, 1280, 640, 2, 4}, {65, 1280, 330, 1, 8},
                           {100, 320, 704, 1, 2}, {33, 480, 1000, 8, 1}, {5, 320, 40, 1, 1}};

TEST(TspGemmChips, IsSoundHoweverItIsSplit) {
  const Machine node("groq-node8");
  for (const Gemm& what : splits) {
    const Program program = node.built(what);
    EXPECT_EQ(node.refusal(program), "") << what.m << " " << what.columns << " " << what.rows;
    EXPECT_EQ(program.chips(), 8U);
    EXPECT_EQ(program.schedules.size(), what.rows == 1 ? 1U : 8U);
    for (const Tensor& tensor : program.tensors) {
      const std::vector<int> places = places_of(tensor);
      for (const int place : places) {
        if (tensor.role == Tensor::Role::output) {
          ASSERT_EQ(place, 1) << tensor.name;
        } else {
          ASSERT_GE(place, 1) << tensor.name;
        }
      }
    }
  }
}

TEST(TspGemmChips, IsReceivedInTimeUnderEverySeed) {
  const Machine node("groq-node8");
  for (const Gemm& what : {splits[0], splits[2]}) {
    Program program = node.built(what);
    for (program.link_seed = 0; program.link_seed < 20; ++program.link_seed) {
      EXPECT_FALSE(check_links(program, node.timing, node.cables).fault);
    }
  }
}

TEST(TspGemmChips, ChipsAtOnePlaceOfANodeShareASchedule) {
  const Machine rack("groq-rack9x8");
  const Program program = rack.built({32, 320, 320 * 36, 36, 2});
  EXPECT_EQ(program.chips(), 72U);
  EXPECT_EQ(program.schedules.size(), 8U);
  EXPECT_EQ(program.schedule_of_chip.at(71), 7U);
  EXPECT_EQ(rack.refusal(program), "");
  const Program fewer = rack.built({32, 320, 320 * 5, 5, 2});
  EXPECT_EQ(fewer.chips(), 16U);
  EXPECT_EQ(fewer.schedule_of_chip.at(9), 1U);
  EXPECT_EQ(fewer.schedule_of_chip.at(10), none);
  EXPECT_EQ(rack.refusal(fewer), "");
}

TEST(TspGemmChips, AnInstructionACycleLateIsRefused) {
  const Machine node("groq-node8");
  Program program = node.built({16, 320, 320, 1, 2});
  std::size_t refused = 0;
  std::size_t moved = 0;
  for (Instruction& one : program.schedules[1].instructions) {
    if (one.opcode == Opcode::deskew || one.opcode == Opcode::load_weights) continue;
    ++one.cycle;
    ++moved;
    if (!node.refusal(program).empty()) ++refused;
    --one.cycle;
  }
  EXPECT_EQ(refused, moved);
}

// The sums that go over the one link take 124,416 cycles, from the first block's end to the last
// one's: a link that waits for slices that are read all the time would lose a fifth.
TEST(TspGemmChips, ABlockThatWaitsHoldsUpNoOther) {
  const Machine rack("groq-rack9x8");
  const Program program = rack.built({800, 32576, 8192, 8, 2, true});
  const Checked checked = check(program, rack.timing, rack.cables);
  EXPECT_FALSE(checked.fault.has_value());
  constexpr double published_cycles = 150e-6 * 900e6;
  EXPECT_LT(static_cast<double>(checked.cycles), published_cycles * 1.1);
}

TEST(TspGemmChips, RefusesWhatDoesNotFit) {
  const Machine node("groq-node8");
  const auto text = [&](const Gemm& what) {
    try {
      node.built(what);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string product = "product [8, 320] x [320, 320]: ";
  EXPECT_EQ(text({8, 320, 320, 1, 3}),
            product + "k is split over 1, 2, 4 or 8 chips of a node, not 3");
  EXPECT_EQ(text({8, 320, 320, 16, 1}), product + "16 x 1 chips are asked for, the system has 8");
  EXPECT_EQ(text({8, 320, 320, 3, 1}), product + "n is no multiple of the 3 chips that share it");
  EXPECT_EQ(text({8, 321, 320, 1, 2}),
            "product [8, 321] x [321, 320]: k is no multiple of the 2 "
            "chips that share it");
  EXPECT_EQ(text({0, 320, 320, 1, 1}), "product [0, 320] x [320, 320]: an axis is empty");
  EXPECT_NE(text({800, 325760, 8192, 1, 1}), "");  // no chip's memory
}

}  // namespace
}  // namespace weft::program::tsp
