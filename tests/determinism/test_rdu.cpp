// SPDX-License-Identifier: Apache-2.0
// The same unit graph on 1, 2, 3, 4 and 7 ranks: one hash, the same words, cycles and counters, and
// the same deadlock where it has one.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "engine/session.hpp"
#include "program/rdu_shape.hpp"
#include "support/rdu_graphs.hpp"
#include "support/toy_job.hpp"

namespace weft::test {
namespace {

using engine::CommandKind;
using partition::Cut;

struct SeenGraph {
  engine::Result result;
  std::vector<std::vector<std::byte>> outputs;
};

/// Writes "x", runs the graph twice, reads what it gave.
void drive(engine::Session& session, const program::rdu::Program& program, SeenGraph& seen) {
  const auto copy = [](CommandKind kind, const program::rdu::Array& array) {
    return engine::array_copy(kind, array.name, array.elements(), 4);
  };
  for (const program::rdu::Array& array : program.arrays) {
    if (array.role != program::rdu::Array::Role::input) continue;
    std::vector<std::uint32_t> words(array.elements());
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = static_cast<std::uint32_t>(i * 77);
    const auto bytes = std::as_bytes(std::span(words));
    session.submit(copy(CommandKind::copy_in, array), {bytes.begin(), bytes.end()});
  }
  session.submit(launch("run", {}));
  session.wait(session.submit(launch("run", {})));
  for (const program::rdu::Array& array : program.arrays) {
    if (array.role != program::rdu::Array::Role::output) continue;
    seen.outputs.push_back(session.wait(session.submit(copy(CommandKind::copy_out, array))).data);
    const std::uint64_t bytes = seen.outputs.back().size();
    session.add_result(
        {array.name, trace::Tensor{trace::ElementType::u8, {bytes}, seen.outputs.back()}});
  }
}

std::optional<SeenGraph> run_graph(int ranks, const program::rdu::Program& program, Cut cut) {
  const bool member = world().rank() < ranks;
  const comm::Communicator group = world().split(member ? 0 : 1, world().rank());
  if (!member) return std::nullopt;
  const auto plan = [&] {
    engine::Plan made;
    made.topology =
        std::make_shared<const topology::Topology>(topology::load_topology("plasticine"));
    made.family = "rdu";
    made.program = serialize(program);
    made.region = region_of(program);
    made.cut = cut;
    made.hashed_config = "rdu job";
    return made;
  };
  SeenGraph seen;
  try {
    seen.result = engine::run_session(
        group, plan, [&](engine::Session& session) { drive(session, program, seen); });
  } catch (const engine::Stopped& stopped) {
    seen.result = stopped.result();
  }
  return seen;
}

TEST(RduDeterminism, OneHashOnAnyRanks) {
  const program::rdu::Program program = rdu_rows();
  const auto reference = run_graph(1, program, Cut::chips);
  for (const int ranks : rank_counts()) {
    for (const Cut cut : {Cut::chips, Cut::rectangles}) {
      const auto seen = run_graph(ranks, program, cut);
      if (!seen) continue;
      EXPECT_EQ(ranks > 1, seen->result.cut_records > 0) << "traffic on the cuts";
      if (world().rank() > 0) continue;
      const std::string what = std::to_string(ranks) + " ranks, " + partition::cut_name(cut);
      EXPECT_EQ(seen->result.stop, engine::Stop::done);
      EXPECT_EQ(seen->result.trace_hash, reference->result.trace_hash) << what;
      EXPECT_EQ(seen->result.cycles, reference->result.cycles);
      EXPECT_EQ(seen->result.counters, reference->result.counters) << what;
      EXPECT_EQ(seen->outputs, reference->outputs) << what;
      ASSERT_EQ(seen->outputs.size(), 2U);
      std::uint32_t sum = 0;
      std::memcpy(&sum, seen->outputs[1].data(), 4);
      EXPECT_EQ(sum, 2U * 77U * 239U * 240U / 2U);
    }
  }
}

TEST(RduDeterminism, TheSameDeadlockOnAnyRanks) {
  const auto reference = run_graph(1, rdu_stuck(), Cut::chips);
  for (const int ranks : rank_counts()) {
    const auto seen = run_graph(ranks, rdu_stuck(), Cut::chips);
    if (!seen || world().rank() > 0) continue;
    EXPECT_EQ(seen->result.stop, engine::Stop::deadlock);
    EXPECT_EQ(seen->result.message, reference->result.message);
    EXPECT_NE(seen->result.message.find("context 'sum' waits for a token on channel 'tosum' (0 of "
                                        "16) from context 'read'"),
              std::string::npos)
        << seen->result.message;
  }
}

TEST(RduDeterminism, AnotherLatencyChangesTheHash) {
  program::rdu::Program changed = rdu_rows();
  for (program::rdu::Channel& channel : changed.channels) channel.latency_cycles += 2;
  const auto right = run_graph(1, rdu_rows(), Cut::chips);
  const auto other = run_graph(1, changed, Cut::chips);
  if (!world().is_root()) return;
  EXPECT_NE(right->result.trace_hash, other->result.trace_hash);
}

}  // namespace
}  // namespace weft::test
