// SPDX-License-Identifier: Apache-2.0
// Namespaces, classes and explicit instantiations of a translation unit.
#include "frontends/poplar/codelet_parse.hpp"

#include <utility>

#include "frontends/poplar/codelet_cursor.hpp"
#include "frontends/poplar/codelet_members.hpp"

namespace weft::frontends::poplar {
namespace {

class Parser {
 public:
  explicit Parser(const Tokens& tokens) : c_(tokens) {}

  ParsedSource parse() {
    while (!c_.at_end()) declaration();
    for (SourceClass& one : out_.classes) {
      if (one.open_constructor) one.open_constructor = !constructor_defined(one.name);
    }
    return std::move(out_);
  }

 private:
  /// `Foo::Foo(` or `Foo<T>::Foo(` stands somewhere.
  bool constructor_defined(const std::string& name) {
    for (c_.go_to(0); !c_.at_end(); c_.step()) {
      const bool of_it = c_.is(name) || c_.is(">");
      if (of_it && c_.peek(1).text == "::" && c_.peek(2).text == name && c_.peek(3).text == "(") {
        return true;
      }
    }
    return false;
  }

  void declaration() {
    c_.skip_attributes();
    const std::size_t begin = c_.place();
    if (c_.is("}")) {
      c_.step();
      if (!depth_.empty()) {
        scope_.resize(depth_.back());
        depth_.pop_back();
      }
    } else if (c_.is_any({";", "inline"})) {
      c_.step();
    } else if (c_.is("namespace")) {
      namespace_();
    } else if (c_.is("extern")) {
      linkage();
    } else if (c_.is("template")) {
      template_();
    } else if (c_.is_any({"class", "struct"})) {
      class_(false);
    } else if (c_.is("{")) {
      c_.skip_group();
    } else {
      c_.skip_declaration();
    }
    if (c_.place() == begin) c_.step();
  }

  void namespace_() {
    c_.step();
    const std::size_t outside = scope_.size();
    std::vector<std::string> names;
    c_.skip_attributes();
    while (c_.is_identifier() || c_.is("::")) {
      if (c_.is_identifier() && !c_.is("inline")) names.emplace_back(c_.now().text);
      c_.step();
    }
    if (!c_.is("{")) {  // an alias
      c_.skip_declaration();
      return;
    }
    c_.step();
    if (names.empty()) names.emplace_back();
    depth_.push_back(outside);
    scope_.insert(scope_.end(), names.begin(), names.end());
  }

  void linkage() {
    const bool block = c_.peek(1).kind == TokenKind::literal && c_.peek(2).text == "{";
    if (!block) {
      c_.skip_declaration();
      return;
    }
    for (int i = 0; i < 3; ++i) c_.step();
    depth_.push_back(scope_.size());
  }

  void template_() {
    c_.step();
    if (!c_.is("<")) {
      instantiation();
      return;
    }
    const bool specialisation = c_.peek(1).text == ">";
    c_.skip_angles();
    if (c_.is("template")) return;
    if (c_.is_any({"class", "struct"})) {
      class_(!specialisation);
    } else {
      c_.skip_declaration();
    }
  }

  void instantiation() {
    if (!c_.is_any({"class", "struct"})) {
      c_.skip_declaration();
      return;
    }
    Instantiation out;
    out.place = {c_.file(c_.now()), c_.now().line};
    c_.step();
    c_.skip_attributes();
    const std::size_t begin = c_.place();
    while (!c_.at_end() && !c_.is(";")) {
      if (c_.is("<")) {
        c_.skip_angles();
      } else {
        if (c_.is_identifier()) out.name = c_.now().text;
        c_.step();
      }
    }
    out.spelling = c_.text(begin, c_.place());
    out.scope = scope_;
    out_.instantiations.push_back(std::move(out));
  }

  void class_(bool is_template) {
    const std::size_t begin = c_.place();
    SourceClass out;
    out.is_template = is_template;
    out.scope = scope_;
    out.place = {c_.file(c_.now()), c_.now().line};
    c_.step();
    c_.skip_attributes();
    const std::size_t name_begin = c_.place();
    while (c_.is_identifier() || c_.is_any({"::", "<"})) {
      if (c_.is("<")) {
        c_.skip_angles();
      } else {
        if (c_.is("final")) break;
        if (c_.is_identifier()) out.name = c_.now().text;
        c_.step();
      }
    }
    out.spelling = c_.text(name_begin, c_.place());
    if (c_.is("final")) c_.step();
    if (c_.is(":")) bases(out);
    if (!c_.is("{")) {
      c_.go_to(begin);
      c_.skip_declaration();
      return;
    }
    parse_members(c_, out);
    out_.classes.push_back(std::move(out));
    while (!c_.at_end() && !c_.is_any({";", "}"})) {
      if (c_.is_any({"(", "[", "{"})) {
        c_.skip_group();
      } else {
        c_.step();
      }
    }
  }

  void bases(SourceClass& out) {
    std::string last;
    c_.step();
    while (!c_.at_end() && !c_.is_any({"{", ";"})) {
      if (c_.is("<")) {
        c_.skip_angles();
        continue;
      }
      if (c_.is(",")) out.bases.push_back(std::exchange(last, {}));
      if (c_.is_identifier()) last = c_.now().text;
      c_.step();
    }
    out.bases.push_back(last);
  }

  Cursor c_;
  ParsedSource out_;
  std::vector<std::string> scope_;
  std::vector<std::size_t> depth_;  ///< how much of scope_ stays at the next closing brace
};

}  // namespace

ParsedSource parse_codelets(const Tokens& tokens) { return Parser(tokens).parse(); }

}  // namespace weft::frontends::poplar
