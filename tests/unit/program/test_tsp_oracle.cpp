// SPDX-License-Identifier: Apache-2.0
// The naive TSP against schedules worked out by hand: each unit alone, at the cycle that the delays
// give and not at the ones beside it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_make.hpp"
#include "program/tsp_oracle.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

using oracle::Vector;
using test::Builder;
using test::default_timing;
using test::east;
using test::of;
using test::west;

Vector counting(unsigned first) {
  Vector out{};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    out[lane] = static_cast<std::uint8_t>(first + lane);
  }
  return out;
}

std::uint32_t word(const std::string& queue, std::uint32_t bank, std::uint32_t address) {
  const Queue q = *find_queue(queue);
  return oracle::word_number(q.hemisphere, q.index, bank, address);
}

oracle::Result run(Builder& b, const oracle::Memory& before = {},
                   const Timing& timing = default_timing()) {
  validate(b.program);
  oracle::Result with = oracle::run(b.schedule(), timing, before);
  const oracle::Result without = oracle::run(b.schedule(), timing, {}, {false, false});
  EXPECT_EQ(with.fault.has_value(), without.fault.has_value());
  EXPECT_EQ(with.cycles, without.cycles);
  return with;
}

FaultCode code(const oracle::Result& result) {
  return result.fault ? result.fault->code : FaultCode::count_;
}

// Slice w0 stands at stop 13, e4 at stop 16: 3 hops. A read takes 1 cycle, a write 1.
TEST(TspOracle, AWordGoesFromSliceToSlice) {
  for (const Cycle at : {13U, 14U, 15U}) {
    Builder b;
    b.read("mem.w0", 10, east(5), 7);
    b.write("mem.e4", at, east(5), 9);
    const oracle::Result result = run(b, {{word("mem.w0", 0, 7), counting(3)}});
    EXPECT_EQ(code(result), at == 14 ? FaultCode::count_ : FaultCode::undriven_operand) << at;
    if (at != 14) {
      EXPECT_EQ(result.fault->cycle, at);
      continue;
    }
    EXPECT_EQ(result.memory.at(word("mem.e4", 0, 9)), counting(3));
    EXPECT_EQ(result.cycles, 14U + 1 + 1 + 19);
  }
}

TEST(TspOracle, ADriversOwnStopDoesNotSeeItsValue) {
  Builder b;
  b.read("mem.w0", 10, east(5), 0);
  b.write("mem.w1", 11, east(5), 0);  // of the same stop
  EXPECT_EQ(code(run(b)), FaultCode::undriven_operand);
}

TEST(TspOracle, AWriteIsSeenByReadsAfterItsDelay) {
  for (const Cycle at : {11U, 12U}) {
    Builder b;
    Timing timing = default_timing();
    timing.mem_write_cycles = 2;
    b.read("mem.w4", 8, east(0), 0);    // stop 12, drives in cycle 9
    b.write("mem.w0", 10, east(0), 1);  // stop 13
    b.read("mem.w0", at, east(1), 1);   // the word before or after
    b.write("mem.e0", at + 3, east(1), 0);
    const oracle::Result result = run(b, {{word("mem.w4", 0, 0), counting(1)}}, timing);
    EXPECT_EQ(code(result), FaultCode::count_);
    EXPECT_EQ(result.memory.at(word("mem.e0", 0, 0)), at == 12 ? counting(1) : Vector{});
  }
}

TEST(TspOracle, ADriverOverwritesWhatPasses) {
  Builder b;
  b.read("mem.w8", 10, east(0), 0);   // stop 11, drives in 11
  b.read("mem.w0", 12, east(0), 0);   // stop 13, drives in 13, when the other passes
  b.write("mem.w4", 12, east(0), 0);  // stop 12: the first
  b.write("mem.e0", 15, east(0), 0);  // stop 15: the second
  const oracle::Result result =
      run(b, {{word("mem.w8", 0, 0), counting(1)}, {word("mem.w0", 0, 0), counting(2)}});
  EXPECT_EQ(code(result), FaultCode::count_);
  EXPECT_EQ(result.memory.at(word("mem.w4", 0, 0)), counting(1));
  EXPECT_EQ(result.memory.at(word("mem.e0", 0, 0)), counting(2));
}

