// SPDX-License-Identifier: Apache-2.0
// Handles of what a graph holds: compute sets, vertices, their fields, functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <poplar/StringRef.hpp>
#include <poplar/Type.hpp>
#include <string>
#include <utility>

namespace poplar {

namespace core {
struct GraphState;
}
class Graph;
class VertexRef;

/// A set of vertices that run in parallel.
class ComputeSet {
 public:
  ComputeSet() = default;
  explicit ComputeSet(unsigned id) : id_(id) {}
  unsigned getId() const { return id_; }
  friend bool operator==(ComputeSet a, ComputeSet b) { return a.id_ == b.id_; }
  friend bool operator!=(ComputeSet a, ComputeSet b) { return a.id_ != b.id_; }
  friend bool operator<(ComputeSet a, ComputeSet b) { return a.id_ < b.id_; }

 private:
  unsigned id_ = std::numeric_limits<unsigned>::max();
};

/// A field of a vertex, or one vector of a field that is a list of vectors.
class FieldRef {
 public:
  FieldRef() = default;
  /// Vector `index` of the list; index_error for a field that is no list.
  FieldRef operator[](std::size_t index) const;
  bool isIndexed() const { return indexed_; }

 private:
  friend class VertexRef;
  friend class Graph;
  const core::GraphState* graph_ = nullptr;
  unsigned vertex_ = 0;
  unsigned field_ = 0;
  std::size_t index_ = 0;
  bool indexed_ = false;
};

/// A vertex of a graph.
class VertexRef {
 public:
  VertexRef() = default;
  /// A field by name; unknown_field when the vertex has none of that name.
  FieldRef operator[](StringRef fieldName) const;
  unsigned getId() const { return vertex_; }
  friend bool operator==(const VertexRef& a, const VertexRef& b) {
    return a.graph_ == b.graph_ && a.vertex_ == b.vertex_;
  }
  friend bool operator!=(const VertexRef& a, const VertexRef& b) { return !(a == b); }
  friend bool operator<(const VertexRef& a, const VertexRef& b) { return a.vertex_ < b.vertex_; }

 private:
  friend class Graph;
  const core::GraphState* graph_ = nullptr;
  unsigned vertex_ = std::numeric_limits<unsigned>::max();
};

/// A program that may be called from several places.
class Function {
 public:
  Function() = default;
  explicit Function(unsigned id) : id_(id) {}
  unsigned getId() const { return id_; }
  friend bool operator==(Function a, Function b) { return a.id_ == b.id_; }
  friend bool operator!=(Function a, Function b) { return a.id_ != b.id_; }
  friend bool operator<(Function a, Function b) { return a.id_ < b.id_; }

 private:
  unsigned id_ = std::numeric_limits<unsigned>::max();
};

/// An argument of a host function: elements of one type.
struct HostFunctionArgument {
  HostFunctionArgument(const Type& type, std::size_t elements)
      : elementType(type), numElements(elements) {}
  Type elementType;
  std::size_t numElements;
};

/// A function on the host that a program calls.
class HostFunction {
 public:
  HostFunction() = default;
  HostFunction(unsigned id, std::string handle) : id_(id), handle_(std::move(handle)) {}
  unsigned getId() const { return id_; }
  const std::string& handle() const { return handle_; }

 private:
  unsigned id_ = std::numeric_limits<unsigned>::max();
  std::string handle_;
};

}  // namespace poplar

namespace std {
template <>
struct hash<poplar::ComputeSet> {
  size_t operator()(const poplar::ComputeSet& set) const { return set.getId(); }
};
template <>
struct hash<poplar::Function> {
  size_t operator()(const poplar::Function& function) const { return function.getId(); }
};
}  // namespace std
