// SPDX-License-Identifier: Apache-2.0
// MPI_Init and MPI_Finalize as a scope.
#include "comm/environment.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "comm/mpi_check.hpp"

namespace weft::comm {
namespace {

/// Set before MPI_Init adds its own variables.
bool under_mpirun = false;

/// PMIx_Abort of the PMIx that MPI has loaded for itself, if it has.
using PmixAbort = int (*)(int status, const char* message, void* processes, std::size_t count);
PmixAbort pmix_abort() {
  void* const library = dlopen("libpmix.so.2", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  return reinterpret_cast<PmixAbort>(dlsym(library, "PMIx_Abort"));
}

}  // namespace

Environment::Environment(int& argc, char**& argv) : launched_with_(process_variables()) {
  under_mpirun = launched_with_.contains("OMPI_COMM_WORLD_SIZE");
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

void await_end() {
  constexpr std::chrono::seconds patience{10};
  std::signal(SIGTERM, SIG_DFL);
  std::this_thread::sleep_for(patience);
}

bool can_end_silently() { return under_mpirun && pmix_abort() != nullptr; }

void end_silently(int exit_code) {
  const PmixAbort abort = under_mpirun ? pmix_abort() : nullptr;
  std::fflush(nullptr);
  if (abort != nullptr && abort(exit_code, "", nullptr, 0) == 0) await_end();
}

void Environment::end_failed(int exit_code) const {
  int able = can_end_silently() ? 1 : 0;
  check(MPI_Allreduce(MPI_IN_PLACE, &able, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD), "MPI_Allreduce");
  if (able == 0) return;
  std::fflush(nullptr);
  int rank = 0;
  check(MPI_Comm_rank(MPI_COMM_WORLD, &rank), "MPI_Comm_rank");
  check(MPI_Barrier(MPI_COMM_WORLD), "MPI_Barrier");
  if (rank == 0) {
    end_silently(exit_code);
  } else {
    await_end();
  }
}

void abort_job(int exit_code) {
  end_silently(exit_code);
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::abort();
}

}  // namespace weft::comm
