// SPDX-License-Identifier: Apache-2.0
// The part of validate() that looks into one context.
#pragma once

#include <cstdint>
#include <string>

#include "program/rdu.hpp"

namespace weft::program::rdu {

/// Units, channels and memories of the program are known to be good. Category::input naming the
/// context, and the node or channel in it.
void validate_context(const Program& program, std::uint32_t context);

/// Letters, digits, _ and ., a letter (or _) first: what the text form can write.
bool is_name(const std::string& text);

}  // namespace weft::program::rdu
