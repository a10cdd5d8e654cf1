// SPDX-License-Identifier: Apache-2.0
// A Spatial program's Accels as sessions, with unit graphs by hand in place of mapped ones.
#include "hosts/spatial/accelerator.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/rdu/rdu.hpp"
#include "frontends/spatial/spatial.hpp"
#include "hosts/spatial/memory_words.hpp"
#include "machine/machine.hpp"
#include "support/world.hpp"

namespace weft::hosts::spatial {
namespace {

using test::world;

// Memories: 0 x, 1 d, 2 e
constexpr const char* two_accels = R"(import spatial.dsl._
@spatial class Twice extends SpatialTest {
  def main(args: Array[String]): Unit = {
    val x = ArgIn[Int]
    val d = DRAM[Int](32)
    val e = DRAM[Int](32)
    setMem(d, Array.tabulate(32) { i => i - 9 })
    setArg(x, 3)
    Accel {
      val s = SRAM[Int](32)
      s load d(0 :: 32)
      Foreach(32 by 1) { i => s(i) = s(i) * x.value }
      e(0 :: 32) store s
    }
    setMem(d, getMem(e))
    setArg(x, -2)
    Accel {
      val t = SRAM[Int](32)
      t load d(0 :: 32)
      Foreach(32 by 1) { i => t(i) = t(i) * x.value }
      e(0 :: 32) store t
    }
    assert(getMem(e) == Array.tabulate(32) { i => (9 - i) * 6 })
  }
}
)";

/// e = d * x, as it could be mapped.
constexpr const char* product = R"(unit dram: dram
unit ags: address
unit pcu: compute
unit host: host
array dram.1: input i32[32] in dram at 0
array dram.2: input i32[32] in dram at 128
array dram.2.out: output i32[32] in dram at 128
memory x in host: 1 words
array arg.0: input i32[1] in memory x
channel d.at: word
channel d.size: word
channel d.data: vector
channel e.at: word
channel e.size: word
channel e.data: vector
channel e.done: bit
channel x.word: word
transfer load_d in dram: load address d.at size d.size data d.data
transfer store_e in dram: store address e.at size e.size data e.data done e.done
context commands in ags once {
  for go = 0 to 1
  give d.at = 0
  give d.size = 128
  give e.at = 128
  give e.size = 128
}
context argument in host once {
  for go = 0 to 1
  give x.word = load(x, 0)
}
context multiply in pcu lanes 16 {
  take d.data
  take x.word pop i
  for i = 0 to 32
  give e.data = mul(d.data, x.word)
}
context done in host {
  take e.done
}
)";

struct Ran {
  std::vector<Launch> launches;
  weft::spatial::Outcome outcome;
  std::optional<Category> category;
  std::string error;
  std::uint32_t mapped = 0;
  std::uint32_t launched = 0;
};

/// Collective; rank 0 gets what came of it.
Ran run(const std::string& graph) {
  Ran ran;
  if (!world().is_root()) {
    StandaloneRuntime::serve(world());
    return ran;
  }
  StandaloneRuntime runtime(world());
  const Mapper mapper = [&](const tree::Tree&, const rdu::Timing& timing,
                            const std::vector<std::uint64_t>&) {
    return weft::rdu::parse(graph, "graph.rdu", timing);
  };
  Accelerator accelerator(
      runtime, std::make_shared<const topology::Topology>(machine::load_topology("plasticine")),
      mapper,
      {[&](const tree::Tree&, const rdu::Program&) { ++ran.mapped; },
       [&](const tree::Tree&, const tree::HostContents&) { ++ran.launched; }});
  weft::spatial::Options options;
  options.read_file = [](const std::string&) { return std::string(two_accels); };
  options.accelerate = [&](const tree::Tree& tree, tree::HostContents& contents) {
    accelerator.run(tree, contents);
  };
  try {
    weft::spatial::run_program("Twice.scala", "Twice", {}, options, ran.outcome);
  } catch (const Error& error) {
    ran.category = error.category();
    ran.error = error.what();
  }
  ran.launches = accelerator.launches();
  runtime.finish(0);
  return ran;
}

