// SPDX-License-Identifier: Apache-2.0
// Runs a row program in a session and reads its time stamps.
#pragma once

#include <cstdint>

#include "cli/validation/cases.hpp"
#include "cli/validation/row_programs.hpp"

namespace weft::cli::validation {

/// Time stamps in cycles since reset.
struct RowTimes {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Collective; the same on every rank. What the run looked up joins what the next row rests on.
/// Category::check when the data is not what the program must
/// give: a time of a wrong result is none.
RowTimes run_row(Context& context, const RowProgram& row);

}  // namespace weft::cli::validation
