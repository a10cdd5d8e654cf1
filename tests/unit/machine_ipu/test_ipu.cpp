// SPDX-License-Identifier: Apache-2.0
// One slice against a plain host loop: values, cycles, what is refused.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "machine/ipu/ipu.hpp"
#include "support/ipu_program.hpp"
#include "topology/topology.hpp"

namespace weft::machine::ipu {
namespace {

constexpr std::uint32_t tiles = 8, length = 6;

std::vector<std::int32_t> ints(const std::vector<std::byte>& bytes) {
  std::vector<std::int32_t> out(bytes.size() / 4);
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

/// What the ring program computes, as a loop over an array.
struct Oracle {
  std::vector<std::int32_t> x = std::vector<std::int32_t>(tiles * length);
  std::vector<std::int32_t> bias = std::vector<std::int32_t>(2 * tiles);
  Oracle() {
    for (std::uint32_t t = 0; t < tiles; ++t) {
      for (std::uint32_t i = 0; i < length; ++i) {
        x[t * length + i] = static_cast<std::int32_t>(t * 7 + i * i);
      }
      bias[2 * t] = static_cast<std::int32_t>(t);
      bias[2 * t + 1] = static_cast<std::int32_t>(t + 1);
    }
  }
  void round() {
    const std::vector<std::int32_t> old = x;
    const auto n = static_cast<std::int32_t>(old.size());
    for (std::uint32_t t = 0; t < tiles; ++t) {
      std::vector<std::int32_t> in;
      for (std::int32_t i = -1; i <= static_cast<std::int32_t>(length); ++i) {
        in.push_back(
            old[static_cast<std::size_t>((static_cast<std::int32_t>(t * length) + i + n) % n)]);
      }
      for (std::uint32_t i = 0; i < 2; ++i) {
        x[t * length + i] = (3 * in[i] + in[i + 1] + bias[2 * t]) & 0xffff;
      }
      for (std::uint32_t i = 0; i < 4; ++i) {
        x[t * length + 2 + i] = (3 * in[2 + i] + in[2 + (i + 1) % 6] + bias[2 * t + 1]) & 0xffff;
      }
      ++bias[2 * t];
      ++bias[2 * t + 1];
    }
  }
  void spread() {
    for (std::uint32_t t = 0; t < tiles; t += 2) {
      for (std::uint32_t i = 0; i < length; ++i) {
        x[t * length + i] += static_cast<std::int32_t>(i % 6) + 1;
      }
    }
  }
};

class OneSlice : public testing::Test {
 protected:
  OneSlice()
      : topology_(topology::load_topology(
            "ipu-debug", {"region.max_width_tiles=8", "region.default_width_tiles=8"})),
        ipu_(topology_, serialize(test::ring_program(tiles, 1, 3)),
             {{0, 0, tiles, 1}, {0, 0, tiles, 1}, {}}),
        recorder_(TraceLevel::full, ipu_.streams()) {}

  void run(std::uint32_t entry) {
    const std::uint32_t argument[] = {entry};
    ipu_.launch("program", argument);
    ipu_.advance(1'000'000, recorder_);
  }
  std::uint64_t sum(const std::string& name) {
    for (const CounterArray& c : ipu_.counters()) {
      if (c.name != name) continue;
      std::uint64_t total = 0;
      for (const std::uint64_t v : c.values) total += v;
      return total;
    }
    ADD_FAILURE() << "no counter " << name;
    return 0;
  }

  topology::Topology topology_;
  Ipu ipu_;
  Recorder recorder_;
};

TEST_F(OneSlice, ComputeCyclesAreTakenApartByWhatTheyRestOn) {
  run(0);
  EXPECT_GT(sum("compute_cycles"), 0U);
  EXPECT_EQ(sum("compute_by_origin"), sum("compute_cycles"));
}

TEST_F(OneSlice, ComputesWhatALoopComputes) {
  run(0);
  Oracle oracle;
  for (int i = 0; i < 3; ++i) oracle.round();
  oracle.spread();
  do {
    oracle.round();
  } while (oracle.x[length] < 0x8000);
  ASSERT_TRUE(ipu_.host_request().has_value());
  EXPECT_EQ(ints(ipu_.read_array("values")), oracle.x);
  EXPECT_TRUE(ipu_.work_left());
  ipu_.set_now(ipu_.last_activity() + 50);
  ipu_.answer();
  ipu_.advance(2'000'000, recorder_);
  oracle.round();
  EXPECT_EQ(ints(ipu_.read_array("values")), oracle.x);
  EXPECT_FALSE(ipu_.work_left());
  EXPECT_EQ(ipu_.next_activity(), never);
}

TEST_F(OneSlice, ARoundTakesExchangeCopyAndSixTimesTheBusiestWorker) {
  const Constants c = read_constants(topology_, 1);
  run(3);  // five spreads in a loop: the slowest tile is 6, 106 cycles
  EXPECT_EQ(sum("compute_cycles"), 5U * (100 + 102 + 104 + 106));
  EXPECT_EQ(ipu_.last_activity(), 5 * 106 + 4 * c.sync_internal_cycles + c.sync_host_cycles);
}

TEST_F(OneSlice, WorkersShareATile) {
  run(0);
  const std::uint64_t rounds = sum("vertices_run") / (2 * tiles);
  // Two workers, 30 cycles the longer: 180 for a round; once spread, and "below" in each while.
  EXPECT_EQ(sum("compute_cycles"),
            rounds * tiles * 180 + (100 + 102 + 104 + 106) + (rounds - 3) * 54);
}

TEST_F(OneSlice, StagesAddUpToTheRun) {
  run(3);
  std::map<std::string, StageTotals> by_name;
  Cycle sum = 0;
  for (const StageTotals& stage : ipu_.stages()) {
    by_name[stage.kind + " " + stage.name] = stage;
    const bool phase = stage.kind == "superstep" || stage.kind == "sync" ||
                       stage.kind == "control exchange" || stage.kind == "host exchange" ||
                       stage.kind == "host" || stage.kind == "exchange";
    if (phase) sum += stage.cycles;
  }
  const StageTotals& spread = by_name.at("compute set spread");
  EXPECT_EQ(spread.times, 5U);
  EXPECT_EQ(spread.cycles, 5U * 106);
  EXPECT_EQ(spread.tile_cycles, 5U * (100 + 102 + 104 + 106));
  EXPECT_EQ(by_name.at("compute set mix").times, 0U);
  EXPECT_EQ(by_name.at("superstep compute").times, 5U);
  EXPECT_EQ(by_name.at("sync internal").times, 4U);
  EXPECT_EQ(by_name.at("sync host").times, 1U);
  EXPECT_EQ(sum, ipu_.last_activity());
}

TEST_F(OneSlice, StagesOfExchangesAndTheHost) {
  run(0);
  ipu_.set_now(ipu_.last_activity() + 50);
  ipu_.answer();
  ipu_.advance(2'000'000, recorder_);
  std::uint64_t rounds = 0;
  Cycle host = 0;
  for (const StageTotals& stage : ipu_.stages()) {
    if (stage.kind == "exchange") {
      rounds = stage.times;
      EXPECT_EQ(stage.bytes, rounds * tiles * 8);
      EXPECT_EQ(stage.link_cycles, 0U);
    }
    if (stage.kind == "copy") {
      EXPECT_EQ(stage.bytes, stage.times * tiles * 24);
    }
    if (stage.kind == "host") host = stage.cycles;
  }
  EXPECT_EQ(rounds, sum("vertices_run") / (2 * tiles));
  EXPECT_EQ(host, 50U);
  EXPECT_EQ(sum("memory_free") + sum("memory_bytes"),
            tiles * static_cast<std::uint64_t>(topology_.integer("tile.memory_bytes", 1, 1 << 30)));
}

TEST_F(OneSlice, TheLeastTileThatFailsIsTold) {
  run(1);
  ASSERT_TRUE(ipu_.error().has_value());
  EXPECT_EQ(index(ipu_.error()->tile), 4U);
  EXPECT_EQ(ipu_.describe(*ipu_.error()),
            "cycle 0, tile 4: vertex 'Fail' of compute set 'fail': value 32 is the one to fail at");
}

TEST_F(OneSlice, AnAbortEndsTheProgram) {
  run(2);
  ASSERT_TRUE(ipu_.error().has_value());
  EXPECT_NE(ipu_.describe(*ipu_.error()).find("it was told to"), std::string::npos);
}

TEST_F(OneSlice, RefusesAnEntryThatIsNone) {
  const std::uint32_t argument[] = {17};
  EXPECT_THROW(ipu_.launch("program", argument), Error);
}

TEST_F(OneSlice, ArraysAreWrittenAndRead) {
  std::vector<std::byte> data(tiles * length * 4, std::byte{1});
  ipu_.write_array("values", data);
  EXPECT_EQ(ipu_.read_array("values"), data);
}

TEST(Ipu, ADivisionByZeroIsTheProgramsError) {
  const auto topology = topology::load_topology(
      "ipu-debug", {"region.max_width_tiles=8", "region.default_width_tiles=8"});
  program::ipu::Program program = test::ring_program(tiles, 1, 3);
  // Tile 4 would throw at 32: let its value be 33.
  for (auto& data : program.initial) {
    if (data.tile != 4) continue;
    const std::int32_t value = 33;
    std::memcpy(program.initial_bytes.data() + data.first + 8, &value, 4);
  }
  Ipu ipu(topology, serialize(program), {{0, 0, tiles, 1}, {0, 0, tiles, 1}, {}});
  Recorder recorder(TraceLevel::off, ipu.streams());
  const std::uint32_t argument[] = {1};
  ipu.launch("program", argument);
  ipu.advance(1'000'000, recorder);
  ASSERT_TRUE(ipu.error().has_value());
  EXPECT_NE(ipu.describe(*ipu.error()).find("integer division by zero"), std::string::npos);
  EXPECT_NE(ipu.describe(*ipu.error()).find("tile 4"), std::string::npos);
}

TEST(Ipu, RefusesAProgramForAnotherRegion) {
  const auto topology = topology::load_topology("ipu-debug");
  EXPECT_THROW(
      Ipu(topology, serialize(test::ring_program(4, 2, 1)), {{0, 0, 13, 1}, {0, 0, 13, 1}, {}}),
      Error);
}

TEST(IpuProgram, SurvivesBytes) {
  const program::ipu::Program program = test::ring_program(4, 2, 1);
  const auto bytes = program::ipu::serialize(program);
  EXPECT_EQ(program::ipu::serialize(program::ipu::deserialize(bytes)), bytes);
  EXPECT_THROW(program::ipu::deserialize(std::span(bytes).first(bytes.size() / 2)), Error);
}

TEST(IpuProgram, RefusesWhatDoesNotHold) {
  const program::ipu::Program good = test::ring_program(4, 1, 1);
  program::ipu::validate(good);
  const auto refused = [&](auto change) {
    program::ipu::Program bad = good;
    change(bad);
    EXPECT_THROW(program::ipu::validate(bad), Error);
  };
  refused([](auto& p) { p.moves[0].to_address = 1'000'000; });
  refused([](auto& p) { p.moves[1] = p.moves[0]; });
  refused([](auto& p) { p.vertices[0].tile = 99; });
  refused([](auto& p) { p.code[1].a = 99; });
  refused([](auto& p) { p.code.pop_back(); });
  refused([](auto& p) { p.arrays[0].bytes = 3; });
  refused([](auto& p) { p.entries[0] = 10'000; });
}

}  // namespace
}  // namespace weft::machine::ipu
