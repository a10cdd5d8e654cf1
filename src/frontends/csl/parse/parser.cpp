// SPDX-License-Identifier: Apache-2.0
// Parser basics: tokens, nodes, names. The grammar is in parse_*.cpp.
#include "frontends/csl/parse/parser.hpp"

#include "base/counted.hpp"
#include "frontends/csl/parse/builtin.hpp"
#include "frontends/csl/parse/lexer.hpp"
#include "frontends/csl/parse/parser_impl.hpp"

namespace weft::csl {
namespace {
constexpr int deepest_nesting = 200;
constexpr int longest_chain = 1000;
}  // namespace

std::unique_ptr<File> parse(const Sources& sources, std::uint32_t file, NameTable& names) {
  return Parser(sources, file, names).run();
}

Parser::Parser(const Sources& sources, std::uint32_t file, NameTable& names)
    : sources_(sources), names_(names), file_(std::make_unique<File>()) {
  file_->source = file;
  tokens_ = tokenize(sources, file, names);
}

std::unique_ptr<File> Parser::run() {
  while (!is(TokenKind::end)) top_level();
  resolve_globals();
  return std::move(file_);
}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (++parser_.nesting_ > deepest_nesting) {
    --parser_.nesting_;
    parser_.fail("nested too deeply (more than " + counted(deepest_nesting, "level") + ")");
  }
}

void Parser::Chain::link() {
  ++own_;
  if (++parser_.links_ > longest_chain) {
    parser_.fail("an expression of more than " + counted(longest_chain, "operator") +
                 " or accesses in a row");
  }
}

const Token& Parser::peek(std::size_t ahead) const {
  const std::size_t at = position_ + ahead;
  return at < tokens_.size() ? tokens_[at] : tokens_.back();
}

bool Parser::accept(TokenKind kind) {
  if (!is(kind)) return false;
  ++position_;
  return true;
}

const Token& Parser::expect(TokenKind kind, const char* what) {
  if (is(kind)) return take();
  std::string found = spelling(peek().kind);
  if (peek().kind == TokenKind::identifier) found = "'" + names_.text(peek().name) + "'";
  if (peek().kind == TokenKind::builtin) found = "'@" + names_.text(peek().name) + "'";
  fail(std::string("expected ") + what + ", found " + found);
}

bool Parser::is_word(const char* word, std::size_t ahead) const {
  return is(TokenKind::identifier, ahead) && names_.text(peek(ahead).name) == word;
}

void Parser::fail(const std::string& message) const { fail(here(), message); }

void Parser::fail(Location where, const std::string& message) const {
  sources_.fail(where, message);
}

void Parser::unsupported(const std::string& what) const {
  sources_.fail(here(), "Unsupported: " + what, Category::unsupported);
}

Node* Parser::make(NodeKind kind) { return make(kind, here()); }

Node* Parser::make(NodeKind kind, Location where) {
  Node& node = file_->nodes.emplace_back();
  node.kind = kind;
  node.where = where;
  return &node;
}

std::int32_t Parser::declare_local(Name name, bool* address_taken) {
  const std::int32_t slot = next_slot_++;
  locals_.push_back({name, slot, address_taken});
  return slot;
}

void Parser::resolve(Node* identifier) {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name != identifier->name) continue;
    identifier->binding = Binding::local;
    identifier->slot = local->slot;
    return;
  }
  Unresolved open{identifier, {}};
  for (const Local& local : locals_) open.in_sight.push_back(local.name);
  unresolved_.push_back(std::move(open));
}

void Parser::resolve_globals() {
  for (Unresolved& open : unresolved_) {
    Node* node = open.identifier;
    const auto found = file_->global_index.find(node->name);
    if (found != file_->global_index.end()) {
      node->binding = Binding::global;
      node->slot = found->second;
    } else if (const int universe = universe_number(names_.text(node->name)); universe >= 0) {
      node->binding = Binding::universe;
      node->slot = universe;
    } else {
      node->names = std::move(open.in_sight);
    }
  }
}

void Parser::mark_address_taken(Node* place) {
  while (place->kind == NodeKind::member || place->kind == NodeKind::index) place = place->a;
  if (place->kind != NodeKind::identifier || place->binding != Binding::local) return;
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->slot != place->slot) continue;
    if (local->address_taken != nullptr) *local->address_taken = true;
    return;
  }
}

}  // namespace weft::csl
