// SPDX-License-Identifier: Apache-2.0
// A schedule on one slice: its data, cycles and counters.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include "base/error.hpp"
#include "machine/tsp/tsp.hpp"
#include "numerics/half.hpp"
#include "support/tsp_schedule.hpp"

namespace weft::machine::tsp {
namespace {

namespace form = program::tsp;

constexpr Rectangle chip{0, 0, form::stops, 1};

const topology::Topology& one_chip() {
  static const topology::Topology topology = topology::load_topology("groq-tsp");
  return topology;
}
form::Timing timing() { return read_constants(one_chip()).timing; }

/// A slice with its recorder.
struct One {
  explicit One(form::Program program)
      : machine(read_constants(one_chip()), std::move(program), Slice{chip, chip, {}}),
        recorder(TraceLevel::full, machine.streams()) {}

  template <typename T>
  void write(const std::string& name, const std::vector<T>& values) {
    machine.write_array(name, std::as_bytes(std::span(values)));
  }
  template <typename T>
  std::vector<T> read(const std::string& name) const {
    const std::vector<std::byte> bytes = machine.read_array(name);
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  void run() {
    machine.launch("run", {});
    while (machine.next_activity() != never) machine.advance(machine.now() + 1000, recorder);
  }
  std::uint64_t sum(const std::string& name, std::size_t channel = 0) const {
    for (const CounterArray& counter : machine.counters()) {
      if (counter.name != name) continue;
      const std::size_t width = std::max<std::size_t>(1, counter.channels.size());
      std::uint64_t all = 0;
      for (std::size_t at = channel; at < counter.values.size(); at += width) {
        all += counter.values[at];
      }
      return all;
    }
    ADD_FAILURE() << name;
    return 0;
  }

  Tsp machine;
  Recorder recorder;
};

template <typename T>
std::vector<T> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> out(count);
  for (T& value : out) value = static_cast<T>(random());
  return out;
}

TEST(TspRun, MultipliesAndAddsVectors) {
  test::TspProgramBuilder builder(timing());
  builder.multiply_add(25, 9);
  One one(builder.take());
  const auto x = random_values<std::int8_t>(9 * form::lanes, 1);
  const auto a = random_values<std::int8_t>(9 * form::lanes, 2);
  const auto b = random_values<std::int8_t>(9 * form::lanes, 3);
  one.write("x", x);
  one.write("a", a);
  one.write("b", b);
  one.run();
  const auto y = one.read<std::int8_t>("y");
  ASSERT_EQ(y.size(), x.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    ASSERT_EQ(y[i], static_cast<std::int8_t>(x[i] * a[i] + b[i])) << i;
  }
  // The last y leaves the second ALU 7 cycles after its dispatch and is written 6 hops on.
  const Cycle last_write = 25 + 3 + 7 + 8 + 6;
  EXPECT_EQ(one.machine.last_activity(), last_write + 1 + 19);
  EXPECT_EQ(one.sum("instructions"), 6U * 9U);
  EXPECT_EQ(one.sum("instructions", 1), 6U);
  EXPECT_EQ(one.sum("memory_bytes"), 3U * 9U * form::lanes);
  EXPECT_EQ(one.sum("memory_bytes", 1), 9U * form::lanes);
  EXPECT_EQ(one.sum("alu_operations"), 2U * 9U * form::lanes);
  EXPECT_EQ(one.sum("stream_bytes"), 4U * 9U * form::lanes);
  EXPECT_EQ(one.sum("stream_bytes", 1), (2U + 3U + 1U + 6U) * 9U * form::lanes);
  EXPECT_EQ(one.sum("ecc_words"), 4U * 9U * form::superlanes);
  EXPECT_EQ(one.recorder.row_count(0), 6U);
}

TEST(TspRun, AddsTwoProductsOfInt8) {
  test::TspProgramBuilder builder(timing());
  builder.product(30, 7);
  One one(builder.take());
  std::vector<std::vector<std::int8_t>> weights(32);
  for (unsigned k = 0; k < 16; ++k) {
    const auto rows = random_values<std::int8_t>(2 * form::lanes, 10 + k);
    one.write("w" + std::to_string(k), rows);
    weights[k].assign(rows.begin(), rows.begin() + form::lanes);
    weights[16 + k].assign(rows.begin() + form::lanes, rows.end());
  }
  const auto x = random_values<std::int8_t>(7 * form::lanes, 4);
  one.write("activations", x);
  one.run();
  const auto sums = one.read<std::int32_t>("sums");
  for (std::size_t i = 0; i < 7; ++i) {
    for (std::size_t n = 0; n < form::lanes; ++n) {
      std::int32_t sum = 0;
      for (std::size_t k = 0; k < 32; ++k) sum += x[i * form::lanes + k] * weights[k][n];
      ASSERT_EQ(sums[i * form::lanes + n], 2 * sum) << i << ' ' << n;
    }
  }
  EXPECT_EQ(one.sum("mxm_macs"), 2U * 7U * 32U * form::lanes);
  EXPECT_EQ(one.sum("plane_cycles", 1), 14U);
}

// Lanes beyond the rows that are installed take no part: infinities there leave no trace.
TEST(TspRun, MultipliesHalvesByTheRowsInstalled) {
  constexpr std::size_t rows = 8;
  constexpr std::size_t first = 160;  // lane of the half
  test::TspProgramBuilder builder(timing());
  builder.half_product(30, 5);
  One one(builder.take());
  const auto small = [](std::uint8_t bits) { return static_cast<float>(bits % 16) - 8; };
  std::vector<std::vector<std::uint8_t>> drawn(rows);
  for (unsigned k = 0; k < rows; ++k) {
    drawn[k] = random_values<std::uint8_t>(form::lanes, 20 + k);
    for (unsigned byte = 0; byte < 2; ++byte) {
      std::vector<std::uint8_t> plane;
      for (const std::uint8_t bits : drawn[k]) {
        plane.push_back(
            static_cast<std::uint8_t>(numerics::half_from_float(small(bits)) >> (8 * byte)));
      }
      one.write("h" + std::to_string(2 * k + byte), plane);
    }
  }
  std::vector<numerics::Half> x(5 * form::lanes, numerics::half_infinity);
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t k = 0; k < rows; ++k) {
      x[i * form::lanes + first + k] =
          numerics::half_from_float(static_cast<float>(i) - static_cast<float>(k) / 4);
    }
  }
  one.write("half_activations", x);
  one.run();
  const auto sums = one.read<float>("half_sums");
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t n = 0; n < form::lanes; ++n) {
      float sum = 0;  // exact: multiples of 1 / 4
      for (std::size_t k = 0; k < rows; ++k) {
        sum += (static_cast<float>(i) - static_cast<float>(k) / 4) * small(drawn[k][n]);
      }
      ASSERT_EQ(sums[i * form::lanes + n], sum) << i << ' ' << n;
    }
  }
}

