// SPDX-License-Identifier: Apache-2.0
// Every way a run can end: the same words at the same cycle on any ranks and any cut.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "base/process_memory.hpp"
#include "engine/signals.hpp"
#include "machine/toy/mix.hpp"
#include "support/scratch.hpp"
#include "support/toy_job.hpp"
#include "trace/reader.hpp"

namespace weft::test {
namespace {

using engine::CommandKind;
using engine::Stop;
using partition::Cut;

/// Runs the job on all rank counts and cuts; check() sees every ending, on every rank.
void everywhere(ToyJob job, const std::function<void(const Ending&)>& check) {
  for (const int ranks : rank_counts()) {
    for (const Cut cut : {Cut::rectangles, Cut::blocks}) {
      job.cut = cut;
      if (const auto ending = run_on(ranks, job)) {
        SCOPED_TRACE(std::to_string(ranks) + " ranks, " + partition::cut_name(cut));
        check(*ending);
      }
    }
  }
}

TEST(Stops, NothingToDoIsDoneAtCycleZero) {
  ToyJob job;
  job.host = [](engine::Session&) {};
  everywhere(job, [](const Ending& ending) {
    ASSERT_TRUE(ending.result) << ending.error;
    EXPECT_EQ(ending.result->stop, Stop::done);
    EXPECT_EQ(ending.result->cycles, 0U);
  });
}

TEST(Stops, MaxCyclesEndsAProgramThatSpinsExactlyThere) {
  ToyJob job;
  job.limits.max_cycles = 777;
  job.host = [](engine::Session& session) { session.wait(session.submit(launch("spin", {1}))); };
  everywhere(job, [](const Ending& ending) {
    ASSERT_TRUE(ending.result) << ending.error;
    EXPECT_EQ(ending.result->stop, Stop::limit);
    EXPECT_EQ(ending.result->cycles, 777U);
    EXPECT_NE(ending.result->message.find("777"), std::string::npos);
    // Launched at cycle 10 (the topology's command latency): busy in 10 .. 776 on 72 tiles.
    if (world().is_root()) {
      EXPECT_EQ(ending.result->counters.at("tile_busy"), 767U * 72U);
    }
  });
}

TEST(Stops, MaxCyclesHoldsForTheHostsCopiesAndLaunches) {
  for (const bool launches : {false, true}) {
    ToyJob job;
    job.limits.max_cycles = 25;  // a command takes 10 cycles to get there
    job.host = [launches](engine::Session& session) {
      const Rectangle one{0, 0, 1, 1};
      for (int time = 0; time < 3; ++time) {
        if (launches && time == 2) session.wait(session.submit(launch("spin", {1})));
        session.wait(session.submit(transfer(engine::CommandKind::copy_out, "bias", one, 1)));
      }
    };
    everywhere(job, [launches](const Ending& ending) {
      ASSERT_TRUE(ending.result) << ending.error;
      EXPECT_EQ(ending.result->stop, Stop::limit);
      EXPECT_EQ(ending.result->cycles, 25U);
      EXPECT_EQ(ending.result->message, std::string("stopped at cycle 25 (max_cycles): ") +
                                            (launches ? "launch 'spin'" : "copy_out 'bias'") +
                                            " was not over by then");
    });
  }
}

TEST(Stops, ATimerBeyondMaxCyclesIsNotReached) {
  ToyJob job;
  job.limits.max_cycles = 1'000'000'000;
  job.host = [](engine::Session& session) {
    session.wait(session.submit(launch("spin", {3'000'000'000U})));
  };
  everywhere(job, [](const Ending& ending) {
    ASSERT_TRUE(ending.result) << ending.error;
    EXPECT_EQ(ending.result->stop, Stop::limit);
    EXPECT_EQ(ending.result->cycles, 1'000'000'000U);
  });
}

TEST(Stops, DeadlockNamesTheFirstTenTilesAndCountsTheRest) {
  ToyJob job;
  job.host = [](engine::Session& session) {
    session.submit(launch("run", {1, 5}));
    session.submit(launch("await", {2}));
    const std::vector<std::uint32_t> words(72, 1);
    session.submit(transfer(CommandKind::stream_in, "in", session.plan().region, 1),
                   bytes_of(words));
  };
  std::string first;
  everywhere(job, [&](const Ending& ending) {
    ASSERT_TRUE(ending.result) << ending.error;
    EXPECT_EQ(ending.result->stop, Stop::deadlock);
    const std::string& text = ending.result->message;
    EXPECT_NE(text.find("tile (0, 0): waits for 1 of 2 words of stream 'in'"), std::string::npos)
        << text;
    EXPECT_NE(text.find("tile (0, 1)"), std::string::npos) << text;
    EXPECT_EQ(text.find("tile (1, 1)"), std::string::npos) << text;
    EXPECT_NE(text.find("and 62 more tiles"), std::string::npos) << text;
    if (first.empty()) first = text;
    EXPECT_EQ(text, first);
  });
}

TEST(Stops, AStreamThatNeverFillsIsADeadlockOfTheHost) {
  ToyJob job;
  job.host = [](engine::Session& session) {
    const std::vector<std::uint32_t> words(72, 1);
    session.submit(transfer(CommandKind::stream_in, "in", session.plan().region, 1),
                   bytes_of(words));
    session.wait(session.submit(transfer(CommandKind::stream_out, "out", {8, 0, 1, 8}, 10)));
  };
  everywhere(job, [](const Ending& ending) {
    ASSERT_TRUE(ending.result) << ending.error;
    EXPECT_EQ(ending.result->stop, Stop::deadlock);
    EXPECT_NE(ending.result->message.find("the host waits for 8 of 80 words of stream 'out'"),
              std::string::npos)
        << ending.result->message;
  });
}

TEST(Stops, TheLeastErrorOfAllRanksIsTheOne) {
  ToyJob job;
  job.host = [](engine::Session& session) {
    session.wait(session.submit(launch("run", {50, 40})));
    session.wait(session.submit(launch("fail_all", {60})));
  };
  // Every tile fails some time; the least cycle, and of its tiles the first, is what is told.
  std::pair<std::uint64_t, std::uint32_t> least{never, 0};
  for (std::uint32_t tile = 0; tile < 72; ++tile) {
    least = std::min(least, {machine::toy::mix(tile) % 16, tile});
  }
  const std::string where = "tile (" + std::to_string(least.second % 9) + ", " +
                            std::to_string(least.second / 9) + "): function fail raised code " +
                            std::to_string(1 + least.second % 5);
  std::string first;
  everywhere(job, [&](const Ending& ending) {
    ASSERT_FALSE(ending.result);
    EXPECT_EQ(ending.category, Category::program);
    EXPECT_NE(ending.error.find(where), std::string::npos) << ending.error << " against " << where;
    if (first.empty()) first = ending.error;
    EXPECT_EQ(ending.error, first);
  });
}

/// A handler of the program's own.
volatile std::sig_atomic_t own_calls = 0;
void own_handler(int /*number*/) { own_calls = own_calls + 1; }

/// `number` comes to the last rank of a run that would never end.
void stop_all_at_one_cycle(int number) {
  ToyJob job;
  job.host = [](engine::Session& session) { session.wait(session.submit(launch("spin", {1}))); };
  for (const int ranks : rank_counts()) {
    // Should the signal come before the session listens, it would end the test: keep a guard.
    const engine::SignalGuard guard;
    engine::session_begins(world().size(), world().is_root());
    std::thread later;
    if (world().rank() == ranks - 1) {
      later = std::thread([number] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        std::raise(number);
      });
    }
    const auto ending = run_on(ranks, job);
    if (later.joinable()) later.join();
    const bool stopped = ending && ending->result && ending->result->stop == Stop::signal;
    EXPECT_EQ(stopped, ending.has_value()) << (ending ? ending->error : "");
    const Cycle cycles = stopped ? ending->result->cycles : 0;
    EXPECT_EQ(world().max(cycles), world().min(stopped ? cycles : never));
  }
}

TEST(Stops, ASignalOnAnyRankStopsAllAtOneCycle) {
  for (const int number : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) stop_all_at_one_cycle(number);
}

TEST(Stops, TheProgramsOwnHandlerIsCalledTooAndComesBack) {
  std::signal(SIGTERM, own_handler);
  own_calls = 0;
  const int expected = world().rank() == world().size() - 1 ? 1 : 0;
  {
    const engine::SignalGuard guard;
    engine::session_begins(world().size(), world().is_root());
    if (expected == 1) std::raise(SIGTERM);
    EXPECT_EQ(expected == 1, engine::signalled());
    EXPECT_EQ(expected == 1 ? "SIGTERM" : "", engine::signal_name());
  }
  EXPECT_EQ(expected, own_calls);
  EXPECT_EQ(std::signal(SIGTERM, SIG_DFL), own_handler);
}

TEST(Stops, AProgramThatHandlesUserSignalsKeepsThem) {
  std::signal(SIGUSR1, own_handler);
  own_calls = 0;
  {
    const engine::SignalGuard guard;
    std::raise(SIGUSR1);
    EXPECT_FALSE(engine::signalled());
  }
  EXPECT_EQ(1, own_calls);
  std::signal(SIGUSR1, SIG_DFL);
}

TEST(Stops, TheWallTimeOfAnyRankStopsAllAtOneCycle) {
  ToyJob job;
  job.limits.wall_seconds = 0.25;
  job.limits.wall_seconds_left = 0.05;
  job.host = [](engine::Session& session) { session.wait(session.submit(launch("spin", {1}))); };
  everywhere(job, [](const Ending& ending) {
    ASSERT_TRUE(ending.result) << ending.error;
    EXPECT_EQ(ending.result->stop, Stop::limit);
    const std::string where = "stopped at cycle " + std::to_string(ending.result->cycles);
    EXPECT_EQ(ending.result->message, where + ": the 0.25 s of wall time (wall_seconds) were over");
  });
  EXPECT_FALSE(engine::out_of_time());
}

/// How the trace of a run on all ranks says that it ended: its stop, and whether it is whole.
std::pair<std::string, bool> trace_of(ToyJob job, const std::string& path) {
  job.trace.path = path;
  job.trace.level = TraceLevel::summary;
  const auto ending = run_on(world().size(), job);
  EXPECT_TRUE(ending && ending->result);
  if (!world().is_root() || !ending || !ending->result) return {};
  const trace::Reader reader(path);
  EXPECT_TRUE(reader.header().ended);
  EXPECT_EQ(ending->result->cycles, reader.header().cycles);
  EXPECT_EQ(ending->result->trace_hash, reader.header().hash);
  return {reader.header().stop, reader.header().complete};
}

using StopsTrace = Scratch;

TEST_F(StopsTrace, ATraceThatWasCutShortSaysSo) {
  ToyJob whole;
  whole.host = [](engine::Session& session) {
    session.wait(session.submit(launch("run", {1, 5})));
  };
  ToyJob spins;
  spins.host = [](engine::Session& session) { session.wait(session.submit(launch("spin", {1}))); };
  ToyJob slow = spins;
  spins.limits.max_cycles = 777;
  slow.limits.wall_seconds = slow.limits.wall_seconds_left = 0.02;
  const auto done = trace_of(whole, path("whole.h5"));
  const auto by_cycles = trace_of(spins, path("cycles.h5"));
  const auto by_wall_time = trace_of(slow, path("wall.h5"));
  std::pair<std::string, bool> by_signal;
  {
    const engine::SignalGuard guard;
    if (world().is_root()) std::raise(SIGUSR2);
    spins.limits.max_cycles = never;
    by_signal = trace_of(spins, path("signal.h5"));
  }
  if (!world().is_root()) return;
  EXPECT_EQ(std::pair(std::string("done"), true), done);
  EXPECT_EQ(std::pair(std::string("limit"), false), by_cycles);
  EXPECT_EQ(std::pair(std::string("limit"), false), by_wall_time);
  EXPECT_EQ(std::pair(std::string("signal"), false), by_signal);
}

TEST(Stops, WhatTheHostProgramThrowsReachesEveryRank) {
  ToyJob job;
  job.host = [](engine::Session& session) {
    session.submit(launch("run", {1, 5}));
    throw std::runtime_error("the host program's own trouble");
  };
  everywhere(job, [](const Ending& ending) {
    EXPECT_EQ(ending.error, "the host program's own trouble");
    EXPECT_EQ(ending.category, Category::internal);
  });
}

TEST(Stops, APlanThatCannotBeMadeReachesEveryRank) {
  ToyJob job;
  job.family = "no_such_machine";
  job.host = [](engine::Session&) {};
  everywhere(job, [](const Ending& ending) {
    EXPECT_EQ(ending.category, Category::input);
    EXPECT_NE(ending.error.find("known are toy"), std::string::npos) << ending.error;
  });
}

TEST(Stops, MemoryThatGrowsBeyondTheLimitEndsTheRun) {
  ToyJob job;
  const std::uint64_t held = world().sum(peak_resident_bytes());
  job.limits.node_bytes_max = held + (std::uint64_t{256} << 20U);
  std::vector<char> grown;
  job.host = [&grown](engine::Session& session) {
    grown.assign(std::size_t{512} << 20U, 1);
    session.wait(session.submit(launch("spin", {1})));
  };
  const auto ending = run_on(world().size(), job);
  ASSERT_TRUE(ending);
  ASSERT_TRUE(ending->result) << ending->error;
  EXPECT_EQ(ending->result->stop, Stop::limit);
  EXPECT_NE(ending->result->message.find("limits.memory is"), std::string::npos)
      << ending->result->message;
  EXPECT_EQ(ending->result->trace_hash.size(), 32U);
  EXPECT_GT(ending->result->memory_peak_bytes, job.limits.node_bytes_max);
}

TEST(Stops, TooLittleMemoryIsRefusedBeforeAllocation) {
  ToyJob job;
  job.limits.node_bytes_max = 1000;
  job.host = [](engine::Session&) { FAIL() << "the host program must not run"; };
  everywhere(job, [](const Ending& ending) {
    EXPECT_EQ(ending.category, Category::limit);
    EXPECT_NE(ending.error.find("does not fit"), std::string::npos) << ending.error;
    EXPECT_NE(ending.error.find("filled by process "), std::string::npos) << ending.error;
  });
}

}  // namespace
}  // namespace weft::test
