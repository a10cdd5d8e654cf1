// SPDX-License-Identifier: Apache-2.0
// The least program that uses weft's libraries.
#include <cstdio>

#include "base/build_info.hpp"
#include "comm/communicator.hpp"
#include "comm/environment.hpp"

int main(int argc, char** argv) {
  const weft::comm::Environment mpi(argc, argv);
  const auto world = weft::comm::Communicator::world();
  std::printf("weft %s, rank %d of %d\n", weft::version().c_str(), world.rank(), world.size());
}
