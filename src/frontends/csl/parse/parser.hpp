// SPDX-License-Identifier: Apache-2.0
// Tokens to syntax tree, names of locals resolved on the way. The first error ends it.
#pragma once

#include <memory>

#include "frontends/csl/parse/ast.hpp"

namespace weft::csl {

/// Parses file `file` of `sources`.
/// @throws weft::Error (input) naming file, line and column; (unsupported) for CSL that weft lacks.
std::unique_ptr<File> parse(const Sources& sources, std::uint32_t file, NameTable& names);

}  // namespace weft::csl
