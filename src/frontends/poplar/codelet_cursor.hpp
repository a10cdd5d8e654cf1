// SPDX-License-Identifier: Apache-2.0
// A place among tokens, and how to step over what has no meaning for us.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "frontends/poplar/codelet_tokens.hpp"

namespace weft::frontends::poplar {

class Cursor {
 public:
  explicit Cursor(const Tokens& tokens) : all_(tokens) {}

  const Token& now() const { return peek(0); }
  const Token& peek(std::size_t ahead) const {
    const std::size_t last = all_.tokens.size() - 1;
    return all_.tokens[at_ + ahead < last ? at_ + ahead : last];
  }
  bool at_end() const { return now().kind == TokenKind::end; }
  bool is(std::string_view text) const { return now().text == text && !at_end(); }
  bool is_any(std::initializer_list<std::string_view> texts) const;
  bool is_identifier() const { return now().kind == TokenKind::identifier; }
  void step() {
    if (!at_end()) ++at_;
  }
  std::size_t place() const { return at_; }
  void go_to(std::size_t place) { at_ = place; }
  const std::string& file(const Token& token) const { return all_.files[token.file]; }
  /// Tokens [begin, end), a blank between them.
  std::string text(std::size_t begin, std::size_t end) const;

  /// At an opening bracket: to behind the closing one.
  void skip_group();
  /// At `<` of a template: to behind its `>`.
  void skip_angles();
  /// Any number of [[...]], __attribute__((...)), alignas(...).
  void skip_attributes();
  /// To behind the `;` or the function body that ends the declaration; before a `}` that is not
  /// its.
  void skip_declaration();

 private:
  void skip_operator_name();
  void skip_initialiser_list();

  const Tokens& all_;
  std::size_t at_ = 0;
};

}  // namespace weft::frontends::poplar