TEST(TspOracle, TwoDriversOfAStopInACycle) {
  for (const Cycle at : {9U, 10U, 11U}) {
    Builder b;
    b.read("mem.w0", 10, east(0));
    b.read("mem.w1", at, east(0));
    const oracle::Result result = run(b);
    EXPECT_EQ(code(result), at == 10 ? FaultCode::two_drivers : FaultCode::count_);
    if (at == 10) {
      EXPECT_EQ(result.fault->cycle, 11U);
    }
  }
}

// Entry 4, operation 3: a chained ALU is dispatched 3 cycles after the one that feeds it, and the
// second one's result is on the streams 7 cycles after its dispatch.
TEST(TspOracle, AChainOfTwoAlus) {
  for (const Cycle late : {0U, 1U}) {
    for (const Cycle early : {0U, 1U}) {
      Builder b;
      b.read("mem.w0", 18, east(0), 0);  // stop 13: at the VXM in 20
      b.read("mem.w1", 21 + late, east(4), 0);
      b.alu(1, VectorOperation::negate, 20, {of(east(0))});
      b.alu(4, VectorOperation::add, 23 + late, {test::chain(1), of(east(4))}, west(8));
      b.write("mem.w4", 32 + late - early, west(8), 5);  // stop 12, 2 hops
      oracle::Memory before;
      before[word("mem.w0", 0, 0)] = counting(0);
      before[word("mem.w1", 0, 0)] = counting(9);
      const oracle::Result result = run(b, before);
      if (late == 1) {  // the chain lives one cycle
        EXPECT_EQ(code(result), FaultCode::undriven_operand);
        EXPECT_EQ(result.fault->cycle, 28U);
      } else if (early == 1) {
        EXPECT_EQ(code(result), FaultCode::undriven_operand);
        EXPECT_EQ(result.fault->cycle, 31U);
      } else {
        EXPECT_EQ(code(result), FaultCode::count_);
        Vector nine{};
        nine.fill(9);
        EXPECT_EQ(result.memory.at(word("mem.w4", 0, 5)), nine);
      }
    }
  }
}

TEST(TspOracle, GatherAndScatterByTheFirstLaneOfEachSuperlane) {
  Builder b;
  b.read("mem.w8", 10, east(0), 0);                         // stop 11, offsets, low bytes
  b.read("mem.w9", 10, east(1), 0);                         // high bytes
  const auto gather = b.add("mem.w4", Opcode::gather, 12);  // stop 12
  b[gather].operands[0] = of(east(0, 2));
  b[gather].address = 100;
  b[gather].result = east(3);
  b.write("mem.w0", 14, east(3), 0);  // stop 13
  const auto scatter = b.add("mem.w1", Opcode::scatter, 13);
  b[scatter].operands[0] = of(east(0));
  b[scatter].operands[1] = of(east(0, 2));
  b[scatter].address = 200;
  oracle::Memory before;
  Vector low{};
  Vector high{};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t s = lane / lanes_per_superlane;
    low[lane] =
        static_cast<std::uint8_t>(lane % lanes_per_superlane == 0 ? (s == 3 ? 254 : s) : 77);
    high[lane] = lane % lanes_per_superlane == 0 && s == 3 ? 255 : 0;  // superlane 3: -2
  }
  before[word("mem.w8", 0, 0)] = low;
  before[word("mem.w9", 0, 0)] = high;
  for (unsigned a = 0; a < 20; ++a) before[word("mem.w4", 0, 100 + a)] = counting(10 * a);
  before[word("mem.w4", 0, 98)] = counting(200);
  const oracle::Result result = run(b, before);
  ASSERT_EQ(code(result), FaultCode::count_);
  const Vector got = result.memory.at(word("mem.w0", 0, 0));
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t s = lane / lanes_per_superlane;
    EXPECT_EQ(got[lane], static_cast<std::uint8_t>((s == 3 ? 200 : 10 * s) + lane));
    EXPECT_EQ(result.memory.at(
                  word("mem.w1", 0, static_cast<std::uint32_t>(s == 3 ? 198 : 200 + s)))[lane],
              low[lane]);
  }
}

