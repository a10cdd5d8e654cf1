// SPDX-License-Identifier: Apache-2.0
// Patterns that do not fit, and machines that lack what they want.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_models.hpp"
#include "program/rdu_pattern.hpp"
#include "program/rdu_shape.hpp"
#include "support/rdu_patterns.hpp"

namespace weft::program::rdu {
namespace {

struct Refusal {
  std::string message;
  Category category = Category::internal;
};

Refusal refusal(const std::function<void(Patterns&)>& make, Timing timing = test::pattern_timing(),
                const PatternOptions& options = {}) {
  try {
    Patterns p;
    make(p);
    make_patterns(p, timing, options);
    return {};
  } catch (const Error& error) {
    return {error.what(), error.category()};
  }
}

std::uint32_t whole(Patterns& p, std::uint32_t rows, std::uint32_t inner, std::uint32_t columns,
                    std::uint32_t par = 1) {
  const std::uint32_t x = p.input("x", rows, inner);
  Patterns::ProductOptions options;
  options.par = par;
  const std::uint32_t y = p.product("y", x, p.input("w", inner, columns), options);
  p.output(y);
  return y;
}

struct RefusedPatterns {
  const char* message;
  std::function<void(Patterns&)> make;
};
void expect_refused(std::span<const RefusedPatterns> rows) {
  for (const RefusedPatterns& row : rows) {
    const Refusal got = refusal(row.make);
    EXPECT_EQ(got.message, row.message);
    EXPECT_EQ(got.category, Category::input) << row.message;
  }
}

TEST(RduPattern, ShapesThatDoNotFitAreRefused) {
  const RefusedPatterns rows[] = {
      {"pattern 'y' multiplies [2, 3] by [4, 5]",
       [](Patterns& p) { p.product("y", p.input("x", 2, 3), p.input("w", 4, 5)); }},
      {"pattern 'y' has 3 blocks of 32 columns: 4 bodies can't share them",
       [](Patterns& p) { whole(p, 2, 3, 70, 4); }},
      {"pattern 'y' takes [2, 3] and [3, 2]",
       [](Patterns& p) { p.add("y", p.input("x", 2, 3), p.input("w", 3, 2)); }},
      {"pattern 'y' scales rows of 3 by [1, 4]",
       [](Patterns& p) {
         const std::uint32_t x = p.input("x", 2, 3);
         const std::uint32_t g = p.input("g", 1, 4);
         p.normalise("y", x, g, g, 0.1F);
       }},
      {"pattern 'y' takes 32 columns from 16 on, of 64: they begin at a multiple of 32",
       [](Patterns& p) { p.columns("y", p.input("x", 2, 64), 16, 32); }},
      {"pattern 'y' joins [2, 31] and [2, 31]: parts have as many rows, and 32 divides the columns "
       "of all but the last",
       [](Patterns& p) {
         p.join("y", {p.input("x", 2, 31), p.input("z", 2, 32)});
       }},
      {"pattern 'y' joins [2, 32] and [3, 32]: parts have as many rows, and 32 divides the columns "
       "of all but the last",
       [](Patterns& p) {
         p.join("y", {p.input("x", 2, 32), p.input("z", 3, 32)});
       }},
      {"pattern 'y' multiplies windows of 8 numbers by [9, 2]",
       [](Patterns& p) {
         const std::uint32_t x = p.input("x", 6, 4);
         p.convolution("y", x, p.input("w", 9, 2), {2, 3, 2, 1}, {});
       }},
      {"pattern 'x' is there twice",
       [](Patterns& p) {
         p.input("x", 2, 3);
         p.input("x", 2, 3);
       }},
      {"pattern 'x' is [0, 3]: extents are 1 to 2^20", [](Patterns& p) { p.input("x", 0, 3); }},
      {"pattern 'y' takes a pattern that does not stand before it",
       [](Patterns& p) { p.softmax("y", 7); }},
      {"pattern 'z' is taken by none, and no output",
       [](Patterns& p) {
         whole(p, 2, 3, 4);
         p.input("z", 1, 1);
       }},
      {"pattern 'y': its memory 'y.right0' takes 262144 words, a unit has 131072: give it a larger "
       "par, or smaller matrices",
       [](Patterns& p) { whole(p, 2, 1024, 512); }},
      {"patterns: there are inputs only", [](Patterns& p) { p.output(p.input("x", 1, 1)); }},
  };
  expect_refused(rows);
}

TEST(RduPattern, WindowsThatDoNotFitAreRefused) {
  const RefusedPatterns rows[] = {
      {"pattern 'y' has windows of 5 x 1 on images of 2 x 3 in 6 pixels",
       [](Patterns& p) {
         const std::uint32_t x = p.input("x", 6, 4);
         p.convolution("y", x, p.input("w", 20, 2), {2, 3, 5, 1}, {});
       }},
      {"pattern 'y' has windows of 1 x 1 on images of 2 x 2 in 6 pixels",
       [](Patterns& p) {
         const std::uint32_t x = p.input("x", 6, 4);
         p.convolution("y", x, p.input("w", 4, 2), {2, 2, 1, 1}, {});
       }},
      {"pattern 'y' has padding of 4000000000 pixels: 2^20 at most",
       [](Patterns& p) {
         const std::uint32_t x = p.input("x", 6, 4);
         const WindowSteps far{1, 1048576, 4000000000U, 0};
         p.pool("y", Pattern::Kind::mean, x, {6, 1, 5000, 1, far, {}});
       }},
      {"pattern 'y': its memory 'y.left' takes 208896 words, a unit has 131072: give it a larger "
       "par, or smaller matrices",
       [](Patterns& p) {  // blocks see four rows, six are the fewest that go round
         const std::uint32_t x = p.input("x", 8 * 2048, 32);
         const Window w{8, 2048, 2, 1, {}, {}};
         p.output(p.convolution("y", x, p.input("w", 64, 2), w, {}));
       }},
  };
  expect_refused(rows);
}

// One of 512 numbers is another, by one unit in the last place of bf16: mean squares of 10^6 in
// fp32 do not see its square of 16 / 512.
TEST(RduPattern, ARowWhoseMeanIsLargeIsNormalised) {
  constexpr std::uint32_t columns = 512;
  Patterns p;
  const std::uint32_t x = p.input("x", 1, columns);
  const std::uint32_t gain = p.input("gain", 1, columns);
  p.output(p.normalise("y", x, gain, p.input("shift", 1, columns), 1e-5F));
  HostMatrices inputs{{"x", std::vector<float>(columns, 1000.0F)},
                      {"gain", std::vector<float>(columns, 1.0F)},
                      {"shift", std::vector<float>(columns, 0.0F)}};
  inputs["x"][7] = 1004.0F;
  const std::vector<float> y = evaluate_patterns(p, {}, inputs).at("y");
  const double variance = 16.0 / columns * (1 - 1.0 / columns) + 1e-5;
  const double largest = (4 - 4.0 / columns) / std::sqrt(variance);
  EXPECT_NEAR(y[7], largest, largest / 128);
  EXPECT_NEAR(y[0], -4.0 / columns / std::sqrt(variance), 0.001);
}

TEST(RduPattern, MachinesWithoutThePartsAreUnsupported) {
  const auto make = [](Patterns& p) { whole(p, 2, 3, 4); };
  EXPECT_EQ(refusal(make).message, "");
  Timing timing = test::pattern_timing();
  timing.section.reset();
  EXPECT_EQ(refusal(make, timing).category, Category::unsupported);
  timing = test::pattern_timing();
  timing.hbm.reset();
  PatternOptions options;
  options.hbm = true;
  EXPECT_EQ(refusal(make, timing, options).message, "patterns: the machine has no HBM");
  timing = test::pattern_timing();
  timing.compute_units = 0;
  EXPECT_EQ(refusal(make, timing).message,
            "unit graph: chip 0 has 0 compute units, 1 are asked for by section 'y'");
}

/// Three products behind each other.
Patterns three_products() {
  Patterns p;
  std::uint32_t x = p.input("x", 2, 3);
  for (const char* name : {"a", "b", "c"}) {
    x = p.product(name, x, p.input(std::string("w.") + name, 3, 3), {});
  }
  p.output(x);
  return p;
}

TEST(RduPattern, ASectionThatAChipHasNoRoomForIsCut) {
  const auto sections = [](const Timing& timing) {
    std::vector<std::string> names;
    for (const Section& section : make_patterns(three_products(), timing, {}).sections) {
      names.push_back(section.name);
    }
    return names;
  };
  using Names = std::vector<std::string>;
  Timing timing = test::pattern_timing();
  EXPECT_EQ(sections(timing), Names{"a.to.c"});
  const auto used = [&](Unit::Kind kind) {
    const Program whole_graph = make_patterns(three_products(), test::pattern_timing(), {});
    return static_cast<std::uint32_t>(
        std::count_if(whole_graph.units.begin(), whole_graph.units.end(),
                      [&](const Unit& unit) { return unit.kind == kind; }));
  };
  timing.compute_units = used(Unit::Kind::compute) - 1;
  EXPECT_EQ(sections(timing), (Names{"a.to.b", "c"}));
  timing.compute_units = used(Unit::Kind::compute) / 3;
  EXPECT_EQ(sections(timing), (Names{"a", "b", "c"}));
  timing = test::pattern_timing();
  timing.memory_units = used(Unit::Kind::memory) - 1;
  EXPECT_EQ(sections(timing), (Names{"a.to.b", "c"}));
  timing.memory_units = 0;
  EXPECT_THROW(sections(timing), Error) << "one pattern is too large by itself";
}

TEST(RduPattern, AChannelToAnotherChipTakesItsLatency) {
  Patterns p;
  const std::uint32_t x = whole(p, 2, 3, 4);
  p.on_chip(1);
  p.output(p.softmax("z", x));
  Program program = make_patterns(p, test::pattern_timing(), {});
  EXPECT_EQ(program.chips(), 2U);
  for (Channel& channel : program.channels) {
    if (channel.name == "z.in0") channel.latency_cycles = 29;
  }
  try {
    check_fit(program, test::pattern_timing());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "unit graph: channel 'z.in0' leads to another chip in 29 cycles, which takes 30 "
                 "at least");
  }
}

TEST(RduPattern, MatricesLieWhereOthersAreNoLongerNeeded) {
  Patterns p;
  std::uint32_t x = p.input("x", 8, 64);
  for (const char* name : {"a", "b", "c", "d"}) x = p.map(name, x, {});
  p.output(p.softmax("y", x));
  PatternOptions options;
  options.fused = false;
  const Program program = make_patterns(p, test::pattern_timing(), options);
  std::uint64_t scratch = 0;
  for (const Array& array : program.arrays) {
    if (array.name == "scratch0") scratch = array.words();
  }
  EXPECT_EQ(scratch, 2U * 8U * 32U) << "two of the four at a time";
  EXPECT_EQ(program.sections.size(), 5U);
}

TEST(RduModels, RefuseWhatIsNone) {
  Perceptron flat;
  flat.widths = {4};
  EXPECT_THROW(perceptron(flat), Error);
  DecoderLayer odd;
  odd.width = 96;
  odd.heads = 2;
  EXPECT_THROW(decoder_layer(odd), Error);
}

}  // namespace
}  // namespace weft::program::rdu
