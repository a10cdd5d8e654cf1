// SPDX-License-Identifier: Apache-2.0
// Values: known at compile time, or held by the code that is being lowered.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "frontends/csl/parse/name.hpp"
#include "frontends/csl/values/type.hpp"

namespace weft::csl {

struct Symbolic;
struct Module;
struct FunctionInstance;
struct Variable;

/// Base of what values share by reference count.
struct Object {
  virtual ~Object() = default;
  std::uint32_t references = 0;
};

/// Owning reference to an Object.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) { retain(); }
  Ref(const Ref& other) : object_(other.object_) { retain(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr && --object_->references == 0) delete object_;
  }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  void retain() {
    if (object_ != nullptr) ++object_->references;
  }
  T* object_ = nullptr;
};

/// What a value is made of.
enum class Form : std::uint8_t {
  nothing,     ///< void
  undefined,   ///< any type, no content
  number,      ///< has_payload() types: integer or real; symbolic: depends on the tile
  string,      ///< name
  type,        ///< meta
  function,    ///< function
  module,      ///< module
  array,       ///< object: Array
  fields,      ///< object: Fields (.{...} and records)
  address,     ///< variable and byte offset `integer` (variable null: absolute)
  range,       ///< object: Fields with start, stop, step; meta: the type of the counter
  affine,      ///< object: Affine
  descriptor,  ///< object: DescriptorValue, all known
  // held by the code being lowered
  in_register,    ///< register `integer`
  in_memory,      ///< aggregate at variable + integer + register index_register
  in_descriptor,  ///< descriptor table entry `integer`; of nobody else if index_register is set
};

inline constexpr std::uint16_t no_index = 0xffff;

struct Value {
  const Type* type = nullptr;
  Form form = Form::nothing;
  bool inlined = false;  ///< known because a call was inlined; the language counts it as run time
  std::uint16_t index_register = no_index;
  union {
    std::int64_t integer = 0;
    double real;
    const Type* meta;
    FunctionInstance* function;
    Module* module;
    Name name;
  };
  const Symbolic* symbolic = nullptr;
  Variable* variable = nullptr;
  Ref<Object> object;

  bool is_known() const { return form < Form::in_register; }
  bool is_runtime() const { return form >= Form::in_register; }
};

/// The names of a struct's fields, in order; equal lists are one object. Positional: Name::none.
struct Shape {
  std::vector<Name> names;
  int find(Name name) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return static_cast<int>(i);
    }
    return -1;
  }
};

struct Fields : Object {
  const Shape* shape = nullptr;
  std::vector<Value> values;
};

/// Elements of an array; one value when all are equal (`splat`).
struct Array : Object {
  bool splat = false;
  std::vector<Value> values;
  const Value& at(std::size_t i) const { return values[splat ? 0 : i]; }
};

/// |i, j|{n, m} -> base[...]: the byte distance of one step along each induction variable.
struct Affine : Object {
  Variable* variable = nullptr;
  std::int64_t offset = 0;
  const Type* element = nullptr;
  std::vector<std::uint32_t> extents;
  std::vector<std::int64_t> strides;
};

}  // namespace weft::csl
