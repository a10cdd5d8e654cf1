// SPDX-License-Identifier: Apache-2.0
// Parts of the page that are about the model; private to this room.
#pragma once

#include <string>

#include "advice/report.hpp"

namespace weft::advice::html {

/// The model's lines, what is live over its nodes, and tables of operators and lines.
std::string profile_html(const Report& report);
/// Levels of memory, with a bar each.
std::string memory_html(const Report& report);
/// Modules with their work, whom they give it to, and the worst that each target says of them.
std::string modules_html(const Report& report);
/// What targets say of each line of the program; "" where findings have none.
std::string lines_html(const Report& report);

}  // namespace weft::advice::html
