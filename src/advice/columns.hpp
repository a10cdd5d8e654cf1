// SPDX-License-Identifier: Apache-2.0
// Lines and columns of text; private to this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::advice {

inline constexpr std::size_t line_width = 80;

/// "12,345".
std::string number(std::int64_t value);
/// With the word for so many.
std::string number(std::int64_t value, std::string_view one);

/// "31.4 %"; "< 0.1 %" of what is there and rounds to nothing.
std::string percent_text(double share);

/// `text` broken at blanks so that no line is longer than the width; the first line begins with
/// `first`, the others with as many blanks. A word that is too long is cut.
std::string wrapped(const std::string& first, const std::string& text);

/// Cells under each other; the first column to the left, the others to the right, `gap` blanks
/// between them. Cells of the first column are cut to what is left of the width.
std::string columns(const std::vector<std::vector<std::string>>& rows, const std::string& indent);

/// What fits into so many columns.
std::string cut_to(const std::string& text, std::size_t width);

}  // namespace weft::advice
