// SPDX-License-Identifier: Apache-2.0
// What each kind of pattern takes, and what its line may say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "program/rdu_pattern.hpp"

namespace weft::rdu {

inline constexpr std::uint32_t patterns_most = 1U << 14;

/// The options of each kind; "!" in front of those that must be there.
std::string_view options_of(program::rdu::Pattern::Kind kind);
bool has_word(std::string_view list, std::string_view word);
/// Least and most operands.
std::pair<std::size_t, std::size_t> operands_of(program::rdu::Pattern::Kind kind);

}  // namespace weft::rdu