TEST(TspRun, InTimingModeHasNoDataAndTheSameCounts) {
  const auto run = [](bool data) {
    form::Program program = test::tsp_program(timing());
    program.timing_only = !data;
    One one(std::move(program));
    one.run();
    std::vector<std::vector<std::uint64_t>> out{{one.machine.last_activity()}};
    for (const CounterArray& counter : one.machine.counters()) out.push_back(counter.values);
    const Digest rows = one.recorder.digest(0);
    out.push_back({rows.low, rows.high});
    return out;
  };
  EXPECT_EQ(run(true), run(false));
  form::Program program = test::tsp_program(timing());
  program.timing_only = true;
  One one(std::move(program));
  one.write("x", random_values<std::int8_t>(9 * form::lanes, 1));
  try {
    one.read<std::int8_t>("y");
    ADD_FAILURE() << "an array without data was read";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("timing mode"), std::string::npos) << error.what();
  }
}

// Memory stays from launch to launch; what flows does not.
TEST(TspRun, MayBeLaunchedAgain) {
  test::TspProgramBuilder builder(timing());
  builder.multiply_add(25, 9);
  One one(builder.take());
  one.write("x", std::vector<std::int8_t>(9 * form::lanes, 3));
  one.write("a", std::vector<std::int8_t>(9 * form::lanes, 5));
  one.run();
  EXPECT_EQ(one.read<std::int8_t>("y"), std::vector<std::int8_t>(9 * form::lanes, 15));
  const Cycle cycles = one.machine.last_activity() + 1;
  const std::uint64_t busy = one.sum("tile_busy");
  one.machine.set_now(5000);
  one.write("a", std::vector<std::int8_t>(9 * form::lanes, 7));
  one.machine.launch("run", {});
  EXPECT_THROW(one.machine.launch("run", {}), Error) << "it runs already";
  while (one.machine.next_activity() != never) {
    one.machine.advance(one.machine.now() + 7, one.recorder);
  }
  EXPECT_EQ(one.read<std::int8_t>("y"), std::vector<std::int8_t>(9 * form::lanes, 21));
  EXPECT_EQ(one.machine.last_activity(), 5000 + cycles - 1);
  EXPECT_EQ(one.sum("tile_busy"), 2 * busy);
  EXPECT_EQ(one.sum("schedule_cycles"), 2 * form::stops * cycles);
  EXPECT_EQ(one.recorder.row_count(0), 12U);
}

}  // namespace
}  // namespace weft::machine::tsp
