// SPDX-License-Identifier: Apache-2.0
// The same schedule on 1, 2, 3, 4 and 7 ranks: one hash, the same bits everywhere, and the same
// cycles and counters without data.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <span>
#include <utility>

#include "engine/session.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_timing.hpp"
#include "support/toy_job.hpp"
#include "support/tsp_schedule.hpp"

namespace weft::test {
namespace {

using engine::CommandKind;
using partition::Cut;

/// 250 words from west to east, again and again, to 60 words: more vectors than a task holds.
tsp::Program long_program(const tsp::Timing& timing) {
  const TspWords from{tsp::Hemisphere::west, 2, 0, 0};
  const TspWords to{tsp::Hemisphere::east, 7, 1, 0};
  const auto count = static_cast<std::uint32_t>(tsp::most_task_bytes / tsp::lanes + 100);
  TspScheduleBuilder runs(timing);
  const std::uint32_t read = runs.read(from, count, {tsp::Direction::east, 3, 1}, 14, 20);
  const std::uint32_t write = runs.write(read, 0, to);
  const auto wrap = [&](std::uint32_t run, std::uint32_t words) {
    runs.schedule().instructions.at(run).inner = words;
  };
  wrap(read, 250);
  wrap(write, 60);
  tsp::Program program;
  program.schedules = {runs.schedule()};
  program.schedule_of_chip = {0};
  program.tensors = {tsp_tensor("x", tsp::Tensor::Role::input, tsp::VectorType::i8, 250, from),
                     tsp_tensor("y", tsp::Tensor::Role::output, tsp::VectorType::i8, 60, to)};
  return program;
}

struct TspJob {
  bool data = true;
  Cut cut = Cut::chips;
  bool changed = false;  ///< one instruction is another
  bool is_long = false;  ///< runs that are computed in more than one part

