// SPDX-License-Identifier: Apache-2.0
// Preprocessed C++ as tokens, with the file and line they come from; system headers left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::frontends::poplar {

enum class TokenKind : std::uint8_t { identifier, number, literal, punctuation, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;   ///< "::" and "->" are one token, other punctuation one character each
  std::uint32_t file = 0;  ///< into Tokens::files
  std::uint32_t line = 0;
};

struct Tokens {
  std::vector<std::string> files;
  std::vector<Token> tokens;  ///< the last is of kind end
};

/// Splits what `$CXX -E` wrote; views point into it. Files that the compiler entered as system
/// headers, or that lie below one of the folders, are left out.
Tokens tokens_of(std::string_view preprocessed, const std::vector<std::string>& system_folders);

}  // namespace weft::frontends::poplar
