// SPDX-License-Identifier: Apache-2.0
// A plan as files: the layout, the host's script, the commands, the job.
#pragma once

#include <string>
#include <vector>

#include "lower/lowered.hpp"
#include "lower/wse/plan.hpp"

namespace weft::lower::wse {

/// What is written of a model.
struct Written {
  std::string title;  ///< what heads call the model
  std::vector<Lowered::Input> inputs;
  std::vector<Result> results;  ///< one a strip that gives a node's value, in the order of strips
  std::vector<std::size_t> strips;  ///< of each result
};

std::string layout_text(const Plan& plan, const Machine& machine, const std::string& title);
/// The program's part of a job: what goes in, what comes out.
std::string job_text(const Plan& plan, const Machine& machine, const Written& written,
                     std::uint64_t runs, bool nodes);
/// The same for the vendor's runtime.
std::string script_text(const Plan& plan, const Machine& machine, const Written& written);
std::string commands_text(const Plan& plan, const Machine& machine);

}  // namespace weft::lower::wse
