// SPDX-License-Identifier: Apache-2.0
// Patterns as lines of text (docs/sn.md); frontends/rdu reads them again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

/// "product", "largest"; "input" and "indices" begin lines of their own.
std::string_view name_of(Pattern::Kind kind);
/// "relu", "clip"; how many numbers stand behind it.
std::string_view name_of(Step::Kind kind);
std::uint32_t numbers_of(Step::Kind kind);

/// "[rows, columns]".
std::string shape_text(const Pattern& of);
/// The line of one pattern, without its end: "y = product(x, w, bias) transposed then relu". What
/// has its usual value is left out.
std::string line_of(const Patterns& patterns, std::uint32_t pattern);
/// The line, with its end, that begins a layer; none: what follows is of no layer.
std::string layer_line(const Patterns& patterns, std::uint32_t layer);
/// All of them, with the chips and cuts between and the outputs behind.
std::string text_of(const Patterns& patterns);

}  // namespace weft::program::rdu
