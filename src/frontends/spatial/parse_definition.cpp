// SPDX-License-Identifier: Apache-2.0
// Classes, functions, values and imports: see parser_impl.hpp.
#include <algorithm>
#include <array>
#include <utility>

#include "frontends/spatial/parser_impl.hpp"

namespace weft::spatial {

bool Parser::at_definition() const {
  constexpr std::array<std::string_view, 18> words = {
      "@",      "import", "val",   "var",      "def",    "type",     "class",   "trait",
      "object", "lazy",   "final", "override", "sealed", "abstract", "private", "protected"};
  const Token& here = token();
  if (here.kind == TokenKind::keyword && here.spelling == "implicit") return !is("=>", 2);
  if (is("case")) return is("class", 1) || is("object", 1);
  if (here.kind != TokenKind::keyword) return false;
  return std::find(words.begin(), words.end(), here.spelling) != words.end();
}

void Parser::skip_annotation() {
  expect("@", "before an annotation");
  simple_type();
  const bool list = is("(") && token().newlines_before == 0;
  if (list) {
    const std::size_t end = after_brackets(0);
    for (std::size_t i = 0; i < end; ++i) take();
  }
}

Parser::Modifiers Parser::modifiers() {
  Modifiers made;
  for (;;) {
    if (is("@")) {
      skip_annotation();
    } else if (accept("abstract")) {
      made.is_abstract = true;
    } else if (is("case")) {
      take();
      made.is_case = true;
    } else if (accept("implicit")) {
      made.is_implicit = true;
    } else if (accept("override")) {
      made.is_override = true;
    } else if (accept("lazy")) {
      made.is_lazy = true;
    } else if (is("private") || is("protected")) {
      take();
      if (is("[")) type_arguments();
    } else if (!accept("final") && !accept("sealed")) {
      return made;
    }
  }
}

Node* Parser::wrap(Definition* made) {
  Node* node = make(NodeKind::definition, made->place);
  node->symbol = made->name;
  node->definition = made;
  return node;
}

Node* Parser::definition() {
  const Modifiers read = modifiers();
  if (is("import")) return import_definition();
  Definition* made = nullptr;
  if (is("val") || is("var")) {
    made = value_definition(read);
  } else if (is("def")) {
    made = function_definition(read);
  } else if (is("type")) {
    made = type_definition();
  } else if (is("class") || is("trait") || is("object")) {
    made = class_definition(read);
  } else {
    complain("expected a definition, found " + shown());
  }
  made->is_implicit = read.is_implicit;
  made->is_override = read.is_override;
  made->dsl = dsl_;
  return wrap(made);
}

Node* Parser::import_definition() {
  Definition* made = tree_.definition(DefinitionKind::import, place());
  take();
  for (;;) {
    std::string path;
    while (is_name() || is("_") || is("this") || is("super")) {
      path += std::string(take().spelling);
      if (!accept(".")) break;
      path += ".";
    }
    if (is("{")) {
      const std::size_t end = after_brackets(0);
      for (std::size_t i = 0; i < end; ++i) take();
    }
    if (path.empty()) complain("expected a name after import, found " + shown());
    if (path.rfind("spatial.dsl", 0) == 0 || path.rfind("spatial.libdsl", 0) == 0) {
      dsl_ = dsl_ || path.back() == '_';
    }
    made->text += path + " ";
    if (!accept(",")) break;
  }
  return wrap(made);
}

Definition* Parser::value_definition(const Modifiers& modifiers) {
  const bool variable = is("var");
  Definition* made =
      tree_.definition(variable ? DefinitionKind::variable : DefinitionKind::value, place());
  if (modifiers.is_lazy) made->kind = DefinitionKind::lazy_value;
  take();
  made->place = place();
  const bool simple_name = is_name() && (is("=", 1) || is(":", 1) || !is("::", 1)) && !is("(", 1) &&
                           !is(",", 1) && !is("@", 1);
  if (simple_name) {
    made->name = intern(take().spelling);
  } else {
    made->pattern = pattern();
  }
  if (is(",")) {
    sources_.fail(place(), "several names in one val are not there yet", Category::unsupported);
  }
  if (accept(":")) made->type = type();
  if (accept("=")) {
    made->body = is("_") && variable && at_statement_end() ? nullptr : expression();
  }
  made->is_abstract = made->body == nullptr;
  return made;
}

void Parser::type_parameters(Definition& made) {
  if (!is("[") || breaks_line()) return;
  const Newlines ignored(*this, false);
  take();
  while (!is("]")) {
    TypeParameter read;
    while (is("@")) skip_annotation();
    if (is("+") || is("-")) take();
    read.name = is("_") ? intern_type(take().spelling)
                        : intern_type(name_of(expect_name("a type parameter")));
    if (is("[")) type_arguments();
    skip_bounds();
    while (accept(":")) read.bounds.push_back(type());
    made.type_parameters.push_back(std::move(read));
    if (!accept(",")) break;
  }
  expect("]", "after the type parameters");
}

Parameter Parser::parameter(bool /*implicit_list*/) {
  Parameter made;
  for (;;) {
    if (is("@")) {
      skip_annotation();
    } else if (is("val") || is("var")) {
      take();
      made.is_member = true;
    } else if (is("private") || is("protected")) {
      take();
      if (is("[")) type_arguments();
    } else if (!accept("override") && !accept("final")) {
      break;
    }
  }
  made.place = place();
  made.name = expect_name("a parameter");
  if (accept(":")) made.type = parameter_type();
  if (accept("=")) made.default_value = expression();
  return made;
}

ParameterList Parser::parameter_list() {
  const Newlines ignored(*this, false);
  ParameterList made;
  expect("(", "before the parameters");
  made.is_implicit = accept("implicit");
  while (!is(")")) {
    made.parameters.push_back(parameter(made.is_implicit));
    if (!accept(",")) break;
  }
  expect(")", "after the parameters");
  return made;
}

void Parser::parameter_lists(Definition& made) {
  // One newline may stand before each list
  while (is("(") && token().newlines_before < 2) made.lists.push_back(parameter_list());
}

Definition* Parser::function_definition(const Modifiers& /*modifiers*/) {
  Definition* made = tree_.definition(DefinitionKind::function, place());
  take();
  made->place = place();
  made->name = is("this") ? intern(take().spelling) : expect_name("the function's name");
  type_parameters(*made);
  parameter_lists(*made);
  if (accept(":")) made->type = type();
  if (accept("=")) {
    made->body = expression();
  } else if (is("{") && !breaks_line()) {
    made->body = block();
  }
  made->is_abstract = made->body == nullptr;
  return made;
}

Definition* Parser::type_definition() {
  Definition* made = tree_.definition(DefinitionKind::type, place());
  take();
  made->place = place();
  made->name = intern_type(name_of(expect_name("the type's name")));
  type_parameters(*made);
  skip_bounds();
  if (accept("=")) made->type = type();
  made->is_abstract = made->type == nullptr;
  return made;
}

Definition* Parser::class_definition(const Modifiers& modifiers) {
  const DefinitionKind kind = is("class")
                                  ? DefinitionKind::class_
                                  : (is("trait") ? DefinitionKind::trait : DefinitionKind::object);
  Definition* made = tree_.definition(kind, place());
  take();
  made->place = place();
  made->name = expect_name("the name of a class");
  made->is_abstract = modifiers.is_abstract || kind == DefinitionKind::trait;
  made->is_case = modifiers.is_case;
  type_parameters(*made);
  while (is("@") || is("private") || is("protected")) {
    if (is("@")) {
      skip_annotation();
    } else {
      take();
    }
  }
  if (kind == DefinitionKind::class_) parameter_lists(*made);
  parents(*made);
  template_body(*made);
  return made;
}

ParentCall Parser::parent_call() {
  ParentCall made;
  made.type = simple_type();
  while (is("(") && !breaks_line()) made.lists.push_back(argument_list());
  return made;
}

void Parser::parents(Definition& made) {
  if (!accept("extends")) return;
  made.parents.push_back(parent_call());
  while (accept("with")) made.parents.push_back(parent_call());
}

void Parser::template_body(Definition& made) {
  if (!is("{") || (breaks_line() && token().newlines_before > 1)) return;
  const Newlines matter(*this, true);
  const bool outer_dsl = dsl_;
  take();
  const bool named_self = (is_name() || is("this")) && is("=>", 1);
  const bool typed_self = (is_name() || is("this") || is("_")) && is(":", 1);
  if (named_self || typed_self) {
    made.self = is("_") || is("this") ? 0 : intern(token().spelling);
    take();
    if (accept(":")) type_without_arrow();
    expect("=>", "after the name of this object");
  }
  made.members = statements();
  expect("}", "to close the class");
  dsl_ = outer_dsl;
}

}  // namespace weft::spatial
