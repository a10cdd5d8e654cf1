// SPDX-License-Identifier: Apache-2.0
// The same toy job on 1, 2, 3, 4 and 7 ranks, cut in every way: one hash, the same bits everywhere.
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <utility>

#include "support/toy_job.hpp"

namespace weft::test {
namespace {

using engine::CommandKind;
using partition::Cut;

/// What the host program saw, on rank 0.
struct Seen {
  std::vector<std::vector<std::byte>> replies;
  std::vector<Cycle> times;
  friend bool operator==(const Seen&, const Seen&) = default;
};

/// Rounds, and tokens that wander before the first answer; at every request the host reads, writes
/// and answers.
void share_rounds(engine::Session& session, const std::function<void(engine::CommandId)>& note) {
  const std::uint64_t elements = 2 * session.plan().region.tiles();
  std::vector<std::uint32_t> shared(elements);
  for (std::size_t i = 0; i < shared.size(); ++i) shared[i] = static_cast<std::uint32_t>(i * 7 + 1);
  auto run = launch("run", {2, 40});
  auto share = launch("share", {9, 4});
  run.nonblocking = share.nonblocking = true;
  session.submit(share);
  session.submit(run);
  while (session.host_request()) {
    note(session.submit(engine::array_copy(CommandKind::copy_out, "shared", elements, 4)));
    note(session.submit(engine::array_copy(CommandKind::copy_in, "shared", elements, 4),
                        bytes_of(shared)));
    session.answer();
  }
  note(session.submit(engine::array_copy(CommandKind::copy_out, "shared", elements, 4)));
}

/// No mesh: links that lead from slice to slice wherever these lie, both ways and one way.
std::vector<machine::toy::Link> far_and_wide(std::uint32_t tiles, std::uint32_t latency) {
  std::vector<machine::toy::Link> links;
  for (std::uint32_t t = 0; t < tiles; ++t) {
    links.push_back({t, tiles - 1 - t, latency + t % 3});
    if (t % 2 == 0) links.push_back({t, (t + tiles / 3) % tiles, latency + 7});
  }
  return links;
}

/// Writes biases, lets tokens wander while words stream through, reads everything back. Where no
/// mesh is, words leave at once.
void host_program(engine::Session& session, bool mesh, Seen& seen) {
  const Rectangle all = session.plan().region;
  const Rectangle last = mesh ? Rectangle{all.width - 1, 0, 1, all.height} : all;
  const auto note = [&](engine::CommandId id) {
    engine::Reply reply = session.wait(id);
    seen.times.push_back(reply.begin);
    seen.times.push_back(reply.end);
    seen.replies.push_back(std::move(reply.data));
  };
  std::vector<std::uint32_t> bias(all.tiles() * 4);
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<std::uint32_t>(i * i + 3);
  auto copy = transfer(CommandKind::copy_in, "bias", all, 4);
  copy.order = engine::Order::col_major;
  note(session.submit(copy, bytes_of(bias)));

  auto out = transfer(CommandKind::stream_out, "out", last, mesh ? 3 * all.width : 3);
  out.nonblocking = true;
  const auto streamed = session.submit(out);
  note(session.submit(launch("run", {3, 30})));
  const std::vector<std::uint32_t> words(all.tiles() * 3, 17);
  note(session.submit(transfer(CommandKind::stream_in, "in", all, 3), bytes_of(words)));
  note(streamed);
  note(session.submit(launch("run", {1, 200})));
  note(session.submit(transfer(CommandKind::copy_out, "value", all, 2)));
  if (session.plan().family == "toy_global") share_rounds(session, note);
}

struct Case {
  std::string family;
  std::uint32_t latency;
  bool mesh = true;

