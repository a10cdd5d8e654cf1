// SPDX-License-Identifier: Apache-2.0
// How rows move with the constants that nobody has evidence for: half of each, and half as much
// again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/validation/cases.hpp"

namespace weft::cli::validation {

/// A row under another value of a constant.
struct Moved {
  std::string value;           ///< of the constant, as in TOML; empty: it is no number
  std::optional<double> ours;  ///< nothing: the case did not come to its end
  std::string why;             ///< then: what it said
};

/// A row, and a constant that it rests on.
struct Sensitivity {
  std::string row;
  std::string machine;  ///< the row's
  std::string unit;     ///< the row's
  double ours = 0;      ///< as the constant is
  Ground constant;
  Moved half;       ///< the constant 50 % less; integers rounded
  Moved half_more;  ///< 50 % more
};

/// For every row of `rows`, which the case gave, and every assumed or fitted constant that it rests
/// on; the case is run twice a constant. Collective, the same on every rank.
std::vector<Sensitivity> sensitivities(const Case& which, Context& context,
                                       const std::vector<Row>& rows);

std::string text_table(const std::vector<Sensitivity>& list);
std::string markdown_table(const std::vector<Sensitivity>& list);

}  // namespace weft::cli::validation
