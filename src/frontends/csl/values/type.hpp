// SPDX-License-Identifier: Apache-2.0
// The types of CSL. Equal types are one object: compare pointers.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "frontends/csl/parse/name.hpp"

namespace weft::csl {

struct Node;
struct Module;

enum class TypeKind : std::uint8_t {
  void_,
  boolean,
  integer,
  real,
  comptime_integer,
  comptime_real,
  string,
  literal,  // literal: comptime_struct, the type of .{ ... }
  type,
  function,
  module,
  range,
  affine,
  undefined,
  array,
  pointer,
  record,
  enumeration,
  // identities of the machine
  color,
  data_task_id,
  local_task_id,
  control_task_id,
  input_queue,
  output_queue,
  ut_id,
  direction,
  // descriptors
  mem1d_dsd,
  mem4d_dsd,
  fabin_dsd,
  fabout_dsd,
  fifo_dsd,
  dsr,
  any,
};

struct Type {
  TypeKind kind = TypeKind::void_;
  std::uint8_t bits = 0;
  bool is_signed = false;
  bool is_const = false;               ///< pointer: to const
  bool is_many = false;                ///< pointer: [*]T
  const Type* element = nullptr;       ///< array, pointer, function result, enumeration's tag
  std::vector<std::uint32_t> extents;  ///< array, outermost first (row-major)
  std::vector<const Type*> members;    ///< record fields, function parameters
  std::vector<Name> names;             ///< record fields, enumerators
  std::vector<std::int64_t> numbers;   ///< enumerators
  Module* home = nullptr;              ///< record: the module that made it
  const void* origin = nullptr;        ///< record, enumeration: the node and module that made it
  std::uint32_t count = 0;             ///< array: elements in all
  std::uint32_t bytes = 0;             ///< in SRAM; 0: compile time only
  std::uint32_t alignment = 1;
  std::string text;  ///< as written in CSL
  std::string key;   ///< as text, with a number behind each struct and enum: no two types share it

  bool is(TypeKind other) const { return kind == other; }
  /// bool and numbers: what a register of the machine holds, and comptime numbers.
  bool is_number() const { return kind >= TypeKind::boolean && kind <= TypeKind::comptime_real; }
  bool is_integral() const {
    return kind == TypeKind::integer || kind == TypeKind::comptime_integer;
  }
  bool is_real() const { return kind == TypeKind::real || kind == TypeKind::comptime_real; }
  bool is_identity() const { return kind >= TypeKind::color && kind <= TypeKind::direction; }
  bool is_descriptor() const { return kind >= TypeKind::mem1d_dsd && kind <= TypeKind::dsr; }
  bool is_memory_descriptor() const {
    return kind == TypeKind::mem1d_dsd || kind == TypeKind::mem4d_dsd;
  }
  bool is_aggregate() const { return kind == TypeKind::array || kind == TypeKind::record; }
  /// Its values fit a register of the machine.
  bool is_scalar() const {
    return bytes > 0 && !is_aggregate() && kind != TypeKind::comptime_integer;
  }
  /// A comptime value of it is one integer or real number (Value::integer, Value::real).
  bool has_payload() const { return is_number() || is_identity() || kind == TypeKind::enumeration; }
};

/// The types of one compilation.
class TypeTable {
 public:
  TypeTable();

  const Type* simple(TypeKind kind) const { return simple_[static_cast<std::size_t>(kind)]; }
  const Type* integer(unsigned bits, bool is_signed);
  const Type* real(unsigned bits);
  const Type* dsr(unsigned file);  ///< 0 destination, 1 source 0, 2 source 1
  const Type* array(const Type* element, std::vector<std::uint32_t> extents);
  const Type* pointer(const Type* element, bool is_const, bool is_many);
  const Type* function(const Type* result, std::vector<const Type*> parameters);
  /// A nominal type: one for each (node, module, types of its members). A function that returns a
  /// struct type makes one for each list of arguments.
  Type* nominal(TypeKind kind, const Node* node, const Module* module,
                const std::vector<const Type*>& members);

  const Type *boolean, *void_, *comptime_integer, *comptime_real, *i16, *u16, *i32, *u32, *f16,
      *f32;

 private:
  Type* make(TypeKind kind, std::string text);
  const Type* unique(Type candidate);

  std::deque<Type> types_;
  std::vector<const Type*> simple_;
  std::map<std::string, const Type*> derived_;
  std::map<std::tuple<const Node*, const Module*, std::vector<const Type*>>, Type*> nominal_;
};

}  // namespace weft::csl
