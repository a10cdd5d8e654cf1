// SPDX-License-Identifier: Apache-2.0
// The job files of a compiled model.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "lower/lowered.hpp"

namespace weft::cli {

struct JobFacts {
  std::string model, target;
  std::uint64_t runs = 1;
  bool checked = true;                 ///< against the arrays of expected.h5 and bounds.h5
  std::set<std::string> bounded = {};  ///< results that have bounds in bounds.h5
};

/// The outputs, or with `nodes` every value, checked against the same arithmetic without a machine
/// and against the bounds of the nodes that they come from.
std::string job_text(const JobFacts& facts, const lower::Lowered& lowered, bool nodes);

}  // namespace weft::cli