std::string changed(const std::string& from, const std::string& to) {
  std::string text = product;
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(Accelerator, EachAccelIsALaunchAndMainGoesOn) {
  const Ran ran = run(product);
  if (!world().is_root()) return;
  EXPECT_EQ(ran.error, "");
  EXPECT_EQ(ran.outcome.assertions, 1U);
  EXPECT_EQ(ran.mapped, 2U);
  EXPECT_EQ(ran.launched, 2U);
  ASSERT_EQ(ran.launches.size(), 2U);
  EXPECT_EQ(ran.launches[0].line, 9U);
  EXPECT_EQ(ran.launches[1].line, 17U);
  for (const Launch& launch : ran.launches) {
    EXPECT_TRUE(launch.ended);
    EXPECT_EQ(launch.cycles, ran.launches[0].cycles);
    EXPECT_GT(launch.cycles, 60U);  // there is a DRAM between
    EXPECT_EQ(launch.busiest_unit, "pcu");
    EXPECT_EQ(launch.busiest_cycles, 2U);
    EXPECT_EQ(launch.units.at(rdu::Unit::Kind::compute), 1U);
    EXPECT_EQ(launch.transfers, 2U);
    EXPECT_EQ(launch.read_bytes, 128U);
    EXPECT_EQ(launch.written_bytes, 128U);
  }
}

TEST(Accelerator, WhatTheMachineComputesIsWhatMainSees) {
  const Ran ran = run(changed("mul(d.data", "add(d.data"));
  if (!world().is_root()) return;
  EXPECT_EQ(ran.category, Category::check);
  EXPECT_NE(ran.error.find("Twice.scala:23:5: the program's assertion does not hold"),
            std::string::npos)
      << ran.error;
}

TEST(Accelerator, ADeadlockEndsMain) {
  const Ran ran = run(changed("give d.size = 128", "give d.size = 64"));
  if (!world().is_root()) return;
  EXPECT_EQ(ran.category, Category::deadlock);
  EXPECT_NE(ran.error.find("context 'multiply' waits for a token on channel 'd.data'"),
            std::string::npos)
      << ran.error;
  ASSERT_EQ(ran.launches.size(), 1U);
  EXPECT_FALSE(ran.launches[0].ended);
  EXPECT_GT(ran.launches[0].cycles, 0U);
}

TEST(Accelerator, WhatDoesNotFitIsRefusedBeforeTheRun) {
  std::string text = product;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    text += "unit more" + n + ": compute\ncontext c" + n + " in more" + n +
            " once {\n  for go = 0 to 1\n}\n";
  }
  const Ran ran = run(text);
  if (!world().is_root()) return;
  EXPECT_EQ(ran.category, Category::input);
  EXPECT_NE(ran.error.find("301"), std::string::npos) << ran.error;
  EXPECT_TRUE(ran.launches.empty());
  EXPECT_EQ(ran.mapped, 0U);
}

TEST(Accelerator, ArraysOfAnotherSizeAreADefectOfTheMapper) {
  const Ran ran = run(changed("input i32[32] in dram at 0", "input i32[16] in dram at 0"));
  if (!world().is_root()) return;
  EXPECT_EQ(ran.category, Category::internal);
  EXPECT_NE(ran.error.find("array 'dram.1' has 16 words, its memory 32"), std::string::npos)
      << ran.error;
}

TEST(MemoryWords, KeepEveryFormatOf32Bits) {
  using tree::NumberKind;
  const auto round_trip = [](tree::NumberType type, std::vector<tree::Raw> raws) {
    tree::Memory memory;
    memory.kind = tree::MemoryKind::dram;
    memory.type = type;
    return from_words(memory, to_words(memory, raws)) == raws;
  };
  EXPECT_TRUE(round_trip(tree::int_type, {0, -1, 0x7fffffff, -0x80000000LL}));
  EXPECT_TRUE(round_trip({NumberKind::fixed, false, 32, 0}, {0, 0xffffffffLL}));
  EXPECT_TRUE(round_trip({NumberKind::fixed, true, 16, 16}, {-1, 0x7fffffff}));
  EXPECT_TRUE(round_trip({NumberKind::fixed, true, 5, 3}, {-128, 127}));
  EXPECT_TRUE(round_trip({NumberKind::fixed, false, 8, 0}, {255, 0}));
  EXPECT_TRUE(round_trip(tree::float_type, {0x80000000LL, 0x3f800000LL}));
  EXPECT_TRUE(round_trip(tree::half_type, {0xbc00LL}));
  EXPECT_TRUE(round_trip(tree::bit_type, {0, 1}));
  tree::Memory memory;
  memory.kind = tree::MemoryKind::arg_in;
  memory.type = tree::int_type;
  EXPECT_EQ(to_words(memory, {}), std::vector<std::uint32_t>{0}) << "one that was never set";
  memory.type = tree::double_type;
  EXPECT_THROW(to_words(memory, {0}), Error);
}

}  // namespace
}  // namespace weft::hosts::spatial