TEST(TspOracle, AnOffsetBeyondTheBankIsTheProgramsFault) {
  Builder b;
  b.read("mem.w8", 10, east(0), 0);
  b.read("mem.w9", 10, east(1), 0);
  const auto gather = b.add("mem.w4", Opcode::gather, 12);
  b[gather].operands[0] = of(east(0, 2));
  b[gather].result = east(3);
  Vector minus{};
  minus.fill(255);
  const oracle::Memory before = {{word("mem.w8", 0, 0), minus}, {word("mem.w9", 0, 0), minus}};
  EXPECT_THROW(oracle::run(b.schedule(), default_timing(), before), Error);
}

/// A product of `rows` rows on plane w0: 16 slices give weights, w3 and w2 the activation.
struct Product {
  explicit Product(VectorType type) {
    const bool half = type == VectorType::f16;
    const std::uint32_t loads = 2;            // elements
    for (std::uint32_t s = 0; s < 16; ++s) {  // slices 24..39, stops 8 .. 4; plane w0 is stop 1
      const std::uint32_t slice = 24 + s;
      const std::uint32_t hops = stop_of_slice(Hemisphere::west, slice) - 1;
      b.read("mem.w" + std::to_string(slice), 20 - hops - 1, west(16 + s), 0, loads);
    }
    const auto with = [&](std::uint32_t index) { b[index].type = type; };
    load = b.add("mxm.w0.weights", Opcode::load_weights, 20, loads);
    with(load);
    b[load].operands[0] = of(west(16, 16));
    b[load].stride = half ? 8 : 16;
    install = b.add("mxm.w0.weights", Opcode::install_weights, 23);  // landed in 22 and 23
    with(install);
    b[install].rows = half ? 16 : 32;
    for (std::uint32_t s = 0; s < (half ? 2 : 1); ++s) {  // stop 13, 12 hops
      b.read("mem.w" + std::to_string(2 + s), 24 - 12 - 1, west(s), 0, 1);
    }
    activate = b.add("mxm.w0.activations", Opcode::activate, 24);
    with(activate);
    b[activate].operands[0] = of(west(0, half ? 2 : 1));
    sums = b.add("mxm.w0.results", Opcode::accumulate, 44);  // crossing 1, pass 19
    with(sums);
    b[sums].result = east(0, 4);
    for (std::uint32_t s = 0; s < 4; ++s) {  // accumulate 1, crossing 1; stop 3 is 2 hops on
      write[s] = b.write("mem.w" + std::to_string(40 + s), 48, east(s), 0);
    }
  }
  Builder b;
  std::uint32_t load = 0, install = 0, activate = 0, sums = 0;
  std::uint32_t write[4] = {};
};

TEST(TspOracle, AnInt8Product) {
  Product p(VectorType::i8);
  oracle::Memory before;
  std::int64_t activation[32];
  std::int64_t weights[32][lanes];
  Vector a{};
  for (unsigned k = 0; k < 32; ++k) {
    a[k] = static_cast<std::uint8_t>(37 * k + 100);
    activation[k] = static_cast<std::int8_t>(a[k]);
    Vector w{};
    for (unsigned n = 0; n < lanes; ++n) {
      w[n] = static_cast<std::uint8_t>(11 * k + 7 * n + 3);
      weights[k][n] = static_cast<std::int8_t>(w[n]);
    }
    before[word("mem.w" + std::to_string(24 + k % 16), 0, k / 16)] = w;
  }
  before[word("mem.w2", 0, 0)] = a;
  const oracle::Result result = run(p.b, before);
  ASSERT_EQ(code(result), FaultCode::count_);
  for (unsigned n = 0; n < lanes; ++n) {
    std::int64_t sum = 0;
    for (unsigned k = 0; k < 32; ++k) sum += activation[k] * weights[k][n];
    std::uint32_t got = 0;
    for (unsigned s = 0; s < 4; ++s) {
      got |= std::uint32_t{result.memory.at(word("mem.w" + std::to_string(40 + s), 0, 0))[n]}
             << 8U * s;
    }
    EXPECT_EQ(static_cast<std::int32_t>(got), sum) << n;
  }
}

