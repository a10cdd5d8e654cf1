// SPDX-License-Identifier: Apache-2.0
// The recursive-descent parser's state, shared by parse_*.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "frontends/csl/parse/ast.hpp"

namespace weft::csl {

class Parser {
 public:
  Parser(const Sources& sources, std::uint32_t file, NameTable& names);
  std::unique_ptr<File> run();

 private:
  /// A name visible in the function being parsed.
  struct Local {
    Name name = Name::none;
    std::int32_t slot = -1;
    bool* address_taken = nullptr;
  };
  /// Restores the visible locals (not the slots: a slot belongs to one declaration).
  class Scope {
   public:
    explicit Scope(Parser& parser) : parser_(parser), depth_(parser.locals_.size()) {}
    ~Scope() { parser_.locals_.resize(depth_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Parser& parser_;
    std::size_t depth_;
  };
  /// Counts nesting so that hostile input cannot exhaust the stack.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };
  /// Counts what a loop hangs below one another, as in a.b.c or a + b + c: the tree grows as deep
  /// as with nesting, though the parser does not.
  class Chain {
   public:
    explicit Chain(Parser& parser) : parser_(parser) {}
    ~Chain() { parser_.links_ -= own_; }
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;
    void link();

   private:
    Parser& parser_;
    int own_ = 0;
  };

  // tokens
  const Token& peek(std::size_t ahead = 0) const;
  bool is(TokenKind kind, std::size_t ahead = 0) const { return peek(ahead).kind == kind; }
  const Token& take() { return tokens_[position_++]; }
  bool accept(TokenKind kind);
  const Token& expect(TokenKind kind, const char* what);
  bool is_word(const char* word, std::size_t ahead = 0) const;
  Location here() const { return {file_->source, peek().offset}; }
  [[noreturn]] void fail(const std::string& message) const;
  [[noreturn]] void fail(Location where, const std::string& message) const;
  [[noreturn]] void unsupported(const std::string& what) const;

  // nodes and names
  Node* make(NodeKind kind);
  Node* make(NodeKind kind, Location where);
  std::int32_t declare_local(Name name, bool* address_taken);
  void resolve(Node* identifier);
  void mark_address_taken(Node* place);
  void resolve_globals();

  // parse_file.cpp
  void top_level();
  void global(GlobalKind kind, bool is_export);
  void function(bool is_task, bool is_inline, bool is_export);
  void parameters(Function& function);
  Function* block_function();
  void add_global(Global global);

  // parse_statement.cpp
  Node* statement();
  Node* block();
  Node* block_or_statement();
  Node* declaration();
  Node* assignment_or_expression();
  Node* while_loop(Name label, bool unrolled);
  Node* for_loop(Name label, bool unrolled);
  Node* loop_or_block(Name label);
  void captures(Node* owner);
  void statement_end(const Node* node);

  // parse_expression.cpp
  Node* expression() { return binary(0); }
  Node* binary(int lowest);
  Node* unary();
  Node* postfix();
  Node* primary();
  Node* literal();
  Node* if_else(bool as_statement);
  Node* switch_else();
  Node* struct_literal(Node* type);
  Node* builtin_call();
  Node* affine();
  std::vector<Node*> arguments(TokenKind close);
  bool begins_struct_literal() const;

  // parse_type.cpp
  Node* type() { return type_prefix(); }
  Node* type_prefix();
  Node* array_or_pointer();
  Node* function_type();
  Node* struct_type();
  Node* enum_type();

  const Sources& sources_;
  NameTable& names_;
  std::unique_ptr<File> file_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::vector<Local> locals_;
  /// An identifier that is no local's, and the locals that it may have meant.
  struct Unresolved {
    Node* identifier;
    std::vector<Name> in_sight;
  };
  std::vector<Unresolved> unresolved_;
  std::int32_t next_slot_ = 0;
  int nesting_ = 0;
  int links_ = 0;
};

}  // namespace weft::csl