  static std::shared_ptr<const topology::Topology> topology() {
    return std::make_shared<const topology::Topology>(topology::load_topology("groq-tsp"));
  }
  tsp::Program program() const {
    const tsp::Timing timing = tsp::read_timing(*topology());
    tsp::Program program = is_long ? long_program(timing) : tsp_program(timing);
    program.timing_only = !data;
    if (changed) program.schedules[0].instructions.back().address += 1;
    return program;
  }
  engine::Plan plan() const {
    engine::Plan made;
    made.topology = topology();
    made.family = "tsp";
    made.program = serialize(program());
    made.region = {0, 0, tsp::stops, 1};
    made.cut = cut;
    made.hashed_config = "tsp job";
    return made;
  }
};

constexpr std::uint32_t node_vectors = 16;

/// What a run gave, on its rank 0.
struct Seen {
  engine::Result result;
  std::vector<std::vector<std::byte>> outputs;
};

/// Writes every input, runs the schedule twice, reads every output.
void host_program(engine::Session& session, const TspJob& job, Seen& seen) {
  const tsp::Program program = job.program();
  const auto copy = [&](CommandKind kind, const tsp::Tensor& tensor) {
    return engine::array_copy(kind, tensor.name, tensor.elements(), width_of(tensor.type));
  };
  unsigned char next = 3;
  for (const tsp::Tensor& tensor : program.tensors) {
    if (tensor.role != tsp::Tensor::Role::input) continue;
    std::vector<std::byte> data(tensor.elements() * width_of(tensor.type));
    const bool index = tensor.name.starts_with("index");
    for (std::size_t i = 0; i < data.size(); ++i) {
      next = static_cast<unsigned char>(next * 5 + 7);
      data[i] = index ? std::byte(i % 2 == 0 ? next % 10 : 0) : std::byte{next};
    }
    session.submit(copy(CommandKind::copy_in, tensor), data);
  }
  session.submit(launch("run", {}));
  session.wait(session.submit(launch("run", {})));
  for (const tsp::Tensor& tensor : program.tensors) {
    if (tensor.role != tsp::Tensor::Role::output || !job.data) continue;
    seen.outputs.push_back(session.wait(session.submit(copy(CommandKind::copy_out, tensor))).data);
    const std::uint64_t bytes = seen.outputs.back().size();
    session.add_result(
        {tensor.name, trace::Tensor{trace::ElementType::u8, {bytes}, seen.outputs.back()}});
  }
}

std::optional<Seen> run(int ranks, const TspJob& job) {
  const bool member = world().rank() < ranks;
  const comm::Communicator group = world().split(member ? 0 : 1, world().rank());
  if (!member) return std::nullopt;
  Seen seen;
  seen.result = engine::run_session(
      group, [&] { return job.plan(); },
      [&](engine::Session& session) { host_program(session, job, seen); });
  return seen;
}

TEST(TspDeterminism, OneHashOnAnyRanks) {
  const auto reference = run(1, {});
  for (const int ranks : rank_counts()) {
    const auto seen = run(ranks, {});
    if (!seen) continue;
    EXPECT_EQ(ranks > 1, seen->result.cut_records > 0) << "traffic on the cuts";
    EXPECT_EQ(ranks > 1, seen->result.cut_payload_bytes > 0);
    if (world().rank() > 0) continue;
    EXPECT_EQ(seen->result.stop, engine::Stop::done);
    EXPECT_EQ(seen->result.trace_hash, reference->result.trace_hash) << ranks << " ranks";
    EXPECT_EQ(seen->result.cycles, reference->result.cycles);
    EXPECT_EQ(seen->result.counters, reference->result.counters);
    EXPECT_EQ(seen->outputs, reference->outputs) << ranks << " ranks";
    EXPECT_FALSE(seen->outputs.empty());
  }
}

TEST(TspDeterminism, LongRunsInPartsHaveOneHash) {
  const TspJob job{.is_long = true};
  const auto checked = check(job.program(), tsp::read_timing(*TspJob::topology()));
  EXPECT_EQ(checked.schedules.at(0).tasks.size(), 4U);
  const auto reference = run(1, job);
  for (const int ranks : {1, 3}) {
    const auto seen = run(ranks, job);
    if (!seen || world().rank() > 0) continue;
    EXPECT_EQ(seen->result.trace_hash, reference->result.trace_hash) << ranks << " ranks";
    EXPECT_EQ(seen->outputs, reference->outputs) << ranks << " ranks";
  }
}

TEST(TspDeterminism, WithoutDataNothingElseChanges) {
  const auto with = run(1, {});
  for (const int ranks : rank_counts()) {
    const auto without = run(ranks, {.data = false});
    if (!without) continue;
    EXPECT_EQ(without->result.cut_records, 0U);
    if (world().rank() > 0) continue;
    EXPECT_EQ(without->result.counters, with->result.counters);
    EXPECT_GT(without->result.cycles, 0U);
  }
}

/// Eight chips that sum what each of them holds.
std::optional<Seen> run_node(int ranks, Cut cut, const std::vector<std::int32_t>& x) {
  const bool member = world().rank() < ranks;
  const comm::Communicator group = world().split(member ? 0 : 1, world().rank());
  if (!member) return std::nullopt;
  const auto plan = [&] {
    engine::Plan made;
    made.topology =
        std::make_shared<const topology::Topology>(topology::load_topology("groq-node8"));
    made.family = "tsp";
    made.program = serialize(tsp::all_reduce_node(tsp::read_timing(*made.topology),
                                                  {tsp::VectorType::i32, node_vectors}));
    made.region = {0, 0, tsp::stops, tsp::chips_a_node};
    made.cut = cut;
    made.hashed_config = "tsp node";
    return made;
  };
  Seen seen;
  seen.result = engine::run_session(group, plan, [&](engine::Session& session) {
    const auto bytes = std::as_bytes(std::span(x));
    session.submit(engine::array_copy(CommandKind::copy_in, "x", x.size(), 4),
                   {bytes.begin(), bytes.end()});
    session.wait(session.submit(launch("run", {})));
    seen.outputs = {
        session.wait(session.submit(engine::array_copy(CommandKind::copy_out, "y", x.size(), 4)))
            .data};
    session.add_result({"y", trace::Tensor{trace::ElementType::i32, {x.size()}, seen.outputs[0]}});
  });
  return seen;
}

TEST(TspDeterminism, EightChipsHaveTheSumOnAnyRanks) {
  const std::size_t a_chip = std::size_t{node_vectors} * tsp::lanes;
  std::vector<std::int32_t> x(tsp::chips_a_node * a_chip);
  std::vector<std::int32_t> sums(a_chip);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<std::int32_t>(i * 2654435761U >> 3U);
    sums[i % a_chip] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[i % a_chip]) +
                                                 static_cast<std::uint32_t>(x[i]));
  }
  const auto reference = run_node(1, Cut::chips, x);
  for (const int ranks : rank_counts()) {
    for (const Cut cut : {Cut::chips, Cut::rectangles}) {
      const auto seen = run_node(ranks, cut, x);
      if (!seen) continue;
      EXPECT_EQ(ranks > 1, seen->result.cut_payload_bytes > 0);
      if (world().rank() > 0) continue;
      const std::string what = std::to_string(ranks) + " ranks, " + partition::cut_name(cut);
      EXPECT_EQ(seen->result.trace_hash, reference->result.trace_hash) << what;
      EXPECT_EQ(seen->result.counters, reference->result.counters) << what;
      ASSERT_EQ(seen->outputs.at(0).size(), x.size() * 4);
      for (std::size_t chip = 0; chip < tsp::chips_a_node; ++chip) {
        EXPECT_EQ(std::memcmp(seen->outputs[0].data() + chip * a_chip * 4, sums.data(), a_chip * 4),
                  0)
            << what << ", chip " << chip;
      }
    }
  }
}

TEST(TspDeterminism, AnotherWordChangesTheHash) {
  const auto right = run(1, {});
  const auto other = run(1, {.changed = true});
  if (!world().is_root()) return;
  EXPECT_NE(right->result.trace_hash, other->result.trace_hash);
}

}  // namespace
}  // namespace weft::test
