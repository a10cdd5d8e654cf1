// SPDX-License-Identifier: Apache-2.0
// MPI_Init and MPI_Finalize as a scope.
#include "comm/environment.hpp"

#include <algorithm>
#include <cstdlib>

#include "comm/mpi_check.hpp"

namespace weft::comm {

Environment::Environment(int& argc, char**& argv) : launched_with_(process_variables()) {
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

std::optional<std::string> Environment::why_not_alone() const {
  int size = 1;
  check(MPI_Comm_size(MPI_COMM_WORLD, &size), "MPI_Comm_size");
  return comm::why_not_alone(launched_with_, library_version(), size);
}

std::string library_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  std::string all(text, static_cast<std::size_t>(length));
  all = all.substr(0, all.find_first_of(",\n"));
  std::replace(all.begin(), all.end(), '\t', ' ');
  const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
  all.erase(std::unique(all.begin(), all.end(), both_blank), all.end());
  return all;
}

void abort_job(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::abort();
}

}  // namespace weft::comm
