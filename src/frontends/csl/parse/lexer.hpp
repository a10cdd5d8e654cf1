// SPDX-License-Identifier: Apache-2.0
// Text to tokens.
#pragma once

#include <vector>

#include "frontends/csl/parse/name.hpp"
#include "frontends/csl/parse/source.hpp"
#include "frontends/csl/parse/token.hpp"

namespace weft::csl {

/// The tokens of file `file`, ended by TokenKind::end.
/// @throws weft::Error (input) at the first byte that begins no token.
std::vector<Token> tokenize(const Sources& sources, std::uint32_t file, NameTable& names);

}  // namespace weft::csl
