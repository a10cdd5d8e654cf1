// SPDX-License-Identifier: Apache-2.0
// How long vector operations in memory take: case A3 and the rules behind it.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/wse_machine.hpp"

namespace weft::machine::wse {
namespace {

using namespace weft::program::wse;
using test::WseRun;

struct Micro {
  VectorOperation operation = VectorOperation::fmuls;
  std::uint32_t n = 0;
  std::uint16_t offset_a = 0;  ///< bytes beyond a multiple of 8
  std::uint16_t offset_b = 4;
  std::uint16_t offset_c = 0;
  Operand::Kind operand = Operand::Kind::data_register;
  bool in_place = false;  ///< the destination is source 0
  std::int16_t stride = 1;
  Generation generation = Generation::wse2;
};

/// Difference of two time stamps around one operation c = a op b, as the published program reads
/// it.
std::uint64_t cycles(const Micro& m) {
  CodeBuilder b("micro");
  const std::uint32_t elements = m.n * static_cast<std::uint32_t>(m.stride) + 2;
  const auto place = [&](const char* name, std::uint16_t offset) {
    const std::uint16_t base = b.allocate(name, Type::f32, elements, 8);
    b.initialise_zero(base, elements * 4);
    return static_cast<std::uint16_t>(base + offset);
  };
  const std::uint16_t a_base = place("a", m.offset_a);
  const auto da = b.descriptor(mem1d(a_base, m.n, m.stride));
  const auto db = b.descriptor(mem1d(place("b", m.offset_b), m.n, m.stride));
  const auto dc = m.in_place ? da : b.descriptor(mem1d(place("c", m.offset_c), m.n, m.stride));
  const std::uint16_t out = b.allocate("elapsed", Type::u32, 1, 0, "elapsed");
  b.function("main");
  b.emit({.operation = Operation::timestamp_enable, .immediate = 1});
  const Register before = b.timestamp();
  const auto operand = [&](std::uint16_t d) { return Operand{m.operand, d}; };
  b.vector(vector_instruction(m.operation, operand(dc), {operand(da), operand(db)}));
  const Register after = b.timestamp();
  b.store(Type::u32, b.binary(Operation::subtract, Type::u64, after, before), no_register, out);
  b.end();
  b.start_active(b.task(TaskKind::local, 9, {0}));
  ProgramBuilder p(m.generation, 1, 1);
  p.place(0, 0, p.add_code(b.finish()));
  WseRun run(p.finish());
  run.run();
  EXPECT_EQ(run.error(), "");
  return run.read<std::uint32_t>("elapsed", 0, 0, 1)[0];
}

TEST(VectorTime, A3SlopesAreExactAndStartUpsWithinTwoCycles) {
  const auto near = [](std::uint64_t ours, std::uint64_t published) {
    return ours + 2 >= published && ours <= published + 2;
  };
  for (const std::uint32_t n : {1028U, 3000U}) {
    EXPECT_EQ(cycles({.n = n}), n + 6);                     // fmuls, operands in different banks
    EXPECT_EQ(cycles({.n = n, .offset_b = 0}), 2 * n + 6);  // in the same bank
    const auto variable = Operand::Kind::descriptor;
    EXPECT_TRUE(near(cycles({.n = n, .operand = variable}), n + 34));
    EXPECT_TRUE(near(cycles({.operation = VectorOperation::fadds, .n = n, .operand = variable}),
                     n / 2 + 35));
  }
}

TEST(VectorTime, PlacementDecidesTheRateOfWideOperations) {
  const auto add = VectorOperation::fadds;
  EXPECT_EQ(cycles({.operation = add, .n = 256}), 128 + 6);
  EXPECT_EQ(cycles({.operation = add, .n = 256, .offset_b = 0}), 256 + 6);
  EXPECT_EQ(cycles({.operation = add, .n = 256, .in_place = true}), 128 + 6);
  EXPECT_EQ(cycles({.operation = add, .n = 256, .generation = Generation::wse3}), 64 + 10);
}

TEST(VectorTime, AVariableDescriptorIsBuiltInLineAConstantOneLoaded) {
  using Kind = Operand::Kind;
  EXPECT_EQ(cycles({.n = 256, .operand = Kind::descriptor}), 256 + 6 + 3 * 9);
  EXPECT_EQ(cycles({.n = 256, .operand = Kind::constant_descriptor}), 256 + 6 + 3 * 2);
  const Generation wse3 = Generation::wse3;
  EXPECT_EQ(cycles({.n = 256, .operand = Kind::constant_descriptor, .generation = wse3}),
            256 + 10 + 3 * 2);
}

TEST(VectorTime, StridesLimitTheRate) {
  const auto add = VectorOperation::fadds;
  EXPECT_EQ(cycles({.operation = add, .n = 64, .stride = 8}), 64 + 6);
  EXPECT_EQ(cycles({.operation = add, .n = 64, .stride = 2}), 32 + 6);
  EXPECT_EQ(cycles({.operation = add, .n = 64, .stride = 7, .generation = Generation::wse3}),
            32 + 10);
  EXPECT_EQ(cycles({.operation = add, .n = 64, .stride = 3, .generation = Generation::wse3}),
            16 + 10);
}

/// Cycles from the first of a row of one-element operations to a time stamp. Operation k negates
/// element sources[k] into element k + 1.
std::uint64_t row_cycles(const std::vector<unsigned>& sources,
                         const std::vector<std::string>& constants = {}) {
  CodeBuilder b("row");
  const std::uint16_t base = b.allocate("x", Type::f32, 64, 8);
  b.initialise_zero(base, 256);
  std::vector<std::uint16_t> d;
  for (unsigned k = 0; k <= sources.size(); ++k) {
    d.push_back(b.descriptor(mem1d(static_cast<std::uint16_t>(base + 8 * k), 1)));
  }
  const std::uint16_t last = b.allocate("elapsed", Type::u32, 1, 0, "elapsed");
  b.function("main");
  b.emit({.operation = Operation::timestamp_enable, .immediate = 1});
  const Register before = b.timestamp();
  for (unsigned k = 0; k < sources.size(); ++k) {
    b.vector(vector_instruction(VectorOperation::fnegs, register_operand(d[k + 1]),
                                {register_operand(d[sources[k]])}));
  }
  const Register after = b.timestamp();
  b.store(Type::u32, b.binary(Operation::subtract, Type::u64, after, before), no_register, last);
  b.end();
  b.start_active(b.task(TaskKind::local, 9, {0}));
  ProgramBuilder p(Generation::wse2, 1, 1);
  p.place(0, 0, p.add_code(b.finish()));
  WseRun run(p.finish(), 1, constants);
  run.run();
  EXPECT_EQ(run.error(), "");
  return run.read<std::uint32_t>("elapsed", 0, 0, 1)[0];
}

TEST(VectorTime, DependentOperationsWaitForTheResultIndependentOnesOverlap) {
  EXPECT_EQ(row_cycles({0, 0, 0, 0, 0}), 5 + 6);
  EXPECT_EQ(row_cycles({0, 1, 2, 3, 4}), 4 * 3 + 1 + 6);
}

TEST(VectorTime, EveryResultUnderWayIsWaitedFor) {
  // The ninth reads what the first wrote: as late as the latency says, however many came between.
  const std::vector<unsigned> sources{0, 0, 0, 0, 0, 0, 0, 0, 1};
  for (const unsigned latency : {3U, 8U, 9U, 20U, 254U}) {
    const std::string set = "pe.vector_result_latency_cycles=" + std::to_string(latency);
    EXPECT_EQ(row_cycles(sources, {set}), std::max(latency, 8U) + 1 + 6) << latency;
  }
  EXPECT_THROW(row_cycles({0}, {"pe.vector_result_latency_cycles=255"}), Error);
}

}  // namespace
}  // namespace weft::machine::wse