TEST(TspOracle, AFp16ProductTakesBothPlanes) {
  Product p(VectorType::f16);
  oracle::Memory before;
  // a[k] = 1.5, w[k][n] = k + 1: 16 rows give 1.5 * 136 = 204.
  Vector one_and_half{};
  one_and_half.fill(0x3e);
  before[word("mem.w3", 0, 0)] = one_and_half;  // 0x3e00
  const std::uint16_t halves[16] = {0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700, 0x4800,
                                    0x4880, 0x4900, 0x4980, 0x4a00, 0x4a80, 0x4b00, 0x4b80, 0x4c00};
  for (unsigned k = 0; k < 16; ++k) {
    Vector high{};
    high.fill(static_cast<std::uint8_t>(halves[k] >> 8U));
    Vector low{};
    low.fill(static_cast<std::uint8_t>(halves[k] & 0xffU));
    before[word("mem.w" + std::to_string(24 + 2 * (k % 8)), 0, k / 8)] = low;
    before[word("mem.w" + std::to_string(25 + 2 * (k % 8)), 0, k / 8)] = high;
  }
  const oracle::Result result = run(p.b, before);
  ASSERT_EQ(code(result), FaultCode::count_);
  const std::uint8_t expected[4] = {0, 0, 0x4c, 0x43};  // 204.0F is 0x434c0000
  for (unsigned s = 0; s < 4; ++s) {
    Vector all{};
    all.fill(expected[s]);
    EXPECT_EQ(result.memory.at(word("mem.w" + std::to_string(40 + s), 0, 0)), all);
  }
  p.b.add("mxm.w1.results", Opcode::notify, 44);
  EXPECT_EQ(code(run(p.b, before)), FaultCode::queue_used_twice);
}

TEST(TspOracle, EveryPartOfAProductHasItsCycle) {
  const auto moved = [](std::uint32_t Product::*part, int by) {
    Product p(VectorType::i8);
    p.b[p.*part].cycle = static_cast<Cycle>(static_cast<int>(p.b[p.*part].cycle) + by);
    return run(p.b).fault;
  };
  // The second load has landed in 23, not in 22.
  ASSERT_TRUE(moved(&Product::install, -1));
  EXPECT_EQ(moved(&Product::install, -1)->code, FaultCode::install_while_in_use);
  EXPECT_EQ(moved(&Product::install, -1)->cycle, 22U);
  // Weights are there for activations of cycle 24, not of 23; 25 has no operand.
  EXPECT_EQ(moved(&Product::install, 1)->code, FaultCode::undriven_operand);
  EXPECT_EQ(moved(&Product::install, 1)->cycle, 24U);
  EXPECT_EQ(moved(&Product::activate, 1)->code, FaultCode::undriven_operand);
  // The row of sums comes out in cycle 44 alone.
  for (const int by : {-1, 1}) {
    ASSERT_TRUE(moved(&Product::sums, by));
    EXPECT_EQ(moved(&Product::sums, by)->code, FaultCode::undriven_operand);
    EXPECT_EQ(moved(&Product::sums, by)->cycle, static_cast<Cycle>(44 + by));
  }
}

TEST(TspOracle, ABufferTakesOneSetOfRows) {
  Product p(VectorType::i8);
  p.b[p.load].stride = 0;
  const auto fault = run(p.b).fault;
  ASSERT_TRUE(fault);  // the second element lands on the first one's rows
  EXPECT_EQ(fault->code, FaultCode::install_while_in_use);
  EXPECT_EQ(fault->cycle, 21U);
  EXPECT_EQ(fault->element, 1U);
}

// Row 3 of the published figures: 35 cycles from notify to the release.
TEST(TspOracle, ASyncParksAQueueUntilTheBarrier) {
  for (const Cycle at : {44U, 45U}) {
    Builder b;
    b.add("mem.w0", Opcode::sync, 7);
    b.add("mem.w1", Opcode::notify, 10);
    b.read("mem.w0", at, east(0));
    const oracle::Result result = run(b);
    EXPECT_EQ(code(result), at == 45 ? FaultCode::count_ : FaultCode::queue_parked);
  }
  Builder b;
  b.add("mem.w1", Opcode::notify, 6);
  b.add("mem.w0", Opcode::sync, 7);
  const oracle::Result result = run(b);
  EXPECT_EQ(code(result), FaultCode::queue_parked);
  EXPECT_EQ(result.fault->cycle, 7U);
}

