// SPDX-License-Identifier: Apache-2.0
// The closed forms of arXiv 2404.15888 for a row of tiles, with the programs they speak of.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/validation/row_programs.hpp"

namespace weft::cli::validation {

/// T = max(C, E / N + L) + (2 T_R + 1) D for P tiles and B words, T_R = 2.
struct Form {
  const char* name;
  double (*cycles)(std::uint32_t tiles, std::uint32_t words);
  RowProgram (*program)(std::uint32_t tiles, std::uint32_t words);
  /// False where the form is no estimate of a pipelined network: it adds the time that the words
  /// need on the links to the distance, which overlap here; that matters where neither the
  /// receiver's C words nor the distance alone decides.
  bool (*applies)(std::uint32_t tiles, std::uint32_t words);
};

const std::vector<Form>& row_forms();

/// Group of the two-phase reduction: the power of two at or above the square root of P.
std::uint32_t two_phase_group(std::uint32_t tiles);

}  // namespace weft::cli::validation
