// SPDX-License-Identifier: Apache-2.0
// main() of a program that knows nothing of ranks, on all of them.
#include "hosts/poplar/engine/start.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>

#include "base/error.hpp"
#include "base/kernel_runtime.hpp"
#include "comm/communicator.hpp"
#include "comm/environment.hpp"
#include "comm/launcher.hpp"
#include "engine/signals.hpp"
#include "hosts/poplar/engine/runtime.hpp"
#include "hosts/poplar/target/target_impl.hpp"

namespace weft::hosts::poplar {
namespace {

/// What must be ended in order, last first.
struct Ranks {
  Ranks(int& argc, char**& argv)
      : mpi(argc, argv), kernels(argc, argv), world(comm::Communicator::world()), sessions(world) {}
  comm::Environment mpi;
  KernelRuntime kernels;
  comm::Communicator world;
  StandaloneRuntime sessions;
};

// Ended by leave(), which runs whether main() returns or somebody calls exit().
std::unique_ptr<Ranks> ranks;

/// Exit code of a program that an engine's failure has ended.
int failure_code() { return engine::signalled() ? exit_code(Category::interrupted) : 1; }

/// The code that the whole job is to end with once the program's static objects are gone; 0: none.
int code_left = 0;

/// Runs after all that exit() calls, the program's own destructors included; the other ranks wait.
[[gnu::destructor]] void end_ranks() {
  if (code_left == 0) return;
  comm::end_silently(code_left);
  _exit(code_left);
}

/// Ends the other ranks; a failure of the last session is told here, for want of a later place.
void leave(int status, void*) {
  if (!ranks) return;
  bool failed = false;
  try {
    ranks->sessions.finish(status);
  } catch (const std::exception& error) {
    std::cerr << "poplar: " << error.what() << '\n';
    failed = true;
  }
  install(nullptr);
  const int code = failed && status == 0 ? failure_code() : status & 0xff;
  if (code != 0 && comm::can_end_silently()) {
    code_left = code;
    static_cast<void>(ranks.release());  // MPI stays up until the process ends
    return;
  }
  ranks.reset();
  if (!failed || status != 0) return;
  std::cout.flush();
  std::fflush(nullptr);
  _exit(failure_code());
}

const char* current_message() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

/// What is left when an exception cannot be unwound: the other ranks must not wait for ever.
[[noreturn]] void terminate() {
  if (std::current_exception()) {
    std::fprintf(stderr, "terminate called after throwing: %s\n", current_message());
  } else {
    std::fprintf(stderr, "terminate called\n");
  }
  std::fflush(nullptr);
  comm::abort_job(1);
}

int guarded(Main main, int argc, char** argv, char** environment) {
  try {
    const engine::HostProgram running;
    return main(argc, argv, environment);
  } catch (...) {
    std::cout.flush();
    std::fprintf(stderr, "terminate called after throwing: %s\n", current_message());
    return failure_code();
  }
}

}  // namespace

int run_main(Main main, int argc, char** argv, char** environment) {
  try {
    ranks = std::make_unique<Ranks>(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "poplar: the ranks could not be brought up: %s\n", error.what());
    return 1;
  }
  if (const auto why = ranks->mpi.why_not_alone()) {
    if (comm::speaks_for_siblings()) std::fprintf(stderr, "poplar: %s\n", why->c_str());
    ranks->sessions.leave_to_root();
    ranks.reset();
    return exit_code(Category::input);
  }
  if (!ranks->world.is_root()) {
    const int code = StandaloneRuntime::serve(ranks->world);
    ranks->sessions.leave_to_root();
    if (code != 0 && comm::can_end_silently()) comm::await_end();
    ranks.reset();
    return 0;  // rank 0 alone tells of failure: mpirun ends all at the first that does
  }
  install(&ranks->sessions);
  on_exit(leave, nullptr);
  std::set_terminate(terminate);
  try {
    ::poplar::core::check_named_machine();
    ranks->sessions.own_outputs();
  } catch (const Error& error) {
    std::fprintf(stderr, "poplar: %s\n", error.what());
    return error.code();
  }
  return guarded(main, argc, argv, environment);
}

}  // namespace weft::hosts::poplar
