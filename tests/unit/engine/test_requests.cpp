// SPDX-License-Identifier: Apache-2.0
// Programs that stop for their host, and arrays that lie as the program likes.
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "machine/toy/mix.hpp"
#include "support/toy_job.hpp"

namespace weft::test {
namespace {

using engine::array_copy;
using engine::CommandKind;
using engine::Session;
using engine::Stop;
using partition::Cut;

constexpr std::uint64_t tiles = 72;
using Words = std::vector<std::uint32_t>;

Words words_of(const std::vector<std::byte>& bytes) {
  Words words(bytes.size() / 4);
  std::memcpy(words.data(), bytes.data(), words.size() * 4);
  return words;
}

Words counting() {
  Words words(2 * tiles);
  std::iota(words.begin(), words.end(), 7U);
  return words;
}

/// What toy.hpp says that `count` rounds from `first` on do to array "shared".
Words after_rounds(Words shared, std::uint64_t seed, std::uint32_t first, std::uint32_t count) {
  using machine::toy::mix;
  for (std::uint32_t round = first; round < first + count; ++round) {
    const Words old = shared;
    for (std::uint64_t t = 0; t < tiles; ++t) {
      const std::uint64_t partner = mix(seed + mix(t) * (round + 1)) % tiles;
      shared[t] += old[2 * tiles - 1 - t] * old[partner];
    }
  }
  return shared;
}

ToyJob rounds_job(std::function<void(Session&)> host) {
  ToyJob job;
  job.family = "toy_global";
  job.program.link_latency_cycles = 3;
  job.program.seed = 21;
  job.host = std::move(host);
  return job;
}

void write_shared(Session& session, const Words& words) {
  const auto command = array_copy(CommandKind::copy_in, "shared", 2 * tiles, 4);
  session.wait(session.submit(command, bytes_of(words)));
}

Words read_shared(Session& session) {
  const auto command = array_copy(CommandKind::copy_out, "shared", 2 * tiles, 4);
  return words_of(session.wait(session.submit(command)).data);
}

engine::HostCommand nonblocking(engine::HostCommand command) {
  command.nonblocking = true;
  return command;
}

/// Runs the job on all rank counts and cuts; every ending must be the first one's.
void everywhere(ToyJob job) {
  std::optional<engine::Result> first;
  for (const int ranks : rank_counts()) {
    for (const Cut cut : {Cut::rectangles, Cut::blocks, Cut::chips}) {
      job.cut = cut;
      const auto ending = run_on(ranks, job);
      if (!ending) continue;
      SCOPED_TRACE(std::to_string(ranks) + " ranks, " + partition::cut_name(cut));
      ASSERT_TRUE(ending->result) << ending->error;
      if (!first) first = ending->result;
      EXPECT_EQ(ending->result->stop, first->stop);
      EXPECT_EQ(ending->result->cycles, first->cycles);
      EXPECT_EQ(ending->result->message, first->message);
      EXPECT_EQ(ending->result->trace_hash, first->trace_hash);
    }
  }
}

TEST(Requests, AProgramAsksAndGoesOn) {
  everywhere(rounds_job([](Session& session) {
    const Words start = counting();
    write_shared(session, start);
    session.submit(nonblocking(launch("share", {5, 2})));
    for (const std::uint32_t done : {2U, 4U}) {
      const auto request = session.host_request();
      ASSERT_TRUE(request);
      EXPECT_EQ(*request, (machine::HostRequest{1, done}));
      EXPECT_EQ(read_shared(session), after_rounds(start, 21, 0, done));
      session.answer();
    }
    EXPECT_FALSE(session.host_request());
    EXPECT_EQ(read_shared(session), after_rounds(start, 21, 0, 5));
  }));
}

TEST(Requests, WhatTheHostWritesIsReadByTheNextRound) {
  everywhere(rounds_job([](Session& session) {
    session.submit(nonblocking(launch("share", {2, 1})));
    ASSERT_TRUE(session.host_request());
    write_shared(session, counting());
    session.answer();
    ASSERT_TRUE(session.host_request());
    EXPECT_EQ(read_shared(session), after_rounds(counting(), 21, 1, 1));
    session.answer();
  }));
}

TEST(Requests, TheHostsTimeIsTheProgramsTime) {
  // toy.toml: a command takes 10 cycles to act, copies move 4 bytes a cycle.
  everywhere(rounds_job([](Session& session) {
    session.wait(session.submit(launch("share", {2, 1})));
    const Cycle asked = session.now();
    EXPECT_GT(asked, 10U);
    read_shared(session);
    const Cycle read = asked + 10 + 2 * tiles;
    EXPECT_EQ(session.now(), read);
    session.answer();
    EXPECT_EQ(session.now(), read);
    ASSERT_TRUE(session.host_request());
    EXPECT_GT(session.now(), read + 3);
    session.answer();
  }));
}

TEST(Requests, SeveralLaunchesOneAfterTheOther) {
  everywhere(rounds_job([](Session& session) {
    const Words start = counting();
    write_shared(session, start);
    for (std::uint32_t k = 0; k < 3; ++k) {
      session.submit(launch("run", {1, 5}));
      session.submit(launch("share", {2, 0}));
    }
    EXPECT_FALSE(session.host_request());
    EXPECT_EQ(read_shared(session), after_rounds(start, 21, 0, 6));
  }));
}

TEST(Requests, AnsweringNothingIsRefused) {
  everywhere(rounds_job([](Session& session) {
    EXPECT_THROW(session.answer(), Error);
    session.wait(session.submit(launch("share", {3, 0})));
    EXPECT_THROW(session.answer(), Error);
  }));
}

TEST(Requests, OneWithoutAnAnswerIsADeadlock) {
  const auto job = rounds_job([](Session& session) {
    session.wait(session.submit(launch("share", {3, 2})));
  });
  everywhere(job);
  const auto ending = run_on(world().size(), job);
  ASSERT_TRUE(ending->result);
  EXPECT_EQ(ending->result->stop, Stop::deadlock);
  EXPECT_NE(ending->result->message.find(
                "the program waits for the host to answer its request 1 (argument 2)"),
            std::string::npos)
      << ending->result->message;
}

TEST(Requests, ASessionIsSavedInOneAndGoesOn) {
  Words whole;
  const auto second_half = [&](Session& session) {
    ASSERT_TRUE(session.host_request());
    session.answer();
    ASSERT_FALSE(session.host_request());
    whole = read_shared(session);
  };
  const auto first_half = [&](Session& session) {
    write_shared(session, counting());
    session.wait(session.submit(launch("share", {5, 3})));
  };
  const auto straight = run_on(world().size(), rounds_job([&](Session& session) {
                                 first_half(session);
                                 second_half(session);
                               }));
  ASSERT_TRUE(straight->result) << straight->error;
  std::vector<std::byte> state;
  run_on(world().size(), rounds_job([&](Session& session) {
           first_half(session);
           state = session.save();
           session.answer();
         }));
  whole.clear();
  const auto rest = run_on(world().size(), rounds_job([&](Session& session) {
                             session.load(state);
                             second_half(session);
                           }));
  ASSERT_TRUE(rest->result) << rest->error;
  EXPECT_EQ(rest->result->trace_hash, straight->result->trace_hash);
  if (world().is_root()) {
    EXPECT_EQ(whole, after_rounds(counting(), 21, 0, 5));
  }
}

TEST(Arrays, AreRefusedInPart) {
  everywhere(rounds_job([](Session& session) {
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
    const auto in = CommandKind::copy_in;
    refused(array_copy(in, "shared", 10, 4), 40, "the array has 144 and is copied whole");
    refused(array_copy(in, "shared", std::uint64_t{1} << 33U, 4), 40, "8589934592 elements");
    refused(array_copy(in, "shared", 144, 2), 288, "elements of 2 bytes, the array's have 4");
    refused(array_copy(in, "shared", 144, 4), 575, "576 bytes of data needed, 575 given");
    auto elsewhere = array_copy(in, "shared", 144, 4);
    elsewhere.where = {1, 0, 1, 1};
    refused(elsewhere, 576, "rectangle 1 x 1 at (0, 0)");
    write_shared(session, counting());
    EXPECT_EQ(read_shared(session), counting());
  }));
  EXPECT_EQ(array_copy(CommandKind::copy_out, "x", std::uint64_t{3} << 32U, 4).data_bytes(),
            std::uint64_t{3} << 34U);
}

TEST(Plans, LeaveTheCutToTheMachine) {
  ToyJob job = rounds_job({});
  engine::Plan plan = job.plan();
  plan.cut.reset();
  EXPECT_EQ(engine::cut_of(plan), Cut::chips);
  EXPECT_NE(engine::describe(plan, 4).find("cut chips 1 x 4"), std::string::npos);
  EXPECT_NE(engine::describe(plan, 12).find("cut chips 1 or 2 a row"), std::string::npos)
      << engine::describe(plan, 12);
  plan.family = "toy";
  EXPECT_EQ(engine::cut_of(plan), Cut::rectangles);
}

}  // namespace
}  // namespace weft::test
