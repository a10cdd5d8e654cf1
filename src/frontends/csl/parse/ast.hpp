// SPDX-License-Identifier: Apache-2.0
// The syntax tree of a CSL file. One node type; what its members mean is said at each kind.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "frontends/csl/parse/name.hpp"
#include "frontends/csl/parse/source.hpp"
#include "frontends/csl/parse/token.hpp"

namespace weft::csl {

struct Function;
struct Aggregate;

enum class NodeKind : std::uint8_t {
  // literals
  integer_literal,  // integer
  real_literal,     // real
  string_literal,   // name
  bool_literal,     // integer (0, 1)
  undefined_literal,
  // names and access
  identifier,   // name, binding, slot
  member,       // a . name
  index,        // a [ list ]
  dereference,  // a . *
  address_of,   // & a
  // operators
  unary,        // token a         (- ! ~)
  binary,       // a token b
  logical_and,  // a and b
  logical_or,   // a or b
  // calls
  call,          // a ( list )
  builtin_call,  // @name ( list ), slot: number of the builtin, -1 when unknown
  // values
  struct_literal,  // a (type or null) .{ names = list }; a positional field has Name::none
  array_literal,   // a (array type) { list }
  affine,          // | list: captures | { extents } -> a
  comptime_value,  // comptime a
  // types
  array_type,     // [ list ] a      an inferred extent is a null entry
  pointer_type,   // * a, [*] a      is_const, is_many
  function_type,  // fn ( list ) a
  struct_type,    // record
  enum_type,      // names, list (values or null), a (tag type or null)
  // control, as statement or expression
  if_else,      // if (a) b else c
  switch_case,  // one prong: list (empty: else) => a
  switch_else,  // switch (a) { list of switch_case }
  block,        // name (label) : { list }
  // statements
  declaration,         // const/var name : a = b, slot; is_const, is_comptime, address_taken
  assignment,          // a token b
  while_loop,          // name (label) : while (a) : (b) c      is_comptime: unrolled
  for_loop,            // name (label) : for (list) | captures | c
  capture,             // name, slot
  return_statement,    // return a
  break_statement,     // break :name a
  continue_statement,  // continue :name
};

/// Where an identifier was found.
enum class Binding : std::uint8_t { unresolved, local, global, universe };

struct Node {
  NodeKind kind = NodeKind::integer_literal;
  TokenKind token = TokenKind::end;
  Binding binding = Binding::unresolved;
  bool is_const = false;
  bool is_many = false;
  bool is_comptime = false;
  bool address_taken = false;
  Location where;
  Name name = Name::none;
  std::int32_t slot = -1;
  Node* a = nullptr;
  Node* b = nullptr;
  Node* c = nullptr;
  std::vector<Node*> list;
  std::vector<Node*> captures;
  std::vector<Node*> extents;
  std::vector<Name> names;
  std::uint64_t integer = 0;
  double real = 0.0;
  Aggregate* record = nullptr;
  mutable const void* cache = nullptr;  ///< the evaluator's: struct shape of a literal
};

struct Parameter {
  Name name = Name::none;
  Location where;
  Node* type = nullptr;  ///< null: anytype
  bool is_comptime = false;
  bool address_taken = false;
  std::int32_t slot = -1;
};

/// fn, task, or the body of a comptime or layout block.
struct Function {
  Name name = Name::none;
  Location where;
  std::vector<Parameter> parameters;
  Node* result = nullptr;  ///< null: void
  Node* body = nullptr;    ///< null: extern
  std::int32_t slots = 0;  ///< local slots a frame needs
  bool is_task = false;
  bool is_inline = false;
};

/// The fields of a struct type.
struct Aggregate {
  std::vector<Name> names;
  std::vector<Node*> types;
  std::vector<Node*> defaults;  ///< null: none
};

enum class GlobalKind : std::uint8_t { parameter, constant, variable, function };

struct Global {
  GlobalKind kind = GlobalKind::constant;
  Name name = Name::none;
  Location where;
  Node* type = nullptr;
  Node* value = nullptr;  ///< initial or default value, null: none
  Function* function = nullptr;
  Node* alignment = nullptr;  ///< bytes
  bool is_export = false;
  std::int32_t slots = 0;  ///< local slots the initial value needs
};

/// One parsed file.
struct File {
  std::uint32_t source = 0;
  std::vector<Global> globals;
  std::unordered_map<Name, std::int32_t> global_index;
  std::vector<Function*> comptime_blocks;
  Function* layout = nullptr;
  // storage
  std::deque<Node> nodes;
  std::deque<Function> functions;
  std::deque<Aggregate> aggregates;
};

}  // namespace weft::csl
