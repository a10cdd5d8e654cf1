// SPDX-License-Identifier: Apache-2.0
// From the start of a program on all ranks to an end that all of them have, however rank 0 ends.
#include "hosts/ranks.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "base/error.hpp"
#include "base/kernel_runtime.hpp"
#include "comm/environment.hpp"
#include "comm/launcher.hpp"
#include "engine/signals.hpp"
#include "trace/library_version.hpp"

namespace weft::hosts {
namespace {

/// What must be ended in order, last first.
struct Ranks {
  Ranks(const std::string& name, int& argc, char**& argv)
      : who(name),
        process(getpid()),
        mpi(argc, argv),
        kernels(argc, argv),
        world(comm::Communicator::world()) {}
  std::string who;
  pid_t process;
  comm::Environment mpi;
  KernelRuntime kernels;
  comm::Communicator world;
  std::unique_ptr<StandaloneRuntime> sessions;  ///< rank 0
};

// Ended by leave(), which runs whether main() returns or somebody calls exit().
std::unique_ptr<Ranks> ranks;

/// The code that the whole job is to end with once the program's static objects are gone; 0: none.
int code_left = 0;

/// Runs after all that exit() calls, the program's own destructors included; the other ranks wait.
[[gnu::destructor]] void end_job() {
  if (code_left == 0) return;
  comm::end_silently(code_left);
  _exit(code_left);
}

/// Ends the other ranks; a failure of the last session is told here, for want of a later place.
void leave(int status, void*) {
  if (ranks && ranks->process != getpid()) static_cast<void>(ranks.release());  // a fork's child
  if (!ranks) return;
  const int code = end_ranks(status & 0xff);
  if (status != 0 || code == 0) return;
  std::cout.flush();
  std::fflush(nullptr);
  if (code_left == 0) _exit(code);
}

/// What is left when an exception cannot be unwound: the other ranks must not wait for ever.
[[noreturn]] void terminate() {
  if (std::current_exception()) {
    std::fprintf(stderr, "terminate called after throwing: %s\n", current_message().c_str());
  } else {
    std::fprintf(stderr, "terminate called\n");
  }
  std::fflush(nullptr);
  comm::abort_job(1);
}

/// Ranks other than 0, to the end.
int serve() {
  const int code = StandaloneRuntime::serve(ranks->world);
  if (code != 0 && comm::can_end_silently()) comm::await_end();
  ranks.reset();
  return 0;  // rank 0 alone tells of failure: mpirun ends all at the first that does
}

}  // namespace

std::string current_message() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

int failure_code() { return engine::signalled() ? exit_code(Category::interrupted) : 1; }

std::optional<int> bring_up_ranks(const std::string& who, int& argc, char**& argv,
                                  const MakeRuntime& make_runtime) {
  try {
    ranks = std::make_unique<Ranks>(who, argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: the ranks could not be brought up: %s\n", who.c_str(), error.what());
    return 1;
  }
  if (const auto why = ranks->mpi.why_not_alone()) {
    if (comm::speaks_for_siblings()) std::fprintf(stderr, "%s: %s\n", who.c_str(), why->c_str());
    ranks.reset();
    return exit_code(Category::input);
  }
  if (!ranks->world.is_root()) return serve();
  ranks->sessions = make_runtime(ranks->world);
  // HDF5 shuts down in an exit handler of its own, which must be older than leave(): that closes a
  // session, and so its trace.
  static_cast<void>(trace::library_version());
  on_exit(leave, nullptr);
  std::set_terminate(terminate);
  ranks->sessions->own_outputs();
  return {};
}

int end_ranks(int code) {
  if (!ranks) return code;
  try {
    ranks->sessions->finish(code);
  } catch (const std::exception& error) {
    std::cerr << ranks->who << ": " << error.what() << '\n';
    if (code == 0) code = failure_code();
  }
  if (code != 0 && comm::can_end_silently()) {
    code_left = code;
    static_cast<void>(ranks.release());  // MPI stays up until the process ends
  } else {
    ranks.reset();
  }
  return code;
}

}  // namespace weft::hosts
