// SPDX-License-Identifier: Apache-2.0
// Brackets, template arguments, attributes and whole declarations, stepped over.
#include "frontends/poplar/codelet_cursor.hpp"

#include <algorithm>

namespace weft::frontends::poplar {

bool Cursor::is_any(std::initializer_list<std::string_view> texts) const {
  return std::any_of(texts.begin(), texts.end(), [&](std::string_view text) { return is(text); });
}

std::string Cursor::text(std::size_t begin, std::size_t end) const {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) {
    if (!out.empty()) out += ' ';
    out += all_.tokens[i].text;
  }
  return out;
}

void Cursor::skip_group() {
  std::size_t depth = 0;
  do {
    if (is_any({"(", "[", "{"})) ++depth;
    if (is_any({")", "]", "}"})) --depth;
    step();
  } while (depth > 0 && !at_end());
}

void Cursor::skip_angles() {
  std::size_t depth = 0;
  do {
    if (is_any({"(", "[", "{"})) {
      skip_group();
      continue;
    }
    if (is("<")) ++depth;
    if (is(">")) --depth;
    step();
  } while (depth > 0 && !at_end());
}

void Cursor::skip_attributes() {
  for (;;) {
    if (is("[") && peek(1).text == "[") {
      skip_group();
    } else if (is_any({"__attribute__", "__attribute", "alignas", "__declspec"}) &&
               peek(1).text == "(") {
      step();
      skip_group();
    } else {
      return;
    }
  }
}

void Cursor::skip_operator_name() {
  step();
  if (is("(")) skip_group();
  while (!at_end() && !is_any({"(", ";", "{"})) step();
}

// After `Foo(...) :`, to the `{` of the body.
void Cursor::skip_initialiser_list() {
  step();
  while (!at_end() && !is(";")) {
    while (!at_end() && !is_any({"(", "{", ";"})) {
      if (is("<")) {
        skip_angles();
      } else {
        step();
      }
    }
    if (is_any({"(", "{"})) skip_group();
    while (is(".")) step();
    if (!is(",")) return;
    step();
  }
}

void Cursor::skip_declaration() {
  bool parameters = false;
  bool assigned = false;
  while (!at_end() && !is("}")) {
    if (is(";")) {
      step();
      return;
    }
    if (is("operator")) {
      skip_operator_name();
    } else if (is("{")) {
      skip_group();
      if (parameters && !assigned) return;
    } else if (is_any({"(", "["})) {
      parameters = parameters || is("(");
      skip_group();
    } else if (is(":") && parameters && !assigned) {
      skip_initialiser_list();
    } else {
      assigned = assigned || is("=");
      step();
    }
  }
}

}  // namespace weft::frontends::poplar
