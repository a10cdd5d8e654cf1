// SPDX-License-Identifier: Apache-2.0
// What a host program may count on: orders, times, streams, refusals, saved states.
#include <gtest/gtest.h>

#include <cstring>

#include "support/toy_job.hpp"

namespace weft::test {
namespace {

using engine::CommandKind;
using engine::Order;

std::vector<std::uint32_t> words_of(const std::vector<std::byte>& bytes) {
  std::vector<std::uint32_t> words(bytes.size() / 4);
  std::memcpy(words.data(), bytes.data(), words.size() * 4);
  return words;
}

/// Runs `host` on all ranks of the test and fails on any error.
engine::Result run(const std::function<void(engine::Session&)>& host, ToyJob job = {}) {
  job.host = host;
  const auto ending = run_on(world().size(), job);
  EXPECT_TRUE(ending->result) << ending->error;
  return ending->result.value_or(engine::Result{});
}

TEST(Session, OrdersAreThoseOfTheSdk) {
  // A 3 x 2 rectangle at (2, 1), 2 words a tile: row-major [h][w][l], column-major h + w*H + l*H*W.
  const Rectangle where{2, 1, 3, 2};
  run([&](engine::Session& session) {
    std::vector<std::uint32_t> rows(12);
    for (std::uint32_t i = 0; i < 12; ++i) rows[i] = 100 + i;
    session.submit(transfer(CommandKind::copy_in, "bias", where, 2), bytes_of(rows));
    auto columns = transfer(CommandKind::copy_out, "bias", where, 2);
    columns.order = Order::col_major;
    const auto got = words_of(session.wait(session.submit(columns)).data);
    for (std::uint32_t h = 0; h < 2; ++h) {
      for (std::uint32_t w = 0; w < 3; ++w) {
        for (std::uint32_t l = 0; l < 2; ++l) {
          EXPECT_EQ(got[h + w * 2 + l * 6], 100 + (h * 3 + w) * 2 + l);
        }
      }
    }
    const auto one =
        session.wait(session.submit(transfer(CommandKind::copy_out, "bias", {3, 2, 1, 1}, 2)));
    EXPECT_EQ(words_of(one.data), (std::vector<std::uint32_t>{108, 109}));
  });
}

TEST(Session, SixteenBitElementsTravelAsBytes) {
  run([](engine::Session& session) {
    const Rectangle all = session.plan().region;
    auto in = transfer(CommandKind::copy_in, "small", all, 3);
    in.element_bytes = 2;
    std::vector<std::byte> data(all.tiles() * 6);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 7);
    session.submit(in, data);
    in.kind = CommandKind::copy_out;
    EXPECT_EQ(session.wait(session.submit(in)).data, data);
  });
}

TEST(Session, TimePassesAsTheTopologySays) {
  // toy.toml: a command takes 10 cycles to act, copies move 4 bytes a cycle.
  run([](engine::Session& session) {
    const Rectangle all = session.plan().region;
    const std::vector<std::uint32_t> data(all.tiles() * 4);
    const auto in = session.wait(
        session.submit(transfer(CommandKind::copy_in, "bias", all, 4), bytes_of(data)));
    EXPECT_EQ(in.begin, 0U);
    EXPECT_EQ(in.end, 10 + all.tiles() * 4);
    const auto start = session.wait(session.submit(launch("run", {1, 0})));
    EXPECT_EQ(start.begin, in.end);
    // One token a tile, made and absorbed in one cycle; the machine is quiet a cycle later.
    EXPECT_EQ(start.end, in.end + 10 + 1);
    const auto out = session.wait(session.submit(transfer(CommandKind::copy_out, "value", all, 1)));
    EXPECT_EQ(out.begin, start.end);
    EXPECT_EQ(out.end, out.begin + 10 + all.tiles());
    EXPECT_EQ(session.now(), out.end);
  });
}

TEST(Session, WordsCrossTheMachine) {
  run([](engine::Session& session) {
    const Rectangle row{0, 3, 9, 1};
    std::vector<std::uint32_t> bias(36, 1000);
    session.submit(transfer(CommandKind::copy_in, "bias", row, 4), bytes_of(bias));
    std::vector<std::uint32_t> words(9);
    for (std::uint32_t i = 0; i < 9; ++i) words[i] = i;
    session.submit(transfer(CommandKind::stream_in, "in", row, 1), bytes_of(words));
    auto got = words_of(
        session.wait(session.submit(transfer(CommandKind::stream_out, "out", {8, 3, 1, 1}, 9)))
            .data);
    // The nearest tile's word leaves first, and each got its tile's bias.
    for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(got[i], 1000 + 8 - i);
  });
}

TEST(Session, StreamOutsShareAPortInOrder) {
  run([](engine::Session& session) {
    const Rectangle tile{8, 0, 1, 1};
    auto first = transfer(CommandKind::stream_out, "out", tile, 2);
    first.nonblocking = true;
    const auto a = session.submit(first);
    const auto b = session.submit(first);
    session.submit(transfer(CommandKind::stream_in, "in", tile, 3), bytes_of({5, 6, 7}));
    EXPECT_EQ(words_of(session.wait(a).data), (std::vector<std::uint32_t>{5, 6}));
    session.submit(transfer(CommandKind::stream_in, "in", tile, 1), bytes_of({8}));
    EXPECT_EQ(words_of(session.wait(b).data), (std::vector<std::uint32_t>{7, 8}));
  });
}

TEST(Session, RefusesBadCommandsAndGoesOn) {
  run([](engine::Session& session) {
    const Rectangle all = session.plan().region;
    const auto refused = [&](const engine::HostCommand& command, std::size_t bytes,
                             const std::string& why) {
      try {
        session.submit(command, std::vector<std::byte>(bytes));
        ADD_FAILURE() << "accepted: " << why;
      } catch (const Error& error) {
        EXPECT_EQ(error.category(), Category::input);
        EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
      }
    };
    refused(launch("walk", {1}), 0, "exports no such function; it exports run, spin");
    refused(transfer(CommandKind::copy_out, "biases", all, 1), 0, "no such variable");
    refused(transfer(CommandKind::copy_out, "bias", {5, 5, 9, 9}, 1), 0, "leaves the region");
    refused(transfer(CommandKind::copy_out, "bias", {}, 1), 0, "holds no tiles");
    refused(transfer(CommandKind::copy_out, "bias", all, 5), 0, "the variable has 4");
    refused(transfer(CommandKind::copy_out, "small", all, 3), 0, "the variable's have 2");
    refused(transfer(CommandKind::copy_in, "bias", all, 1), 7, "288 bytes of data needed, 7 given");
    refused(transfer(CommandKind::stream_out, "in", all, 1), 0, "no such output stream");
    EXPECT_THROW(session.wait(99), Error);
    EXPECT_EQ(
        session.wait(session.submit(transfer(CommandKind::copy_out, "bias", all, 1))).data.size(),
        288U);
  });
}

TEST(Session, WrongArgumentsFailTheSameOnAllRanks) {
  ToyJob job;
  job.host = [](engine::Session& session) { session.wait(session.submit(launch("run", {1}))); };
  const auto ending = run_on(world().size(), job);
  EXPECT_EQ(ending->error, "toy: function 'run' takes 2 arguments, 1 given");
}

TEST(Session, ASavedSessionGoesOnInAnother) {
  ToyJob job;
  job.program.seed = 5;
  const Rectangle all = job.region;
  const auto first_half = [&](engine::Session& session) {
    session.submit(launch("run", {4, 50}));
    const std::vector<std::uint32_t> words(all.tiles() * 2, 3);
    session.wait(session.submit(transfer(CommandKind::stream_in, "in", all, 2), bytes_of(words)));
  };
  std::vector<std::byte> values;
  const auto second_half = [&](engine::Session& session) {
    session.submit(launch("run", {2, 10}));
    values = session.wait(session.submit(transfer(CommandKind::copy_out, "value", all, 2))).data;
  };
  const engine::Result whole = run(
      [&](engine::Session& session) {
        first_half(session);
        second_half(session);
      },
      job);
  const std::vector<std::byte> expected = values;

  std::vector<std::byte> state;
  ToyJob interrupted = job;
  interrupted.host = [&](engine::Session& session) {
    first_half(session);  // launched and streaming: tokens and words are under way
    state = session.save();
    fail(Category::interrupted, "saved");
  };
  EXPECT_EQ(run_on(world().size(), interrupted)->error, "saved");
  const engine::Result rest = run(
      [&](engine::Session& session) {
        session.load(state);
        second_half(session);
      },
      job);
  EXPECT_EQ(rest.trace_hash, whole.trace_hash);
  EXPECT_EQ(rest.cycles, whole.cycles);
  if (world().is_root()) {
    EXPECT_EQ(values, expected);
  }
}

TEST(Session, RanksWithoutTilesStandAside) {
  ToyJob job;
  job.region = {0, 0, 2, 1};
  const engine::Result result = run(
      [](engine::Session& session) {
        session.submit(launch("run", {4, 20}));
      },
      job);
  EXPECT_EQ(result.tiles, 2U);
  EXPECT_GT(result.cycles, 20U);
}

TEST(Session, ProgressReadsAsALine) {
  engine::Progress progress;
  progress.cycle = 12000;
  progress.emulated_seconds = 14.1e-6;
  progress.cycles_per_second = 3.2e5;
  EXPECT_EQ(engine::text_of(progress), "cycle 12000, 14.1 us emulated, 3.2e+05 cycles/s");
  progress.max_cycles = 3'212'000;
  EXPECT_EQ(engine::text_of(progress),
            "cycle 12000 of 3212000, 14.1 us emulated, 3.2e+05 cycles/s, at most 10 s left");
}

TEST(Session, DescribesItsPlan) {
  ToyJob job;
  const auto says = [&](const std::string& words) {
    const std::string text = engine::describe(job.plan(), 4);
    EXPECT_NE(text.find(words), std::string::npos) << text;
  };
  says("region 9 x 8 tiles, 4 ranks, cut rectangles 2 x 2");
  // Who exchanges messages is the machine's to say: across edges, all with all, along links.
  says("4 pairs of neighbours");
  says("at phases; at runs 36 bytes more a row");
  job.family = "toy_global";
  says("6 pairs of neighbours");
  job.family = "toy";
  job.program.mesh = false;
  job.program.links = {{0, 71, 5}, {36, 44, 5}};
  says("2 pairs of neighbours");
}

}  // namespace
}  // namespace weft::test
