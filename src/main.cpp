// SPDX-License-Identifier: Apache-2.0
// The program weft, in steps.
#include <cstdio>

#include "base/error.hpp"
#include "base/kernel_runtime.hpp"
#include "base/log.hpp"
#include "cli/command_line.hpp"
#include "comm/communicator.hpp"
#include "comm/environment.hpp"
#include "comm/launcher.hpp"

int main(int argc, char** argv) {
  weft::log::hold_standard_streams();
  try {
    // 1. The ranks find each other.
    const weft::comm::Environment mpi(argc, argv);
    if (const auto why = mpi.why_not_alone()) {
      if (weft::comm::speaks_for_siblings())
        std::fprintf(stderr, "weft: error: %s\n", why->c_str());
      return weft::exit_code(weft::Category::input);
    }
    // 2. Kernels may run from here on.
    const weft::KernelRuntime kernels(argc, argv);
    // 3. What the user asked for, with one exit code for all ranks.
    const auto world = weft::comm::Communicator::world();
    const int code = weft::cli::run(argc, argv, world);
    // 4. An error is the last word, not what the launcher thinks of it.
    if (code != 0) mpi.end_failed(code);
    return code;
  } catch (const weft::Error& error) {
    // Only bringing up MPI or Kokkos fails here: there is no group of ranks to agree with.
    std::fprintf(stderr, "weft: error: %s\n", error.what());
    return error.code();
  }
}
