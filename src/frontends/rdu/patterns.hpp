// SPDX-License-Identifier: Apache-2.0
// Patterns as text (docs/sn.md): what program/rdu_pattern_text.hpp prints.
#pragma once

#include <string>
#include <string_view>

#include "frontends/rdu/rdu.hpp"
#include "program/rdu_pattern.hpp"

namespace weft::rdu {

/// The patterns that `text` writes down; `file` is its name in messages. `nodes`: what a line
/// `node` names is an output too.
/// @throws weft::Error (input): "file:line:column: sentence".
program::rdu::Patterns parse_patterns(std::string_view text, const std::string& file, bool nodes,
                                      const ReadLimits& limits = {});

/// The same of a file. Category::input where it can't be read.
program::rdu::Patterns read_patterns(const std::string& path, bool nodes,
                                     const ReadLimits& limits = {});

}  // namespace weft::rdu
