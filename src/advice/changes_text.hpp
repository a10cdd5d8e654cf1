// SPDX-License-Identifier: Apache-2.0
// What rewrites did to a model, by the lines of the user's program.
#pragma once

#include <string>
#include <vector>

#include "advice/rewrite.hpp"

namespace weft::advice {

/// Changes of one rewrite, one line and one operator.
struct ChangeGroup {
  Change change;  ///< of its first node
  std::vector<std::string> nodes;
};
/// In the order in which they came first.
std::vector<ChangeGroup> groups_of(const std::vector<Change>& changes);

/// What was and what is there now, a line of the program each; what could not be done.
std::string changes_text(const Rewritten& result, const Tables& tables);

/// A sentence as lines of a terminal's width.
std::string paragraph(const std::string& text);

}  // namespace weft::advice
