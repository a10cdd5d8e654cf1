// SPDX-License-Identifier: Apache-2.0
// A host program's view of an emulated machine: submit commands, wait, close.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "engine/command.hpp"
#include "engine/plan.hpp"
#include "engine/profile.hpp"
#include "engine/result.hpp"

namespace weft::engine {

/// Lives on rank 0; the other ranks are in serve() meanwhile. Errors of the machine (an illegal
/// program, a deadlock) end the session on all ranks with the same words; errors in a command's own
/// arguments are Category::input, thrown by submit(), and leave it as it was.
class Session {
 public:
  /// Rank 0, while all others call serve().
  static Session open(const comm::Communicator& communicator, Plan plan);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  /// Sends the other ranks home if close() was not reached; no trace is left then.
  ~Session();

  /// Appends a command; no emulated time passes. `data` of copy_in and stream_in is in the
  /// command's order.
  CommandId submit(HostCommand command, std::span<const std::byte> data = {});
  /// submit() and wait(), for data that need not be copied meanwhile.
  Reply run(HostCommand command, std::span<const std::byte> data = {});
  /// Runs until the command is done. A reply is given once. Throws Stopped at a deadlock, at
  /// a limit or at a signal.
  Reply wait(CommandId id);
  /// Whether a command is done. A stream_out that was begun takes what has left the machine once
  /// that is quiet; nothing else is begun for it.
  bool is_done(CommandId id);
  /// Starts all that was submitted and runs until quiet: what the program has stopped for, if
  /// anything. The host does it (commands as always) and answers.
  std::optional<machine::HostRequest> host_request();
  /// Starts all that was submitted, then lets the program go on from its request; it runs when
  /// something is waited for. Takes no emulated time. Category::input when nothing was asked.
  void answer();
  /// Runs all that was submitted, then until quiet, and finishes the trace. Throws Stopped, as
  /// wait() does; a machine that is quiet with work left is a deadlock, and so is a request without
  /// an answer.
  Result close();

  /// A stretch of the host's own for the trace's /phases, which no hash covers.
  void note_phase(trace::Phase phase);

  /// An array for the trace's /results; the trace hash covers it.
  void add_result(trace::NamedTensor result);

  /// Host time: the cycle at which the next command would begin, if the machine is quiet.
  Cycle now() const;
  const std::vector<machine::Export>& exports() const;
  const Plan& plan() const;
  const partition::Partition& partition() const;

  /// What the machine has counted so far; takes no emulated time. All submitted commands must be
  /// done or have been started.
  Profile profile();

  /// The whole emulated state between waits, words in flight included, for load() in a session of
  /// the same plan on as many ranks. All submitted commands must be done or have been started.
  std::vector<std::byte> save();
  void load(std::span<const std::byte> state);
  /// Tells the other ranks why there will be no close(), so that they fail with the same words.
  void abandon(const Error& reason) noexcept;

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Ranks other than 0: serves rank 0's Session until it ends; its result or its error.
Result serve(const comm::Communicator& communicator);

/// One call for main(): on rank 0 makes the plan, opens a session, runs `body` and closes it; on
/// the other ranks serves. Every rank returns the same result, a stop other than `done` included,
/// or throws the same Error, whichever rank or function it came from.
Result run_session(const comm::Communicator& communicator, const std::function<Plan()>& make_plan,
                   const std::function<void(Session&)>& body);

}  // namespace weft::engine
