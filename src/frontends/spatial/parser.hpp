// SPDX-License-Identifier: Apache-2.0
// Scala text to a tree: the part of Scala 2 that programs for Spatial are written in.
#pragma once

#include <memory>

#include "frontends/spatial/ast.hpp"

namespace weft::spatial {

/// Parses a file of `sources`. Throws weft::Error with file, line, column and a caret.
std::unique_ptr<SourceTree> parse(const Sources& sources, std::uint32_t file);

}  // namespace weft::spatial
