// SPDX-License-Identifier: Apache-2.0
// What an expression of a Scala program is while the program runs: host values, numbers of
// Spatial's formats, and nodes of the controller tree that is being staged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "frontends/spatial/ast.hpp"
#include "program/rdu_tree.hpp"

namespace weft::spatial {

namespace tree = program::rdu_tree;

enum class ValueKind : std::uint8_t {
  unit,
  null,
  boolean,  ///< Boolean, and a Bit that is known
  integer,  ///< scala.Int
  long_integer,
  single,  ///< scala.Float
  real,    ///< scala.Double
  character,
  text,    ///< String, Text
  number,  ///< of one of Spatial's formats, known
  node,    ///< staged: a node of the tree
  tuple,
  list,    ///< Seq, List, Array, and (with sizes) Matrix and tensors
  option,  ///< a list of one or none
  map,
  function,
  instance,  ///< of a class of the program
  type,
  memory,  ///< of the tree
  range,   ///< min until max by step par p
  tile,    ///< a part of a DRAM
  module,  ///< what a builtin name stands for: Array, math, Sequential
  random,  ///< a random generator
  method,  ///< in scopes: a `def`
  lazy,    ///< in scopes: a value that is evaluated when it is first read
  thunk,   ///< in scopes: an argument that is evaluated at each use
};

/// What lives on the heap, counted by its references. Only one thread runs a program.
class HeapObject {
 public:
  HeapObject() = default;
  HeapObject(const HeapObject&) = delete;
  HeapObject& operator=(const HeapObject&) = delete;
  virtual ~HeapObject() = default;
  void retain() { ++references_; }
  bool release() { return --references_ == 0; }

 private:
  std::uint32_t references_ = 0;
};

template <typename Object>
class Ref {
 public:
  Ref() = default;
  Ref(Object* object) : object_(object) { retain(); }  // NOLINT: as std::shared_ptr of a new object
  Ref(const Ref& other) : object_(other.object_) { retain(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr && object_->release()) delete object_;
  }
  Object* get() const { return object_; }
  Object* operator->() const { return object_; }
  Object& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  void retain() {
    if (object_ != nullptr) object_->retain();
  }
  Object* object_ = nullptr;
};

struct Value {
  ValueKind kind = ValueKind::unit;
  tree::NumberType type;  ///< number, node
  std::int64_t bits = 0;  ///< boolean, integers, characters; number: raw; node, memory: its index
  double real = 0;        ///< single, real
  Ref<HeapObject> object;
};

inline Value unit_value() { return {}; }
Value boolean_value(bool value);
Value integer_value(std::int64_t value);
Value long_value(std::int64_t value);
Value single_value(float value);
Value real_value(double value);
Value character_value(char value);
Value text_value(std::string text);
Value number_value(tree::NumberType type, tree::Raw raw);
Value node_value(tree::NumberType type, std::uint32_t node);

struct TextObject : HeapObject {
  std::string text;
};

struct TypeObject;

struct ListObject : HeapObject {
  std::vector<Value> items;
  std::vector<std::int64_t> sizes;  ///< of a matrix or tensor; empty: one dimension
  bool is_set = false;
};

struct MapObject : HeapObject {
  std::vector<std::pair<Value, Value>> items;
};

enum class TypeKind : std::uint8_t {
  any,  ///< not known, or none that changes a value
  number,
  scala_int,
  scala_long,
  scala_float,
  scala_double,
  text,
  unit,
  list,
  tuple,
  memory,
  size,  ///< _16 in FixPt[TRUE, _16, _16]; TRUE and FALSE
  class_,
};

struct TypeObject : HeapObject {
  TypeKind kind = TypeKind::any;
  tree::NumberType number;
  std::int64_t size = 0;
  std::vector<Ref<TypeObject>> arguments;
  Symbol name = 0;
};

/// Names in force. Looked up from the innermost scope outwards.
class Scope : public HeapObject {
 public:
  explicit Scope(Ref<Scope> parent) : parent_(std::move(parent)) { link(); }
  ~Scope() override { unlink(); }
  void bind(Symbol name, Value value) { bindings_.emplace_back(name, std::move(value)); }
  /// The last binding of the name in this scope alone, or null.
  Value* find_here(Symbol name) {
    for (auto at = bindings_.rbegin(); at != bindings_.rend(); ++at) {
      if (at->first == name) return &at->second;
    }
    return nullptr;
  }
  std::vector<std::pair<Symbol, Value>>& bindings() { return bindings_; }
  Scope* parent() const { return parent_.get(); }

  Value self;  ///< the instance whose members these are; unit: none

  /// Scopes hold functions that hold scopes: clears all that are left when a program has ended.
  class Registry {
   public:
    void clear();

   private:
    friend class Scope;
    Scope* first_ = nullptr;
  };
  static thread_local Registry* registry;

 private:
  void link();
  void unlink();
  Ref<Scope> parent_;
  std::vector<std::pair<Symbol, Value>> bindings_;
  Registry* in_ = nullptr;
  Scope* next_ = nullptr;
  Scope* previous_ = nullptr;
};

struct FunctionObject : HeapObject {
  const Node* code = nullptr;  ///< lambda or cases
  Ref<Scope> scope;
  std::vector<const Definition*> methods;  ///< a method as a value: its overloads
  std::function<Value(std::vector<Value>)> native;
};

/// In scopes: what is evaluated later.
struct DelayedObject : HeapObject {
  const Node* code = nullptr;
  const Node* type = nullptr;
  const Definition* definition = nullptr;
  Ref<Scope> scope;  ///< thunks only: lazy values are evaluated in the scope that holds them
  bool running = false;
};

struct InstanceObject : HeapObject {
  const Definition* definition = nullptr;
  std::vector<const Definition*> line;  ///< itself and what it extends, nearest first
  Ref<Scope> members;
  std::vector<Value> fields;  ///< of a case class
};

struct RangeObject : HeapObject {
  Value min, max, step, parallel;
  bool has_step = false;
  bool has_parallel = false;
  bool forever = false;
  bool inclusive = false;
  std::uint32_t scan = tree::none;  ///< a FIFO of rows of bits: the indices of its ones
  bool staged = true;               ///< its indices are Ints of Spatial, not scala.Ints
};

struct TileObject : HeapObject {
  std::uint32_t dram = 0;
  std::vector<Value> places;  ///< numbers, nodes and ranges
};

struct RandomObject : HeapObject {
  std::uint64_t state = 0;
};

TextObject& text_of(const Value& value);
ListObject& list_of(const Value& value);
Value list_value(std::vector<Value> items, ValueKind kind = ValueKind::list);
bool is_known_number(const Value& value);  ///< boolean to real, number; no character
bool is_scala_number(const Value& value);  ///< integer, long_integer, single, real, character
std::string_view kind_name(const Value& value);

}  // namespace weft::spatial
