// SPDX-License-Identifier: Apache-2.0
// The reader of a unit graph's text: what it knows while it goes through the lines.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/rdu/lexer.hpp"
#include "frontends/rdu/rdu.hpp"

namespace weft::rdu {

namespace form = program::rdu;

class Parser {
 public:
  Parser(std::string_view text, const std::string& file, const form::Timing& timing,
         const ReadLimits& limits)
      : lexer_(text, file), timing_(timing), limits_(limits) {
    program_.file = file;
  }

  form::Program parse();

 private:
  using Names = std::map<std::string, std::uint32_t, std::less<>>;

  // parser.cpp
  void statement();
  void layer();
  void section(Position at);
  void unit(Position at);
  void channel(Position at);
  void memory(Position at);
  void array(Position at);
  void transfer(Position at);
  form::Transfer::Table table();
  std::string new_name(Names& names, const char* kind);
  std::uint32_t known(const Names& names, const char* kind);
  form::WordType type();
  std::uint32_t word_of(const form::WordType& type);
  std::uint32_t small(std::string_view what) {
    return static_cast<std::uint32_t>(lexer_.whole(what, 0xffffffffU));
  }
  void count(Position at);
  void check_types() const;
  /// Takes a statement's option, which may stand there once.
  bool option(const char* word, std::set<std::string>& seen);

  // parse_context.cpp
  void context(Position at);
  void options(form::Context& context);
  void line(form::Context& context);
  void counter(form::Context& context, bool endless);
  void take_line(form::Context& context);
  void let(form::Context& context);
  void reg(form::Context& context, Position at);
  void leave(form::Context& context);
  void store(form::Context& context, Position at);
  void give(form::Context& context);
  form::Bound bound();
  std::uint32_t level();
  std::uint32_t level_of_keyword(const char* word, std::uint32_t otherwise);
  /// A node that may be named before it stands there.
  void node_later(const char* word, std::uint32_t what, std::uint32_t index);
  void resolve(form::Context& context);
  std::uint32_t input_named(Token name) const;
  std::uint32_t turn_of(std::uint32_t memory);

  // parse_expression.cpp
  std::uint32_t expression(form::Context& context, std::uint32_t depth = 0);
  std::uint32_t named(form::Context& context, const Token& name);
  std::uint32_t call(form::Context& context, const Token& name, std::uint32_t depth);
  std::uint32_t operation(form::Context& context, const Token& name, std::uint32_t depth);
  std::uint32_t sum(form::Context& context, const Token& name, std::uint32_t depth);
  std::uint32_t load(form::Context& context, std::uint32_t depth);
  std::uint32_t pair(form::Context& context, const Token& name, std::uint32_t depth);
  std::uint32_t body(form::Context& context, const Token& name, std::uint32_t depth);
  std::uint32_t number(form::Context& context);
  std::uint32_t add(form::Context& context, form::Node node, Position at);
  form::WordType type_of(const form::Context& context, std::uint32_t node) const;
  bool special(form::Context& context, const Token& name, std::uint32_t& node, std::uint32_t depth);

  struct Pending {
    std::uint32_t what = 0;   ///< 0 an input's when, 1 its pop_when, 2 its level, 3 a counter's end
    std::uint32_t index = 0;  ///< input
    Token name;
  };

  /// A channel's words as a context takes them.
  struct Taken {
    Position at;
    form::WordType type;
  };

  Lexer lexer_;
  const form::Timing& timing_;
  ReadLimits limits_;
  form::Program program_;
  std::uint64_t things_ = 0;
  std::map<std::uint32_t, Taken> taken_;           ///< by channel, where a value is made of it
  std::map<std::uint32_t, form::WordType> given_;  ///< by channel
  Names sections_, units_, channels_, memories_, arrays_, transfers_, contexts_;
  // Of the context that is read.
  std::uint32_t layer_ = form::none;  ///< of the contexts that follow
  Names counters_, inputs_, registers_, values_;
  std::map<std::string, form::WordType, std::less<>> input_types_;
  std::vector<Pending> pending_;
};

}  // namespace weft::rdu
