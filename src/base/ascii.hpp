// SPDX-License-Identifier: Apache-2.0
// Kinds of characters in sources and files: of ASCII alone, whatever the process's locale is.
#pragma once

namespace weft::ascii {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace weft::ascii
