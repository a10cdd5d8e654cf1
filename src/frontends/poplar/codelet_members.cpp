// SPDX-License-Identifier: Apache-2.0
// Member declarations: which are functions, which are fields, and the fields' names.
#include "frontends/poplar/codelet_members.hpp"

#include <utility>

namespace weft::frontends::poplar {
namespace {

SourcePlace place_of(const Cursor& cursor, const Token& token) {
  return {cursor.file(token), token.line};
}

class Members {
 public:
  Members(Cursor& cursor, SourceClass& out) : c_(cursor), out_(out) {}

  void parse() {
    c_.step();
    while (!c_.at_end() && !c_.is("}")) member();
    c_.step();
  }

 private:
  void member() {
    c_.skip_attributes();
    if (c_.is(";")) {
      c_.step();
    } else if (c_.is_any({"public", "private", "protected"}) && c_.peek(1).text == ":") {
      c_.step();
      c_.step();
    } else if (c_.is("template")) {
      template_member();
    } else if (c_.is_any({"using", "typedef", "friend", "static_assert", "static", "constexpr"})) {
      c_.skip_declaration();
    } else if (c_.is_any({"class", "struct", "union", "enum"})) {
      nested_type();
    } else if (c_.is("{")) {
      c_.skip_group();
    } else {
      plain();
    }
  }

  void template_member() {
    c_.step();
    if (c_.is("<")) c_.skip_angles();
    if (c_.is_any({"class", "struct", "union"})) {
      skip_type();
      skip_to_semicolon();
    } else {
      c_.skip_declaration();
    }
  }

  /// `struct X { ... }` and the like, to before what follows the body; false when it has none.
  bool skip_type() {
    while (!c_.at_end() && !c_.is_any({"{", ";", "(", "=", "}"})) {
      if (c_.is("<")) {
        c_.skip_angles();
      } else {
        c_.step();
      }
    }
    if (!c_.is("{")) return false;
    c_.skip_group();
    return true;
  }

  void skip_to_semicolon() {
    while (!c_.at_end() && !c_.is_any({";", "}"})) {
      if (c_.is_any({"(", "[", "{"})) {
        c_.skip_group();
      } else {
        c_.step();
      }
    }
    if (c_.is(";")) c_.step();
  }

  void nested_type() {
    const std::size_t begin = c_.place();
    if (!skip_type()) {
      c_.go_to(begin);
      c_.step();
      plain();
    } else if (c_.is(";")) {
      c_.step();
    } else {
      declarators();  // struct { ... } name;
    }
  }

  void plain() {
    const std::size_t begin = c_.place();
    bool is_static = false;
    bool is_operator = false;
    while (!c_.at_end() && !c_.is_any({";", "=", "{", ",", ":", "(", "[", "}"})) {
      is_static = is_static || c_.is_any({"static", "constexpr", "friend", "typedef"});
      is_operator = is_operator || c_.is("operator");
      if (is_operator) break;
      if (c_.is_any({"decltype", "alignas", "__attribute__", "typeof", "__typeof__", "explicit"}) &&
          c_.peek(1).text == "(") {
        c_.step();
        c_.skip_group();
      } else if (c_.is("<")) {
        c_.skip_angles();
      } else {
        c_.step();
      }
    }
    const bool pointer_to_function = c_.is("(") && c_.peek(1).text == "*";
    if (c_.is("(") && !pointer_to_function) {
      if (c_.place() > begin) function(c_.place() - 1);
    } else if (!is_operator && !is_static) {
      c_.go_to(begin);
      declarators();
      return;
    }
    c_.go_to(begin);
    const std::size_t before = c_.place();
    c_.skip_declaration();
    if (c_.place() == before) c_.step();
  }

  /// At the `(` of the parameters; its name stands before.
  void function(std::size_t name_at) {
    const std::size_t open = c_.place();
    c_.go_to(name_at);
    const std::string name(c_.now().text);
    const bool destructor = name_at > 0 && c_.text(name_at - 1, name_at) == "~";
    c_.go_to(open);
    const bool no_parameters = c_.peek(1).text == ")" || c_.peek(1).text == "void";
    c_.skip_group();
    bool assigned = false;
    bool zero = false;
    while (!c_.at_end() && !c_.is_any({";", "{", ":", "}"})) {
      zero = zero || (assigned && c_.is("0"));
      assigned = assigned || c_.is("=");
      if (c_.is("(")) {
        c_.skip_group();
      } else {
        c_.step();
      }
    }
    if (name == "compute") {
      out_.computes = true;
      out_.pure = zero;
    }
    if (name == out_.name && !destructor && no_parameters && c_.is(";") && !assigned) {
      out_.open_constructor = true;
    }
  }

  /// From the type on: every declarator's name, to behind the `;`.
  void declarators() {
    while (!c_.at_end() && !c_.is_any({";", "}"})) {
      declarator();
      if (c_.is(",")) c_.step();
    }
    if (c_.is(";")) c_.step();
  }

  void declarator() {
    VertexField field;
    while (!c_.at_end() && !c_.is_any({",", ";", "=", "{", ":", "[", "}"})) {
      if (c_.is("<")) {
        c_.skip_angles();
        continue;
      }
      c_.skip_attributes();
      if (c_.is_any({",", ";", "=", "{", ":", "[", "}"})) break;
      if (c_.is_identifier() && !c_.is_any({"const", "volatile", "mutable"})) {
        field.name = c_.now().text;
        field.place = place_of(c_, c_.now());
      }
      if (c_.is_any({"decltype", "typeof", "__typeof__"})) {
        c_.step();
        c_.skip_group();
        continue;
      }
      if (c_.is_any({"*", "&"}) && field.problem.empty())
        field.problem = "is a pointer or reference";
      c_.step();
    }
    if (c_.is("[")) field.problem = "is an array";
    if (c_.is(":")) field.problem = "is a bit field";
    skip_initialiser();
    if (!field.name.empty()) out_.fields.push_back(std::move(field));
  }

  void skip_initialiser() {
    while (!c_.at_end() && !c_.is_any({",", ";", "}"})) {
      if (c_.is_any({"(", "[", "{"})) {
        c_.skip_group();
      } else if (c_.is("<") && template_arguments()) {
        c_.skip_angles();
      } else {
        c_.step();
      }
    }
  }

  /// Whether the `<` here, in an expression, opens template arguments.
  bool template_arguments() {
    const std::size_t begin = c_.place();
    for (std::size_t ahead = 1; ahead < 64; ++ahead) {
      if (c_.peek(ahead).text == ";" || c_.peek(ahead).kind == TokenKind::end) return false;
      if (c_.peek(ahead).text != ">") continue;
      c_.skip_angles();
      const bool out = c_.is_any({"(", "{", "::"});
      c_.go_to(begin);
      return out;
    }
    return false;
  }

  Cursor& c_;
  SourceClass& out_;
};

}  // namespace

void parse_members(Cursor& cursor, SourceClass& out) { Members(cursor, out).parse(); }

}  // namespace weft::frontends::poplar
