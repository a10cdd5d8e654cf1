// SPDX-License-Identifier: Apache-2.0
// The scanner: line markers, identifiers, numbers, literals, the rest character by character.
#include "frontends/poplar/codelet_tokens.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.hpp"

namespace weft::frontends::poplar {
namespace {

bool is_letter(char c) { return ascii::is_letter(c) || c == '_'; }
using ascii::is_digit;

class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<std::string>& system_folders)
      : text_(text), system_folders_(system_folders) {}

  Tokens scan() {
    bool line_begins = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++at_;
        ++line_;
        line_begins = true;
      } else if (line_begins && c == '#') {
        directive();
      } else if (ascii::is_blank(c)) {
        ++at_;
      } else {
        line_begins = false;
        token();
      }
    }
    out_.tokens.push_back({TokenKind::end, {}, file_, line_});
    return std::move(out_);
  }

 private:
  /// `# 12 "file" 1 3`; pragmas are skipped. The newline that follows counts for the next line.
  void directive() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view rest = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
    const std::size_t number = rest.find_first_not_of(' ');
    if (number == std::string_view::npos || !is_digit(rest[number])) return;
    std::uint32_t line = 0;
    std::size_t i = number;
    for (; i < rest.size() && is_digit(rest[i]); ++i) {
      line = 10 * line + static_cast<std::uint32_t>(rest[i] - '0');
    }
    const std::size_t open = rest.find('"', i);
    const std::size_t close = rest.rfind('"');
    if (open == std::string_view::npos || close <= open) return;
    enter(std::string(rest.substr(open + 1, close - open - 1)), rest.substr(close + 1));
    line_ = line - 1;
  }

  void enter(const std::string& name, std::string_view flags) {
    const bool entered = flags.find(" 1") != std::string_view::npos;
    const bool system = flags.find(" 3") != std::string_view::npos;
    if (entered && system) system_files_.insert(name);
    const auto below = [&](const std::string& folder) { return name.rfind(folder + "/", 0) == 0; };
    skipping_ = name.empty() || name.front() == '<' || system_files_.count(name) != 0 ||
                std::any_of(system_folders_.begin(), system_folders_.end(), below);
    const auto [found, is_new] =
        numbers_.try_emplace(name, static_cast<std::uint32_t>(out_.files.size()));
    if (is_new) out_.files.push_back(name);
    file_ = found->second;
  }

  void token() {
    const std::size_t begin = at_;
    const char c = text_[at_];
    TokenKind kind = TokenKind::punctuation;
    if (is_letter(c)) {
      while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
      kind = TokenKind::identifier;
      if (at_ < text_.size() && text_[at_] == '"' && text_[at_ - 1] == 'R' && at_ - begin <= 3) {
        raw_literal();
        kind = TokenKind::literal;
      }
    } else if (is_digit(c)) {
      number();
      kind = TokenKind::number;
    } else if (c == '"' || c == '\'') {
      literal(c);
      kind = TokenKind::literal;
    } else {
      const std::string_view two = text_.substr(at_, 2);
      at_ += two == "::" || two == "->" ? 2U : 1U;
    }
    if (!skipping_) out_.tokens.push_back({kind, text_.substr(begin, at_ - begin), file_, line_});
  }

  void number() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool sign = (c == '+' || c == '-') &&
                        std::string_view("eEpP").find(text_[at_ - 1]) != std::string_view::npos;
      const bool separator = c == '\'' && at_ + 1 < text_.size() && std::isxdigit(text_[at_ + 1]);
      if (!is_letter(c) && !is_digit(c) && c != '.' && !sign && !separator) return;
      ++at_;
    }
  }

  void literal(char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      at_ += text_[at_] == '\\' ? 2U : 1U;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  /// R"name( ... )name": may hold anything, newlines too.
  void raw_literal() {
    const std::size_t open = std::min(text_.find('(', at_), text_.size());
    const std::string close = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const std::size_t end = std::min(text_.find(close, open), text_.size() - close.size());
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(end),
                                                   '\n'));
    at_ = end + close.size();
  }

  std::string_view text_;
  const std::vector<std::string>& system_folders_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t file_ = 0;
  bool skipping_ = false;
  std::set<std::string> system_files_;
  std::map<std::string, std::uint32_t> numbers_;
  Tokens out_;
};

}  // namespace

Tokens tokens_of(std::string_view preprocessed, const std::vector<std::string>& system_folders) {
  return Scanner(preprocessed, system_folders).scan();
}

}  // namespace weft::frontends::poplar
