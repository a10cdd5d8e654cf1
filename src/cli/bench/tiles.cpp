// SPDX-License-Identifier: Apache-2.0
// Tiles that compute and do not communicate: scalar bytecode, and vector operations as the executor
// issues them.
#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/recorder.hpp"
#include "cli/bench/groups.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "numerics/arrays.hpp"
#include "program/wse_builder.hpp"
#include "topology/topology.hpp"

namespace weft::cli::bench {

using namespace program::wse;

namespace {

constexpr std::uint32_t side = 8;  ///< tiles along an edge

struct Measured {
  double seconds = 0;
  double instructions = 0;
};

/// Runs a code on all tiles to its end.
Measured run(TileCode code) {
  ProgramBuilder p(Generation::wse2, side, side);
  p.place({0, 0, side, side}, p.add_code(std::move(code)));
  const auto bytes = serialize(p.finish());
  const topology::Topology topology = machine::load_topology("cerebras-wse2");
  const Rectangle all{0, 0, side, side};
  const auto machine = machine::family("wse").make(topology, bytes, {all, all, {}});
  Recorder recorder(TraceLevel::off, machine->streams());
  const double start = cpu_seconds();
  while (machine->next_activity() != never && !machine->error()) {
    machine->advance(machine->next_activity() + 1'000'000, recorder);
  }
  Measured measured;
  measured.seconds = cpu_seconds() - start;
  if (machine->error()) fail(Category::internal, machine->describe(*machine->error()));
  for (const CounterArray& counter : machine->counters()) {
    if (counter.name != "instructions") continue;
    for (const std::uint64_t n : counter.values) measured.instructions += static_cast<double>(n);
  }
  return measured;
}

/// `turns` turns of 18 integer, fp32, memory and control instructions.
TileCode scalar_loop(std::int32_t turns) {
  CodeBuilder b("scalar loop");
  const std::uint16_t memory = b.allocate("memory", Type::u32, 16);
  b.initialise_zero(memory, 64);
  b.function("main");
  const Register k = b.constant(Type::u32, turns);
  const Register sum = b.constant(Type::u32, 0);
  const Register x = b.constant_f32(1.0F);
  const Register half = b.constant_f32(0.5F);
  const Register at = b.make_register();
  const Register word = b.make_register();
  const Label again = b.make_label();
  const Label skip = b.make_label();
  b.bind(again);
  b.binary_into(at, Operation::bit_and, Type::u32, k, 15);
  b.binary_into(at, Operation::shift_left, Type::u32, at, 2);
  b.emit(
      {.operation = Operation::load, .type = Type::u32, .d = word, .a = at, .immediate = memory});
  b.binary_into(word, Operation::add, Type::u32, word, k);
  b.binary_into(word, Operation::bit_xor, Type::u32, word, sum);
  b.store(Type::u32, word, at, memory);
  b.binary_into(sum, Operation::add, Type::u32, sum, word);
  b.binary_into(sum, Operation::multiply, Type::u32, sum, 3);
  b.binary_into(x, Operation::multiply, Type::f32, x, half);
  b.binary_into(x, Operation::add, Type::f32, x, half);
  b.binary_into(at, Operation::subtract, Type::i16, at, 7);
  b.binary_into(at, Operation::maximum, Type::i16, at, 0);
  b.binary_into(word, Operation::less, Type::i16, at, 20);
  b.branch_if(word, skip);
  b.binary_into(sum, Operation::bit_or, Type::u32, sum, 1);
  b.bind(skip);
  b.move(word, sum);
  b.binary_into(k, Operation::subtract, Type::u32, k, 1);
  b.branch_if(k, again);
  b.end();
  b.start_active(b.task(TaskKind::local, 9, {0}));
  return b.finish();
}

/// `turns` additions of two fp32 arrays of n elements into a third.
TileCode vector_loop(std::uint32_t n, std::int32_t turns) {
  CodeBuilder b("vector loop");
  const std::vector<float> ones(n + 2, 1.0F);
  std::array<std::uint16_t, 3> d{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto base = b.allocate(std::string(1, static_cast<char>('a' + i)), Type::f32, n + 2, 8);
    b.initialise_values(base, std::span<const float>(ones));
    d[i] = b.descriptor(mem1d(static_cast<std::uint16_t>(base + (i == 1 ? 4 : 0)), n));
  }
  b.function("main");
  const Register k = b.constant(Type::u32, turns);
  const Label again = b.make_label();
  b.bind(again);
  b.vector(vector_instruction(VectorOperation::fadds, register_operand(d[2]),
                              {register_operand(d[0]), register_operand(d[1])}));
  b.binary_into(k, Operation::subtract, Type::u32, k, 1);
  b.branch_if(k, again);
  b.end();
  b.start_active(b.task(TaskKind::local, 9, {0}));
  return b.finish();
}

/// Seconds of `turns` additions by the array kernel alone.
double raw_seconds(std::uint32_t n, std::uint64_t turns) {
  std::vector<float> a(n, 1.0F);
  std::vector<float> b(n, 2.0F);
  std::vector<float> c(n);
  const auto bytes = [](std::vector<float>& v) { return reinterpret_cast<std::byte*>(v.data()); };
  const std::array<numerics::Source, 3> sources{numerics::Source{bytes(a), 4},
                                                numerics::Source{bytes(b), 4}, numerics::Source{}};
  const double start = cpu_seconds();
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    numerics::apply(numerics::ArrayOperation::fadds, {}, {bytes(c), 4}, sources, n);
  }
  return cpu_seconds() - start;
}

}  // namespace

std::vector<Row> tiles(Context& context) {
  if (context.world.rank() != 0) return {};
  const std::int32_t turns = context.quick ? 2'000 : 100'000;
  const Measured scalar = run(scalar_loop(turns));
  std::vector<Row> rows;
  rows.push_back({"bytecode, 18-instruction loop", scalar.instructions / scalar.seconds / 1e6,
                  "M instructions/s", "", 0});
  for (const std::uint32_t n : {64U, 256U, 1024U}) {
    const std::int32_t operations = context.quick ? 200 : static_cast<std::int32_t>(2'000'000 / n);
    const auto all = static_cast<std::uint64_t>(operations) * side * side;
    const Measured vector = run(vector_loop(n, operations));
    const double elements = static_cast<double>(all) * n;
    const double raw = elements / raw_seconds(n, all);
    const double ours = elements / vector.seconds;
    rows.push_back({"fp32 vector add, n " + std::to_string(n), ours / 1e9, "G elements/s",
                    "the array kernel alone", ours / raw});
  }
  return rows;
}

}  // namespace weft::cli::bench
