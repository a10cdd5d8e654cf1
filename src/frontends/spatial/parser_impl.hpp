// SPDX-License-Identifier: Apache-2.0
// The parser, by what it reads: expressions, patterns, types, definitions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontends/spatial/ast.hpp"
#include "frontends/spatial/token.hpp"

namespace weft::spatial {

class Parser {
 public:
  Parser(const Sources& sources, std::vector<Token> tokens, SourceTree& tree)
      : sources_(sources), tokens_(std::move(tokens)), tree_(tree) {}

  void parse_file();
  /// One expression and nothing behind it, as inside an interpolated string.
  Node* parse_whole_expression();

 private:
  // Tokens (parser.cpp). Newlines end statements except between ( ) and [ ].
  const Token& token(std::size_t ahead = 0) const;
  Place place() const { return token().place; }
  bool is(std::string_view spelling, std::size_t ahead = 0) const;
  bool is_name(std::size_t ahead = 0) const;
  Token take();
  bool accept(std::string_view spelling);
  Token expect(std::string_view spelling, std::string_view where);
  Symbol expect_name(std::string_view what);
  [[noreturn]] void complain(const std::string& message) const;
  std::string shown() const;
  bool breaks_line() const;  ///< a newline before this token ends the statement
  bool at_statement_end() const;
  void end_statement();
  bool accept_unless_broken(std::string_view spelling);
  /// Newlines mean nothing while one of these lives; or mean something again.
  class Newlines {
   public:
    Newlines(Parser& parser, bool matter) : parser_(parser), before_(parser.newlines_matter_) {
      parser_.newlines_matter_ = matter;
    }
    ~Newlines() { parser_.newlines_matter_ = before_; }
    Newlines(const Newlines&) = delete;
    Newlines& operator=(const Newlines&) = delete;

   private:
    Parser& parser_;
    bool before_;
  };
  Node* make(NodeKind kind) { return make(kind, place()); }
  Node* make(NodeKind kind, Place where, std::vector<Node*> parts = {});

  // Expressions (parse_expression.cpp)
  Node* expression();
  Node* whole_expression();
  bool at_lambda() const;
  std::size_t after_brackets(std::size_t ahead) const;
  Node* lambda(bool in_block);
  void lambda_parameters(Definition& made);
  Node* if_expression();
  Node* while_expression();
  Node* do_expression();
  Node* try_expression();
  Node* for_expression();
  void generators(Node& made);
  Node* simple_statement_expression(NodeKind kind);
  Node* after_infix(Node* left);
  Node* infix(int least);
  bool at_operator() const;
  Node* operand();
  Node* match(Node* scrutinee);
  Node* match_case();
  Node* cases();

  // Simple expressions (parse_simple.cpp)
  Node* simple();
  Node* primary();
  Node* suffixes(Node* made);
  Node* literal();
  Node* negative_literal();
  Node* interpolated();
  Node* parenthesized();
  Node* placeholder();
  Node* new_expression();
  Node* arguments(Node* callee);
  Node* argument();
  Node* argument_list();
  Node* block();
  Node* block_of_statements();
  std::vector<Node*> statements();
  Node* statement();

  // Patterns and types (parse_pattern.cpp)
  Node* pattern();
  Node* pattern_choice();
  Node* pattern_operand();
  Node* name_pattern();
  std::vector<Node*> pattern_list(std::string_view close);
  Node* type();
  Node* type_without_arrow();
  Node* simple_type();
  Node* parameter_type();
  std::vector<Node*> type_arguments();
  void skip_bounds();

  // Definitions (parse_definition.cpp)
  struct Modifiers {
    bool is_abstract = false;
    bool is_case = false;
    bool is_implicit = false;
    bool is_override = false;
    bool is_lazy = false;
  };
  bool at_definition() const;
  Node* definition();
  Modifiers modifiers();
  void skip_annotation();
  Node* wrap(Definition* made);
  Definition* value_definition(const Modifiers& modifiers);
  Definition* function_definition(const Modifiers& modifiers);
  Definition* type_definition();
  Definition* class_definition(const Modifiers& modifiers);
  Node* import_definition();
  void type_parameters(Definition& made);
  void parameter_lists(Definition& made);
  ParameterList parameter_list();
  Parameter parameter(bool implicit_list);
  void parents(Definition& made);
  ParentCall parent_call();
  void template_body(Definition& made);

  const Sources& sources_;
  std::vector<Token> tokens_;
  SourceTree& tree_;
  std::size_t at_ = 0;
  bool newlines_matter_ = true;
  bool dsl_ = false;                  ///< an import of spatial.dsl is in force
  std::vector<Symbol> placeholders_;  ///< of the expression that is being read
  std::uint32_t next_placeholder_ = 0;
};

}  // namespace weft::spatial
