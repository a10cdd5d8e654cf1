// SPDX-License-Identifier: Apache-2.0
// A Scala file as a tree: what the parser writes and the interpreter walks.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "frontends/spatial/source.hpp"
#include "frontends/spatial/symbol.hpp"

namespace weft::spatial {

struct Definition;

enum class NodeKind : std::uint8_t {
  // Literals: `integer`, `real` or `text` holds the value.
  unit,
  null,
  boolean,
  integer,
  long_integer,
  single,
  real,
  character,
  text,
  // Expressions
  interpolated,  ///< symbol: s, r or f; texts and expressions in turn (a text node first and last)
  name,          ///< symbol
  this_,
  super,
  select,      ///< parts[0] . symbol
  apply,       ///< parts[0] called with the others: one list of arguments
  type_apply,  ///< parts[0][types]
  infix,       ///< parts[0] symbol parts[1], as written
  prefix,      ///< symbol parts[0]
  argument,    ///< symbol = parts[0], in a list of arguments
  spread,      ///< parts[0]: _*
  lambda,      ///< parameters of `definition`, body parts[0]
  cases,       ///< { case ... }: parts are of kind `match_case`
  match_case,  ///< parts: pattern, guard or null, body
  block,       ///< statements
  tuple,
  if_,           ///< parts: condition, then, else or null
  for_,          ///< generators and guards, the body last; flag: yield
  generator,     ///< parts: pattern, expression; flag: a definition with =
  guard,         ///< parts[0]
  while_,        ///< parts: condition, body
  match,         ///< parts[0] scrutinee, then cases
  assign,        ///< parts[0] = parts[1]
  new_,          ///< type; parts: argument lists (tuple nodes); definition: a body, or null
  method_value,  ///< parts[0] _
  typed,         ///< parts[0]: type
  throw_,
  return_,  ///< parts: one or none
  definition,
  // Patterns
  wildcard_pattern,  ///< _, with a type when one was written
  bind_pattern,      ///< symbol; parts[0] or none
  value_pattern,     ///< parts[0]: a literal or a stable name
  extract_pattern,   ///< parts[0] the extractor, then patterns
  tuple_pattern,
  cons_pattern,    ///< parts[0] :: parts[1]
  choice_pattern,  ///< alternatives
  rest_pattern,    ///< _*
  // Types
  type_name,  ///< symbol (an intern_type); text: what stood before it ("scala."); parts: arguments
  function_type,  ///< parts: parameters, result last
  tuple_type,
  compound_type,  ///< A with B
  by_name_type,   ///< => A
  repeated_type,  ///< A*
  any_type,       ///< _
};

struct Node {
  NodeKind kind = NodeKind::unit;
  bool flag = false;
  Symbol symbol = 0;
  Place place;
  std::vector<Node*> parts;
  Node* type = nullptr;
  Definition* definition = nullptr;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
};

struct Parameter {
  Symbol name = 0;
  Place place;
  Node* type = nullptr;
  Node* default_value = nullptr;
  bool is_member = false;  ///< of a class: `val` or of a case class
};

struct ParameterList {
  std::vector<Parameter> parameters;
  bool is_implicit = false;
};

struct TypeParameter {
  Symbol name = 0;
  std::vector<Node*> bounds;  ///< T:Num
};

struct ParentCall {
  Node* type = nullptr;
  std::vector<Node*> lists;  ///< tuple nodes
};

enum class DefinitionKind : std::uint8_t {
  value,
  lazy_value,
  variable,
  function,
  type,
  class_,
  trait,
  object,
  import,
  lambda,
};

/// Anything that gives a name a meaning.
struct Definition {
  DefinitionKind kind = DefinitionKind::value;
  Symbol name = 0;
  Place place;
  bool is_abstract = false;  ///< classes; others: without a body
  bool is_case = false;
  bool is_implicit = false;
  bool is_override = false;
  std::vector<TypeParameter> type_parameters;
  std::vector<ParameterList> lists;
  Node* type = nullptr;     ///< declared type, or what a type means
  Node* body = nullptr;     ///< right side
  Node* pattern = nullptr;  ///< of a value that takes apart: val (a, b) = ...
  std::vector<ParentCall> parents;
  std::vector<Node*> members;  ///< of classes, traits and objects
  Symbol self = 0;
  bool dsl = false;  ///< stands where the names of spatial.dsl are visible
  std::string text;  ///< imports: the path, without what stands in braces
};

/// A file: its definitions, and the memory that all nodes live in.
class SourceTree {
 public:
  Node* node(NodeKind kind, Place place) {
    nodes_.push_back({});
    nodes_.back().kind = kind;
    nodes_.back().place = place;
    return &nodes_.back();
  }
  Definition* definition(DefinitionKind kind, Place place) {
    definitions_.push_back({});
    definitions_.back().kind = kind;
    definitions_.back().place = place;
    return &definitions_.back();
  }

  std::vector<Node*> statements;  ///< of the whole file

 private:
  std::deque<Node> nodes_;
  std::deque<Definition> definitions_;
};

}  // namespace weft::spatial