  std::string name() const { return family + (mesh ? "_" : "_links_") + std::to_string(latency); }
};

class Determinism : public testing::TestWithParam<Case> {
 protected:
  ToyJob job() const {
    ToyJob made;
    made.family = GetParam().family;
    made.program.link_latency_cycles = GetParam().latency;
    made.program.seed = 11;
    made.program.mesh = GetParam().mesh;
    const auto tiles = static_cast<std::uint32_t>(made.region.tiles());
    if (!made.program.mesh) made.program.links = far_and_wide(tiles, GetParam().latency);
    return made;
  }
  static std::pair<engine::Result, Seen> run(int ranks, ToyJob made) {
    Seen seen;
    made.host = [&seen, &made](engine::Session& session) {
      host_program(session, made.program.mesh, seen);
    };
    const auto ending = run_on(ranks, made);
    if (!ending) return {};
    EXPECT_TRUE(ending->result.has_value()) << ending->error;
    return {ending->result.value_or(engine::Result{}), seen};
  }
};

TEST_P(Determinism, OneHashOnAnyRanksAndCut) {
  const auto [reference, reference_seen] = run(1, job());
  for (const int ranks : rank_counts()) {
    for (const Cut cut : {Cut::rectangles, Cut::blocks, Cut::chips}) {
      ToyJob made = job();
      made.cut = cut;
      const auto [result, seen] = run(ranks, made);
      if (world().rank() >= ranks) continue;
      const std::string what = std::to_string(ranks) + " ranks, " + partition::cut_name(cut);
      EXPECT_EQ(result.stop, engine::Stop::done) << what;
      EXPECT_EQ(result.trace_hash.size(), 32U);
      EXPECT_EQ(ranks > 1, result.cut_records > 0) << what << ": traffic on the cut links";
      if (world().rank() > 0) continue;
      EXPECT_EQ(result.trace_hash, reference.trace_hash) << what;
      EXPECT_EQ(result.cycles, reference.cycles) << what;
      EXPECT_EQ(result.counters, reference.counters) << what;
      EXPECT_EQ(seen, reference_seen) << what;
    }
  }
}

TEST_P(Determinism, LevelAndEpochDoNotChangeTheHash) {
  const auto [reference, reference_seen] = run(1, job());
  for (const TraceLevel level : {TraceLevel::runs, TraceLevel::full}) {
    ToyJob made = job();
    made.trace.level = level;
    made.trace.epoch_cycles = 500;
    made.trace.crash_safe = level == TraceLevel::full;
    made.trace.seal_seconds = 1e-6;
    made.trace.path = testing::TempDir() + "weft_determinism_" + std::to_string(world().size()) +
                      GetParam().name() + ".h5";
    const auto [result, seen] = run(rank_counts().back(), made);
    if (!world().is_root()) continue;
    EXPECT_EQ(result.trace_hash, reference.trace_hash);
    EXPECT_EQ(seen, reference_seen);
    EXPECT_EQ(std::remove(made.trace.path.c_str()), 0) << "no trace was written";
  }
}

TEST_P(Determinism, AWrongOrderChangesTheHash) {
  const auto [right, right_seen] = run(1, job());
  ToyJob made = job();
  made.program.defect = machine::toy::Defect::reversed_ports;
  const auto [wrong, wrong_seen] = run(1, made);
  if (world().is_root()) {
    EXPECT_NE(wrong.trace_hash, right.trace_hash);
  }
}

TEST_P(Determinism, AnOrderThatDependsOnTheCutWouldBeNoticed) {
  if (world().size() < 2) GTEST_SKIP() << "needs a cut";
  ToyJob made = job();
  made.program.defect = machine::toy::Defect::cut_arrivals_first;
  const auto [whole, whole_seen] = run(1, made);
  const auto [cut, cut_seen] = run(rank_counts().back(), made);
  if (world().is_root()) {
    EXPECT_NE(cut.trace_hash, whole.trace_hash);
  }
}

INSTANTIATE_TEST_SUITE_P(Toy, Determinism,
                         testing::Values(Case{"toy", 1}, Case{"toy", 6}, Case{"toy_global", 3},
                                         Case{"toy", 2, false}),
                         [](const auto& row) { return row.param.name(); });

}  // namespace
}  // namespace weft::test
