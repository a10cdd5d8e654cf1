// SPDX-License-Identifier: Apache-2.0
// One rank fails while the others wait for it in a collective: the job must end with its error.
#include "base/error.hpp"
#include "cli/outcome.hpp"
#include "comm/communicator.hpp"
#include "comm/environment.hpp"

int main(int argc, char** argv) {
  const weft::comm::Environment mpi(argc, argv);
  const auto world = weft::comm::Communicator::world();
  const auto outcome = weft::cli::outcome_of([&]() -> int {
    if (world.rank() == world.size() - 1) {
      weft::fail(weft::Category::check, "the last rank failed alone");
    }
    world.barrier();
    return 0;
  });
  return weft::cli::agree(world, outcome, 0.5).code;
}
