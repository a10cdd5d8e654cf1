// SPDX-License-Identifier: Apache-2.0
// Scala text to tokens.
#pragma once

#include <vector>

#include "frontends/spatial/token.hpp"

namespace weft::spatial {

/// The tokens of a file, the last of kind `end`. Throws weft::Error at the first character that
/// begins none.
std::vector<Token> scan(const Sources& sources, std::uint32_t file);
/// The same of a part of it, as between the braces of an interpolated string.
std::vector<Token> scan_part(const Sources& sources, std::uint32_t file, std::uint32_t begin,
                             std::uint32_t end);

}  // namespace weft::spatial
