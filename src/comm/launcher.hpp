// SPDX-License-Identifier: Apache-2.0
// Tells a run on one rank from many runs that a launcher started and MPI did not join.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace weft::comm {

/// Environment variables by name.
using Variables = std::map<std::string, std::string>;

/// This process's, as they are now. MPI_Init may add some: Open MPI gives a process that nobody
/// launched a PMIX_RANK.
Variables process_variables();

/// Why this process must not run, where the launcher says that it is one of several and MPI that it
/// is alone: it speaks a process manager's language that the MPI library does not, and every
/// process would do the whole job and write the same files. Names the launcher or option that fits
/// the library, whose name is MPI_Get_library_version()'s.
///
/// The library's own launcher is believed first, then another MPI's, then Slurm: what starts inside
/// an allocation inherits the allocation's variables. A batch script, and a shell inside an
/// allocation, are no tasks of a step: a plain run there is legal. WEFT_ALONE=1 says that all
/// processes are meant to be runs of their own.
std::optional<std::string> why_not_alone(const Variables& variables, const std::string& mpi_library,
                                         int world_size);

/// True for one of the processes that the same launcher started on this node and that ask within
/// half a second; waits that long, so that a common refusal is told once.
bool speaks_for_siblings();

}  // namespace weft::comm
