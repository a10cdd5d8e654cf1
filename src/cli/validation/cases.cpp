// SPDX-License-Identifier: Apache-2.0
// The list of validation cases.
#include "cli/validation/cases.hpp"

namespace weft::cli::validation {

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {};
  return all;
}

}  // namespace weft::cli::validation
