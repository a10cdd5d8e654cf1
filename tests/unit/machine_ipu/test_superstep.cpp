// SPDX-License-Identifier: Apache-2.0
// The table of a superstep's transitions: what each phase allows, and nothing else.
#include <gtest/gtest.h>

#include "machine/ipu/superstep.hpp"

namespace weft::machine::ipu {
namespace {

constexpr std::array all_phases{Phase::idle, Phase::ready, Phase::syncing, Phase::passing,
                                Phase::asking};
constexpr std::array all_events{Event::launched, Event::ended, Event::synced, Event::passed,
                                Event::answered};
constexpr std::array all_ends{End::exchange, End::sync, End::branch, End::host, End::halt};

Superstep walk(End end, std::initializer_list<Event> events) {
  Superstep s;
  s.end = end;
  for (const Event event : events) s.on(event);
  return s;
}

TEST(Superstep, GoesRound) {
  using enum Event;
  for (const End end : {End::exchange, End::sync, End::branch}) {
    EXPECT_EQ(walk(end, {launched, ended}).phase, Phase::syncing);
    EXPECT_EQ(walk(end, {launched, ended, synced}).phase, Phase::ready);
  }
  EXPECT_EQ(walk(End::host, {launched, ended, synced}).phase, Phase::passing);
  EXPECT_EQ(walk(End::host, {launched, ended, synced, passed}).phase, Phase::asking);
  EXPECT_EQ(walk(End::host, {launched, ended, synced, passed, answered}).phase, Phase::ready);
  EXPECT_EQ(walk(End::halt, {launched, ended, synced, passed}).phase, Phase::idle);
}

TEST(Superstep, EachEventLeadsToOnePhaseOrIsRefused) {
  std::size_t allowed = 0;
  for (const Phase phase : all_phases) {
    for (const Event event : all_events) {
      for (const End end : all_ends) {
        std::size_t rows = 0;
        for (const Transition& t : transitions) {
          rows += t.from == phase && t.event == event && (t.ends & of(end)) != 0 ? 1U : 0U;
        }
        ASSERT_LE(rows, 1U);
        allowed += rows;
        Superstep s;
        s.phase = phase;
        s.end = end;
        if (rows == 0) {
          EXPECT_THROW(s.on(event), Error);
          EXPECT_EQ(s.phase, phase);
        }
      }
    }
  }
  EXPECT_EQ(allowed, 18U);  // 5 launched, 5 ended, 5 synced, 2 passed, 1 answered
}

}  // namespace
}  // namespace weft::machine::ipu
