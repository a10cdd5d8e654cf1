// SPDX-License-Identifier: Apache-2.0
// What the ranks agree on now and then: one small reduction instead of one a cycle.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"

namespace weft::engine {

/// How one rank stands. A rank without tiles leaves everything as it is here.
struct Standing {
  Cycle next_activity = never;    ///< `never`: quiet
  Cycle departure_bound = never;  ///< no departure from here before, if none from elsewhere
  Cycle passed = never;           ///< first cycle not yet run; never once stopped by an error
  Cycle error_cycle = never;
  Cycle now = 0;
  Cycle last_activity = 0;
  bool failed = false;                  ///< an exception is held back until the ranks agree
  bool signalled = false;               ///< a signal asked the run to end
  bool out_of_time = false;             ///< the wall time is over
  bool memory_due = false;              ///< time to look at what is held
  bool crowded = false;                 ///< more rows are held than should be
  bool seal_due = false;                ///< the trace was last sealed long ago
  std::uint64_t busy_microseconds = 0;  ///< wall time since the last agreement
};

/// The least of the first four over all ranks, the greatest of the rest.
Standing agree(const comm::Communicator& communicator, const Standing& mine);

/// An exception as data.
struct Failure {
  Category category = Category::internal;
  std::string message;
};

/// The exception being handled, as data.
Failure current_failure();

/// Throws the failure of the least rank that has one, the same on every rank; returns when none
/// has. Collective.
void throw_agreed(const comm::Communicator& communicator, const std::optional<Failure>& mine);

/// Runs `body` here and throws the least rank's failure everywhere. Collective.
template <typename Body>
void together(const comm::Communicator& communicator, const Body& body) {
  std::optional<Failure> failure;
  try {
    body();
  } catch (...) {
    failure = current_failure();
  }
  throw_agreed(communicator, failure);
}

/// Throws Category::program with the description of the least (cycle, tile, code) over all ranks.
/// Collective; some rank has an error.
[[noreturn]] void throw_least_error(const comm::Communicator& communicator,
                                    const machine::Machine* machine);

}  // namespace weft::engine
