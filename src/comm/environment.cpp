// SPDX-License-Identifier: Apache-2.0
// MPI_Init and MPI_Finalize as a scope.
#include "comm/environment.hpp"

#include <cstdlib>

#include "comm/mpi_check.hpp"

namespace weft::comm {

Environment::Environment(int& argc, char**& argv) {
  int running = 0;
  check(MPI_Initialized(&running), "MPI_Initialized");
  int provided = MPI_THREAD_SINGLE;
  if (running != 0) {
    check(MPI_Query_thread(&provided), "MPI_Query_thread");
  } else {
    check(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
    owner_ = true;
  }
  if (provided < MPI_THREAD_FUNNELED) {
    fail(Category::system, "this MPI gives no MPI_THREAD_FUNNELED, which weft needs");
  }
}

Environment::~Environment() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (owner_ && finalized == 0) MPI_Finalize();
}

std::string library_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  const std::string all(text, static_cast<std::size_t>(length));
  return all.substr(0, all.find_first_of(",\n"));
}

void abort_job(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::abort();
}

}  // namespace weft::comm
