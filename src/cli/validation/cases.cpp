// SPDX-License-Identifier: Apache-2.0
// The list of validation cases.
#include "cli/validation/cases.hpp"

namespace weft::cli::validation {

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"A1", "1D reduction of 512 tiles, 4096 words, nine group sizes", a1},
      {"A2", "the same of 64 words", a2},
      {"A3", "one fp32 vector operation: slopes and start-ups", a3},
      {"A4", "5-point stencil, one cell a PE, blocking vector operations", a4},
      {"A5", "5-point stencil on tiles, microthreads and tasks", a5},
      {"closed-forms", "messages and reductions on a row against closed forms", closed_forms},
  };
  return all;
}

}  // namespace weft::cli::validation
