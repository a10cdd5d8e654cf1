// SPDX-License-Identifier: Apache-2.0
// A slice's superstep as one value: where it stands, what it ends with, and when.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace weft::machine::ipu {

/// Where a slice stands in its superstep.
enum class Phase : std::uint8_t {
  idle,     ///< no program runs
  ready,    ///< control goes on in cycle `ready`
  syncing,  ///< this slice's tiles are done; waits for the other slices'
  passing,  ///< all are done; the sync with the host passes until `ready`
  asking,   ///< waits for the host to answer request `number`
};
/// What a superstep ends with.
enum class End : std::uint8_t { exchange, sync, branch, host, halt };
enum class Event : std::uint8_t {
  launched,  ///< the host starts a program
  ended,     ///< control came to the superstep's end
  synced,    ///< all slices are there
  passed,    ///< the cycle `ready` has come
  answered,  ///< the host has done what it was asked for
};

struct Transition {
  Phase from;
  Event event;
  std::uint8_t ends;  ///< bit by End: of which supersteps
  Phase to;
};

constexpr std::uint8_t of(End end) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(end));
}
inline constexpr std::uint8_t any_end = 0x1f;
inline constexpr std::uint8_t with_host = of(End::host) | of(End::halt);

inline constexpr std::array transitions{
    Transition{Phase::idle, Event::launched, any_end, Phase::ready},
    Transition{Phase::ready, Event::ended, any_end, Phase::syncing},
    Transition{Phase::syncing, Event::synced, any_end & ~with_host, Phase::ready},
    Transition{Phase::syncing, Event::synced, with_host, Phase::passing},
    Transition{Phase::passing, Event::passed, of(End::host), Phase::asking},
    Transition{Phase::passing, Event::passed, of(End::halt), Phase::idle},
    Transition{Phase::asking, Event::answered, of(End::host), Phase::ready},
};

struct Superstep {
  Phase phase = Phase::idle;
  Cycle ready = 0;          ///< when control goes on
  std::uint32_t works = 0;  ///< compute sets and copies so far: numbers their rows
  // From its end on:
  End end = End::sync;
  std::uint32_t number = 0;  ///< exchange, instruction of the branch, or request
  Cycle begin = 0;
  Cycle done = 0;          ///< when this slice's last tile is done
  std::uint64_t word = 0;  ///< what this slice adds to the value that control reads
  Cycle sync_cycles = 0;
  Cycle exchange_cycles = 0;
  bool moved_inside = false;  ///< the exchange's moves between tiles of this slice are done
  // Of a request to the host:
  Cycle asked_at = 0;
  bool host_row_due = false;  ///< answered: the host's time is yet to be recorded

  /// Category::internal for an event that the phase does not allow.
  void on(Event event) {
    for (const Transition& t : transitions) {
      if (t.from != phase || t.event != event || (t.ends & of(end)) == 0) continue;
      phase = t.to;
      return;
    }
    fail(Category::internal, "ipu: a superstep in phase " + std::to_string(int(phase)) +
                                 " knows no event " + std::to_string(int(event)));
  }
};

}  // namespace weft::machine::ipu