// Stop 3 to 2 is a hop, in and out 3 cycles each, transpose 4: 11 + 1 from read to write.
TEST(TspOracle, ATransposeOfSixteenStreams) {
  Builder b;
  oracle::Memory before;
  for (std::uint32_t s = 0; s < 16; ++s) {
    const std::uint32_t slice = 43 - s;
    const std::uint32_t hops = stop_of_slice(Hemisphere::west, slice) - 2;
    b.read("mem.w" + std::to_string(slice), 20 - hops - 1, west(s));
    b.write("mem.w" + std::to_string(slice), 30 + hops, east(16 + s), 1);
    before[word("mem.w" + std::to_string(slice), 0, 0)] = counting(16 * s);
  }
  const auto transpose = b.add("sxm.w.transpose1", Opcode::transpose, 20);
  b[transpose].operands[0] = of(west(0, 16));
  b[transpose].result = east(16, 16);
  const oracle::Result result = run(b, before);
  ASSERT_EQ(code(result), FaultCode::count_);
  for (std::uint32_t s = 0; s < 16; ++s) {
    const Vector& got = result.memory.at(word("mem.w" + std::to_string(43 - s), 0, 1));
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t first = lane - lane % 16;
      EXPECT_EQ(got[lane], static_cast<std::uint8_t>(16 * (lane % 16) + first + s));
    }
  }
}

TEST(TspOracle, LaneMaps) {
  const struct {
    const char* queue;
    Opcode opcode;
    std::int16_t amount;
    Cycle delay;
    std::uint8_t lane_17;  ///< of counting(0), stream 0
  } cases[] = {{"sxm.e.shift", Opcode::shift, 5, 10, 22},
               {"sxm.e.shift", Opcode::shift, -20, 10, 0},
               {"sxm.e.permute", Opcode::permute, 0, 24, 46},  // lane 319 - 17 = 302
               {"sxm.e.distribute", Opcode::distribute, 0, 2, 19}};
  for (const auto& c : cases) {
    Builder b;
    LaneMap reversal(lanes);
    for (std::size_t l = 0; l < lanes; ++l) reversal[l] = static_cast<std::uint16_t>(319 - l);
    b.schedule().maps = {reversal, LaneMap(16, 3)};
    b.read("mem.e43", 10, east(2));  // stop 25; the SXM stands at 26
    const auto index = b.add(c.queue, c.opcode, 12);
    b[index].operands[0] = of(east(2));
    b[index].result = west(7);
    b[index].amount = c.amount;
    b[index].map = c.opcode == Opcode::distribute ? 1 : 0;
    b.write("mem.e40", 12 + 6 + c.delay + 1, west(7), 1);
    const oracle::Result result = run(b, {{word("mem.e43", 0, 0), counting(0)}});
    ASSERT_EQ(code(result), FaultCode::count_) << c.queue;
    EXPECT_EQ(result.memory.at(word("mem.e40", 0, 1))[17], c.lane_17) << c.queue;
  }
}

TEST(TspOracle, NamesHoldWhatAnOperandIs) {
  for (const std::int64_t step : {1, 2}) {
    for (const std::int64_t first : {0, 1}) {
      Builder b;
      const auto read = b.read("mem.w0", 10, east(0), 0, 9);
      const auto write = b.write("mem.e0", 13, east(0), 0, 4);  // every second element
      b[write].interval_cycles = 2;
      b.name(write, 0, read, first, step);
      const oracle::Result result = run(b);
      const bool right = step == 2 && first == 0;
      EXPECT_EQ(code(result), right ? FaultCode::count_ : FaultCode::other_operand);
      if (first == 0 && step == 1) {
        EXPECT_EQ(result.fault->element, 1U);
      }
    }
  }
}

TEST(TspOracle, TheNumberOfDriversAndDispatchesIsCounted) {
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 9);
  const oracle::Result result = run(b);
  EXPECT_EQ(result.dispatches[number_of(*find_queue("mem.w0"))], 9U);
  EXPECT_EQ(result.driven_streams[13], 9U);
  EXPECT_EQ(result.cycles, 8U + 1 + 1 + 19);
}

}  // namespace
}  // namespace weft::program::tsp
