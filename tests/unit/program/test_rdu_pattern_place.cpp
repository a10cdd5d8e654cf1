// SPDX-License-Identifier: Apache-2.0
// Which matrices lie in HBM, which have to go to DRAM, and where.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "numerics/stochastic.hpp"
#include "program/rdu_pattern.hpp"
#include "program/rdu_pattern_place.hpp"
#include "program/rdu_traffic.hpp"
#include "support/rdu_patterns.hpp"

namespace weft::program::rdu {
namespace {

using Names = std::vector<std::string>;
using Role = Matrix::Role;

Timing timing_of(std::uint64_t hbm_bytes, std::uint64_t dram_bytes = 0) {
  Timing timing = test::pattern_timing();
  timing.hbm->capacity_bytes = hbm_bytes;
  timing.dram.capacity_bytes = dram_bytes;
  return timing;
}

Matrix passed(std::string name, std::uint64_t bytes, std::uint32_t first, std::uint32_t last,
              std::uint32_t times_moved = 2) {
  Matrix out;
  out.name = std::move(name);
  out.bytes = bytes;
  out.first = first;
  out.last = last;
  out.moved_bytes = times_moved * bytes;
  return out;
}
Matrix kept(std::string name, std::uint64_t bytes, Role role, std::uint32_t times_moved = 1) {
  Matrix out = passed(std::move(name), bytes, 0, 0, times_moved);
  out.role = role;
  return out;
}

Names spilled(std::vector<Matrix> matrices, std::uint64_t hbm_bytes) {
  place_matrices(matrices, timing_of(hbm_bytes), true);
  Names out;
  for (const Matrix& of : matrices) {
    if (of.spilled) out.push_back(of.name);
  }
  return out;
}

std::string refusal(const std::function<void()>& action, Category category) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), category);
    return error.what();
  }
  return "";
}

TEST(RduPatternPlace, WhatFitsByItsLifetimeStays) {
  const std::vector<Matrix> chain = {passed("a", 640, 0, 1), passed("b", 640, 1, 2),
                                     passed("c", 640, 2, 3)};
  EXPECT_EQ(spilled(chain, 1280), Names());
  EXPECT_EQ(spilled(chain, 1216), Names{"b"}) << "it is there with both others, they never meet";
}

TEST(RduPatternPlace, TheLeastMovedGoesFirst) {
  EXPECT_EQ(spilled({passed("often", 640, 0, 3, 4), passed("once", 640, 0, 3, 2)}, 640),
            Names{"once"});
  EXPECT_EQ(spilled({passed("short", 640, 0, 1), passed("long", 640, 0, 3)}, 640), Names{"long"});
  EXPECT_EQ(spilled({passed("first", 640, 0, 3), passed("second", 640, 0, 3)}, 640),
            Names{"second"});
  EXPECT_EQ(spilled({passed("elsewhere", 64, 5, 6), passed("large", 640, 0, 3),
                     passed("small", 320, 0, 3)},
                    640),
            Names{"small"})
      << "who is not there when room runs out has no part in it";
}

TEST(RduPatternPlace, WeightsGoLast) {
  const std::vector<Matrix> all = {kept("weights", 640, Role::given),
                                   passed("between", 1280, 0, 1, 9), kept("y", 640, Role::result)};
  EXPECT_EQ(spilled(all, 2560), Names());
  EXPECT_EQ(spilled(all, 2496), Names{"y"});
  EXPECT_EQ(spilled(all, 1280), (Names{"between"})) << "y comes back when the large one is gone";
  EXPECT_EQ(spilled(all, 640), (Names{"between", "y"}));
  EXPECT_EQ(spilled(all, 576), (Names{"weights", "between", "y"}));
}

TEST(RduPatternPlace, WhatFitsAgainComesBack) {
  // Two small ones go before the one that is too large for anything.
  EXPECT_EQ(
      spilled({passed("a", 64, 0, 1), passed("b", 128, 0, 1), passed("large", 640, 0, 1)}, 512),
      Names{"large"});
}

TEST(RduPatternPlace, NoRoomIsRefusedWithSizesAndUsers) {
  std::vector<Matrix> all = {passed("a", 6400, 0, 1), passed("b", 640, 0, 1),
                             kept("w", 64, Role::given)};
  EXPECT_EQ(refusal([&] { place_matrices(all, timing_of(1024, 6000), true); }, Category::input),
            "patterns: chip 0 has 6000 bytes of DRAM, matrices ask for 6400; the largest users: "
            "'a' 6400");
  EXPECT_EQ(refusal([&] { place_matrices(all, timing_of(1024, 7000), false); }, Category::input),
            "patterns: chip 0 has 7000 bytes of DRAM, matrices ask for 7104; the largest users: "
            "'a' 6400, 'b' 640, 'w' 64");
  all[0].bytes = std::uint64_t{1} << 32U;
  EXPECT_EQ(refusal([&] { place_matrices(all, timing_of(0), true); }, Category::unsupported),
            "Unsupported: patterns: chip 0's addresses reach 2^32 bytes of HBM, matrices ask for "
            "4294968000; the largest users: 'a' 4294967296, 'b' 640, 'w' 64");
}

