// SPDX-License-Identifier: Apache-2.0
// Patterns on three sockets in sections, on 1, 2, 3, 4 and 7 ranks: one hash, and the host's bits.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/session.hpp"
#include "program/rdu_pattern.hpp"
#include "program/rdu_shape.hpp"
#include "support/rdu_patterns.hpp"
#include "support/toy_job.hpp"

namespace weft::test {
namespace {

namespace form = program::rdu;
using engine::CommandKind;
using partition::Cut;

/// Rows of x through a product on one socket, a softmax on the next and another product on a third;
/// the last in a section of its own.
PatternCase three_sockets() {
  PatternCase c;
  const auto input = [&](const char* name, std::uint32_t rows, std::uint32_t columns) {
    auto& values = c.inputs[name];
    for (std::uint32_t i = 0; i < rows * columns; ++i) {
      values.push_back(static_cast<float>((i * 37 + rows) % 41) * 0.05F - 1.0F);
    }
    return c.patterns.input(name, rows, columns);
  };
  const std::uint32_t x = input("x", 13, 40);
  form::Patterns::ProductOptions options;
  options.par = 2;
  const std::uint32_t first = c.patterns.product("first", x, input("w1", 40, 50), options);
  c.patterns.on_chip(1);
  const std::uint32_t soft = c.patterns.softmax("soft", first);
  c.patterns.cut();
  c.patterns.on_chip(2);
  options.transposed = true;
  options.par = 1;
  c.patterns.output(c.patterns.product("y", soft, input("w2", 9, 50), options));
  c.options.hbm = true;
  return c;
}

struct SeenSections {
  engine::Result result;
  std::vector<std::byte> y;
};

std::optional<SeenSections> run_sections(int ranks, const PatternCase& c, Cut cut) {
  const bool member = world().rank() < ranks;
  const comm::Communicator group = world().split(member ? 0 : 1, world().rank());
  if (!member) return std::nullopt;
  const auto topology =
      std::make_shared<const topology::Topology>(topology::load_topology("sambanova-sn40l-node"));
  const form::Program program = make_patterns(c.patterns, form::read_timing(*topology), c.options);
  const auto plan = [&] {
    engine::Plan made;
    made.topology = topology;
    made.family = "rdu";
    made.program = serialize(program);
    made.region = region_of(program);
    made.cut = cut;
    made.hashed_config = "sections";
    return made;
  };
  SeenSections seen;
  const auto drive = [&](engine::Session& session) {
    for (const auto& [name, values] : c.inputs) {
      const auto bytes = std::as_bytes(std::span(values));
      session.submit(engine::array_copy(CommandKind::copy_in, name, values.size(), 4),
                     {bytes.begin(), bytes.end()});
    }
    session.wait(session.submit(launch("run", {})));
    const auto copy = engine::array_copy(CommandKind::copy_out, "y", std::uint64_t{13} * 9, 4);
    seen.y = session.wait(session.submit(copy)).data;
    const std::uint64_t bytes = seen.y.size();
    session.add_result({"y", trace::Tensor{trace::ElementType::u8, {bytes}, seen.y}});
  };
  seen.result = engine::run_session(group, plan, drive);
  return seen;
}

TEST(RduSections, OneHashOnAnyRanksAndSockets) {
  const PatternCase c = three_sockets();
  const auto expected = evaluate_patterns(c.patterns, c.options, c.inputs).at("y");
  const auto reference = run_sections(1, c, Cut::chips);
  for (const int ranks : rank_counts()) {
    for (const Cut cut : {Cut::chips, Cut::rectangles}) {
      const auto seen = run_sections(ranks, c, cut);
      if (!seen) continue;
      EXPECT_EQ(ranks > 1, seen->result.cut_records > 0) << "traffic on the cuts";
      if (world().rank() > 0) continue;
      const std::string what = std::to_string(ranks) + " ranks, " + partition::cut_name(cut);
      EXPECT_EQ(seen->result.stop, engine::Stop::done) << seen->result.message;
      EXPECT_EQ(seen->result.trace_hash, reference->result.trace_hash) << what;
      EXPECT_EQ(seen->result.cycles, reference->result.cycles) << what;
      ASSERT_EQ(seen->y.size(), expected.size() * sizeof(float));
      EXPECT_EQ(std::memcmp(seen->y.data(), expected.data(), seen->y.size()), 0) << what;
    }
  }
}

TEST(RduSections, OtherWeightsChangeTheHash) {
  PatternCase c = three_sockets();
  const auto right = run_sections(1, c, Cut::chips);
  c.inputs["w2"][3] += 1.0F;
  const auto other = run_sections(1, c, Cut::chips);
  if (!world().is_root()) return;
  EXPECT_NE(right->result.trace_hash, other->result.trace_hash);
}

}  // namespace
}  // namespace weft::test
