// SPDX-License-Identifier: Apache-2.0
// Advice as one HTML file that needs nothing else: no scripts, no network, no colour to be read.
#pragma once

#include <string>

#include "advice/report.hpp"
#include "advice/rewrite.hpp"
#include "advice/tables.hpp"

namespace weft::advice {

/// Changes that were made, and what is known of the numbers since.
struct AppliedChanges {
  std::string path;  ///< of the changed model, which the report is about
  const Rewritten* result = nullptr;
  std::string comparison;  ///< a sentence
};

/// What stands in front of a report.
struct PageFront {
  const AppliedChanges* applied = nullptr;
  const Report* was = nullptr;  ///< about an older version of the model
};

std::string page_of(const Report& report, const Tables& tables, const PageFront& front = {});

}  // namespace weft::advice