/// What anybody may say of places: nothing lies over another of its time, HBM is never too full.
void expect_right(const std::vector<Matrix>& all, std::uint64_t capacity, std::uint64_t seed) {
  for (const std::uint32_t chip : {0U, 1U}) {
    std::uint64_t hbm = passed_bytes(all, chip, false);
    for (const Matrix& of : all) {
      if (of.chip == chip && !of.spilled && of.role != Role::passed) hbm += of.bytes;
    }
    EXPECT_LE(hbm, capacity) << "seed " << seed;
  }
  for (const Matrix& a : all) {
    for (const Matrix& b : all) {
      const bool same = &a != &b && a.chip == b.chip && a.spilled == b.spilled &&
                        a.role == Role::passed && b.role == Role::passed;
      if (!same || a.first > b.last || b.first > a.last) continue;
      EXPECT_TRUE(a.offset_bytes + a.bytes <= b.offset_bytes ||
                  b.offset_bytes + b.bytes <= a.offset_bytes)
          << "seed " << seed << ": " << a.name << ", " << b.name;
    }
  }
}

TEST(RduPatternPlace, RandomOnesHaveTheirPlaces) {
  std::size_t spills = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::uint64_t state = numerics::mix_bits(seed);
    const auto below = [&](std::uint32_t end) {
      return static_cast<std::uint32_t>(numerics::random_bits(state) % end);
    };
    std::vector<Matrix> all;
    for (std::uint32_t m = 0; m < 25; ++m) {
      const std::uint32_t first = below(10);
      all.push_back(passed("m" + std::to_string(m), 64 * (1 + below(30)), first, first + below(5),
                           2 + below(3)));
      all.back().chip = below(2);
      if (below(4) == 0) all.back().role = below(2) == 0 ? Role::given : Role::result;
    }
    const std::uint64_t capacity = 64 * (1 + below(150));
    place_matrices(all, timing_of(capacity), true);
    expect_right(all, capacity, seed);
    spills += static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Matrix& of) { return of.spilled; }));
  }
  EXPECT_GT(spills, 1000U);
  EXPECT_LT(spills, 6000U);
}

/// A section a pattern: a and b of x, c of a, d of both, y of c and d.
Program fork(std::uint64_t hbm_bytes) {
  Patterns p;
  const std::uint32_t x = p.input("x", 8, 64);
  const std::uint32_t a = p.map("a", x, {});
  const std::uint32_t b = p.map("b", x, {});
  const std::uint32_t c = p.softmax("c", a);
  const std::uint32_t d = p.add("d", a, b);
  p.output(p.add("y", c, d));
  PatternOptions options;
  options.fused = false;
  options.hbm = true;
  return make_patterns(p, timing_of(hbm_bytes), options);
}

TEST(RduTraffic, SaysWhereMatricesLie) {
  const Program program = fork(5 * 1024);
  Names lines;
  for (const MatrixUse& of : matrix_uses(program)) {
    const auto section = [&](std::uint32_t s) {
      return s == none ? std::string("host") : program.sections[s].name;
    };
    lines.push_back(of.name + " " + std::string(name_of(program.units[of.unit].kind)) + " " +
                    std::to_string(of.bytes) + " " + section(of.stored) + " " + section(of.loaded) +
                    " " + std::to_string(of.moved_bytes()));
  }
  EXPECT_EQ(lines,
            (Names{"x hbm 1024 host b 2048", "a hbm 1024 a d 3072", "b hbm 1024 b d 2048",
                   "c hbm 1024 c y 2048", "d hbm 1024 d y 2048", "y dram 1024 y host 1024"}));
  std::uint64_t hbm = 0;
  std::uint64_t dram = 0;
  for (const SectionBytes& of : section_bytes(program)) {
    hbm += of.hbm;
    dram += of.dram;
  }
  EXPECT_EQ(hbm, 11264U);
  EXPECT_EQ(dram, 1024U);
  for (const MatrixUse& of : matrix_uses(fork(6 * 1024))) {
    EXPECT_EQ(program.units[of.unit].kind, Unit::Kind::hbm) << of.name;
  }
}

}  // namespace
}  // namespace weft::program::rdu
