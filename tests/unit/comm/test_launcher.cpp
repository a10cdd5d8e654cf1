// SPDX-License-Identifier: Apache-2.0
// Environments that launchers and batch systems were seen to set, and what a run alone in them may
// do.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "comm/launcher.hpp"

namespace {

using weft::comm::Variables;
using weft::comm::why_not_alone;

constexpr const char* open_mpi = "Open MPI v4.1.4";
constexpr const char* mpich = "MPICH Version: 4.0.2";

struct Case {
  const char* name;
  const char* library;
  Variables variables;
  std::vector<const char*> says;  ///< none: it may run
};

/// What a run finds that nobody launched, or its own launcher.
std::vector<Case> legal() {
  return {
      {"nothing", open_mpi, {}, {}},
      {"a child of an Open MPI program that nobody launched",
       open_mpi,
       {{"PMIX_RANK", "0"}, {"PMIX_NAMESPACE", "1405616129"}},
       {}},
      {"salloc's shell",
       open_mpi,
       {{"SLURM_JOB_ID", "134"}, {"SLURM_NTASKS", "4"}, {"SLURM_NPROCS", "4"}},
       {}},
      {"sbatch's script",
       mpich,
       {{"SLURM_JOB_ID", "200505"},
        {"SLURM_NTASKS", "4"},
        {"SLURM_NPROCS", "4"},
        {"SLURM_PROCID", "0"},
        {"SLURM_LOCALID", "0"},
        {"SLURM_NODEID", "0"},
        {"SLURM_GTIDS", "0"},
        {"SLURM_TASK_PID", "16360"}},
       {}},
      {"salloc's shell as an interactive step",
       open_mpi,
       {{"SLURM_JOB_ID", "7"},
        {"SLURM_NTASKS", "16"},
        {"SLURM_STEP_ID", "4294967290"},
        {"SLURM_STEP_NUM_TASKS", "1"},
        {"SLURM_PROCID", "0"},
        {"SLURM_PTY_PORT", "34889"}},
       {}},
      {"srun --pty bash with four tasks",
       open_mpi,
       {{"SLURM_STEP_ID", "0"},
        {"SLURM_STEP_NUM_TASKS", "4"},
        {"SLURM_NTASKS", "4"},
        {"SLURM_PROCID", "0"},
        {"SLURM_PTY_PORT", "34889"}},
       {}},
      {"srun with one task in a larger allocation",
       open_mpi,
       {{"SLURM_STEP_ID", "3"}, {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_PROCID", "0"}},
       {}},
      {"mpirun -n 1 on a node that mpirun reached by srun",
       open_mpi,
       {{"OMPI_COMM_WORLD_SIZE", "1"},
        {"OMPI_COMM_WORLD_RANK", "0"},
        {"PMIX_RANK", "0"},
        {"SLURM_STEP_ID", "0"},
        {"SLURM_STEP_NUM_TASKS", "4"},
        {"SLURM_PROCID", "2"}},
       {}},
      {"MPICH's mpiexec -n 1 inside Open MPI's mpirun -n 4",
       mpich,
       {{"OMPI_COMM_WORLD_SIZE", "4"}, {"PMIX_RANK", "3"}, {"PMI_SIZE", "1"}, {"PMI_RANK", "0"}},
       {}},
      {"a farm of runs, said to be one",
       open_mpi,
       {{"PMI_SIZE", "64"}, {"PMI_RANK", "5"}, {"WEFT_ALONE", "1"}},
       {}},
  };
}

/// What launchers of another language leave.
std::vector<Case> foreign() {
  return {
      {"MPICH's mpiexec",
       open_mpi,
       {{"PMI_RANK", "0"}, {"PMI_SIZE", "3"}, {"PMI_FD", "9"}, {"MPI_LOCALNRANKS", "3"}},
       {"Open MPI v4.1.4", "PMI_SIZE says that there are 3", "mpirun of that Open MPI"}},
      {"Open MPI's mpirun",
       mpich,
       {{"OMPI_COMM_WORLD_SIZE", "3"}, {"OMPI_COMM_WORLD_RANK", "1"}, {"PMIX_RANK", "1"}},
       {"MPICH Version: 4.0.2", "OMPI_COMM_WORLD_SIZE says that there are 3", "mpiexec"}},
      {"mpirun of another Open MPI",
       open_mpi,
       {{"OMPI_COMM_WORLD_SIZE", "2"}, {"PMIX_RANK", "0"}},
       {"mpirun of that Open MPI"}},
      {"prun", mpich, {{"PMIX_RANK", "2"}, {"PMIX_NAMESPACE", "x@1"}}, {"PMIX_RANK", "others"}},
      {"srun --mpi=none",
       open_mpi,
       {{"SLURM_JOB_ID", "134"},
        {"SLURM_STEP_ID", "0"},
        {"SLURM_STEP_NUM_TASKS", "2"},
        {"SLURM_NTASKS", "2"},
        {"SLURM_PROCID", "0"}},
       {"SLURM_STEP_NUM_TASKS says that there are 2", "srun --mpi=pmix"}},
      {"srun --mpi=none of an old Slurm",
       open_mpi,
       {{"SLURM_STEP_ID", "0"}, {"SLURM_NTASKS", "2"}, {"SLURM_PROCID", "0"}},
       {"SLURM_NTASKS says that there are 2"}},
      {"srun's second task, its step unknown",
       open_mpi,
       {{"SLURM_NTASKS", "2"}, {"SLURM_PROCID", "1"}},
       {"SLURM_NTASKS says that there are 2", "srun --mpi=pmix"}},
      {"srun --mpi=pmix",
       mpich,
       {{"SLURM_STEP_ID", "0"},
        {"SLURM_STEP_NUM_TASKS", "2"},
        {"SLURM_PROCID", "0"},
        {"PMIX_RANK", "0"}},
       {"SLURM_STEP_NUM_TASKS says that there are 2", "srun --mpi=pmi2"}},
      {"srun --mpi=pmi2",
       open_mpi,
       {{"SLURM_STEP_ID", "0"},
        {"SLURM_STEP_NUM_TASKS", "2"},
        {"PMI_SIZE", "2"},
        {"PMI_RANK", "0"}},
       {"PMI_SIZE says that there are 2", "srun --mpi=pmix"}},
      {"an MPI that nobody here knows",
       "Another MPI 1.0",
       {{"PMI_SIZE", "2"}},
       {"the launcher that comes with that MPI"}},
  };
}

std::vector<Case> cases() {
  std::vector<Case> all = legal();
  for (const Case& c : foreign()) all.push_back(c);
  return all;
}

TEST(Launcher, TellsARunAloneFromOneOfSeveralThatMpiDidNotJoin) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto why = why_not_alone(c.variables, c.library, 1);
    EXPECT_EQ(!c.says.empty(), why.has_value());
    for (const char* words : c.says) {
      ASSERT_TRUE(why);
      EXPECT_NE(std::string::npos, why->find(words)) << *why;
    }
  }
}

TEST(Launcher, RanksThatMpiJoinedAreRight) {
  for (const Case& c : cases()) EXPECT_FALSE(why_not_alone(c.variables, c.library, 2)) << c.name;
}

TEST(Launcher, AWishThatIsNeitherYesNorNoIsTold) {
  for (const int ranks : {1, 2}) {
    EXPECT_EQ(why_not_alone({{"WEFT_ALONE", "yes"}}, open_mpi, ranks),
              "WEFT_ALONE: 'yes' is neither 0 nor 1");
    EXPECT_FALSE(why_not_alone({{"WEFT_ALONE", "0"}}, open_mpi, ranks));
  }
}

TEST(Launcher, SizesThatAreNoNumbersSayNothing) {
  for (const char* value : {"", "many", "-3", "99999999999999999999"}) {
    EXPECT_FALSE(why_not_alone({{"PMI_SIZE", value}}, open_mpi, 1)) << value;
  }
}

}  // namespace
