// SPDX-License-Identifier: Apache-2.0
// `--emulate`: layers of a model, and all of it, run on the machines that it is advised about.
#pragma once

#include <string>
#include <vector>

#include "advice/emulation.hpp"
#include "cli/compile/compiled_model.hpp"
#include "comm/communicator.hpp"

namespace weft::cli::advising {

struct EmulateOptions {
  ModelOptions model;  ///< without a precision each machine's own
  std::vector<std::string> targets;
  bool whole = false;   ///< all of the model too
  bool large = false;   ///< run layers too that take minutes (lower::Lowering)
  bool choices = true;  ///< ask what the cycles rest on, which takes a second run
};

/// Collective; filled on rank 0. Each rank runs layers of its own, all of them the whole model.
/// What a machine refuses is part of the answer, and so is a model that graphs have not; all else
/// that is wrong with it is thrown, the same on every rank.
std::vector<advice::Emulation> emulate(const comm::Communicator& world,
                                       const EmulateOptions& options);

/// To which of `ranks` each task goes, by what it takes: the largest first, each to the rank that
/// has least. For tests.
std::vector<int> shared_out(const std::vector<double>& costs, int ranks);

}  // namespace weft::cli::advising
