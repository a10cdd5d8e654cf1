// SPDX-License-Identifier: Apache-2.0
// Parts of the page that are about changes; private to this room.
#pragma once

#include <string>

#include "advice/page.hpp"

namespace weft::advice::html {

/// What findings ask for, the largest share first; "" where they ask for nothing.
std::string proposed_html(const Report& report, const Tables& tables);
/// What was changed, by line: "-" what was there, "+" what is.
std::string applied_html(const AppliedChanges& applied, const Tables& tables);
/// What is better and what is worse than in an older version.
std::string difference_html(const Report& was, const Report& is);

}  // namespace weft::advice::html
