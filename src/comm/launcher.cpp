// SPDX-License-Identifier: Apache-2.0
// What Open MPI's, MPICH's and Slurm's launchers leave in the environment of what they start.
#include "comm/launcher.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>
#include <utility>

#include "base/number_text.hpp"

namespace weft::comm {

namespace {

/// The variable that says so, and how many processes there are; 0 where only their being is known.
struct Evidence {
  std::string variable;
  std::uint64_t processes = 0;
};

/// A whole number; empty where the variable is not there or is none.
std::optional<std::uint64_t> number(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : whole_of(found->second);
}

bool is_open_mpi(const std::string& library) { return library.find("Open MPI") == 0; }

/// MPICH and what was made from it speak the same PMI.
bool is_mpich(const std::string& library) {
  for (const char* name : {"MPICH", "MVAPICH", "Intel(R) MPI", "CRAY MPICH"}) {
    if (library.find(name) != std::string::npos) return true;
  }
  return false;
}

/// A task of a Slurm step. Batch scripts and shells of salloc have SLURM_NTASKS and even a
/// SLURM_PROCID (0), yet no step; the extern, interactive and batch steps have numbers from the end
/// of 32 bits; a shell on a terminal of its own (srun --pty) is there to start others.
std::optional<Evidence> slurm_evidence(const Variables& variables) {
  if (variables.count("SLURM_PTY_PORT") != 0) return std::nullopt;
  constexpr std::uint64_t special_steps = 0xfffffff0;
  const auto step = number(variables, "SLURM_STEP_ID");
  const bool in_step = step && *step < special_steps;
  const auto task = number(variables, "SLURM_PROCID");
  if (!in_step && task.value_or(0) == 0) return std::nullopt;
  for (const char* name : {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS"}) {
    if (const auto tasks = number(variables, name)) return Evidence{name, *tasks};
  }
  return task.value_or(0) > 0 ? std::optional<Evidence>({"SLURM_PROCID", 0}) : std::nullopt;
}

/// What the launcher closest to this process says; empty where nobody says anything.
std::optional<Evidence> evidence(const Variables& variables, const std::string& library) {
  std::array<const char*, 2> sizes = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
  if (!is_open_mpi(library)) std::swap(sizes[0], sizes[1]);
  for (const char* name : sizes) {
    if (const auto processes = number(variables, name)) return Evidence{name, *processes};
  }
  if (number(variables, "PMIX_RANK").value_or(0) > 0) return Evidence{"PMIX_RANK", 0};
  return slurm_evidence(variables);
}

std::string remedy(const std::string& library, bool slurm) {
  if (is_open_mpi(library)) {
    return std::string("start it with the mpirun of that Open MPI") +
           (slurm ? ", or with srun --mpi=pmix" : "");
  }
  if (is_mpich(library)) {
    return std::string("start it with the mpiexec of that MPICH") +
           (slurm ? ", or with srun --mpi=pmi2" : "");
  }
  return "start it with the launcher that comes with that MPI";
}

}  // namespace

Variables process_variables() {
  Variables out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

std::optional<std::string> why_not_alone(const Variables& variables, const std::string& mpi_library,
                                         int world_size) {
  const auto alone = variables.find("WEFT_ALONE");
  const std::string wish = alone == variables.end() ? "" : alone->second;
  if (!wish.empty() && wish != "0" && wish != "1") {
    return "WEFT_ALONE: '" + wish + "' is neither 0 nor 1";
  }
  if (world_size > 1 || wish == "1") return std::nullopt;
  const auto found = evidence(variables, mpi_library);
  if (!found || found->processes == 1) return std::nullopt;
  const bool slurm = variables.count("SLURM_JOB_ID") + variables.count("SLURM_STEP_ID") +
                         variables.count("SLURM_PROCID") !=
                     0;
  const std::string others = found->processes == 0
                                 ? " says that there are others"
                                 : " says that there are " + std::to_string(found->processes);
  return "MPI (" + mpi_library + ") sees one process where " + found->variable + others +
         ": the launcher does not speak its language, and each process would do the whole run and "
         "write the same files; " +
         remedy(mpi_library, slurm) +
         " (or set WEFT_ALONE=1 if each is meant to be a run of its own)";
}

bool speaks_for_siblings() {
  // An address that only one process can hold and that ends with it.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "weft-refusal-" + std::to_string(getppid());
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const int holder = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (holder < 0) return true;
  const bool first = bind(holder, reinterpret_cast<const sockaddr*>(&address), size) == 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  close(holder);
  return first;
}

}  // namespace weft::comm
