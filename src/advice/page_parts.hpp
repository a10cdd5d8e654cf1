// SPDX-License-Identifier: Apache-2.0
// HTML by hand, for the page; private to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advice/evidence.hpp"

namespace weft::advice::html {

/// Up to the body's beginning, with the style.
std::string page_begin(const std::string& title);
inline const std::string page_end = "</main>\n</body>\n</html>\n";

std::string table_head(const std::vector<std::string>& titles);
inline const std::string table_end = "</tbody></table></div>\n";
/// Cells are HTML; the first one heads the row.
std::string row(const std::vector<std::string>& cells);
/// Names, and how many more there are.
std::string some_html(const std::vector<std::string>& names);
/// A share of a whole, drawn and as words.
std::string bar(double share);
/// Links to the rows of the sources.
std::string keys_html(const SourceKeys& keys);
std::string_view class_of(Verdict verdict);

}  // namespace weft::advice::html
