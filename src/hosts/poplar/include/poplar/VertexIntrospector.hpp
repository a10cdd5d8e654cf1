// SPDX-License-Identifier: Apache-2.0
// What a function that estimates a vertex's cycles may look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <poplar/StringRef.hpp>
#include <poplar/Target.hpp>
#include <poplar/TypeTraits.hpp>
#include <string>
#include <vector>

namespace poplar {

namespace layout {
enum class Vector { NotAVector, Span, ShortSpan, OnePtr, ScaledPtr32, ScaledPtr64, ScaledPtr128 };
enum class VectorList {
  NotAVector,
  OnePtr,
  ScaledPtr32,
  ScaledPtr64,
  ScaledPtr128,
  DeltaN,
  DeltaNElements
};
std::string to_string(Vector layout);
std::string to_string(VectorList layout);
}  // namespace layout

namespace core {
struct FieldDataImpl;
struct VertexIntrospectorImpl;
}  // namespace core

/// A field of the vertex: how many elements are connected, what its initial value is.
class FieldData {
 public:
  /// Size of one vector of a list.
  struct SizeT {
    std::size_t value;
    std::size_t size() const { return value; }
    operator std::size_t() const { return value; }
  };
  unsigned rank() const;     ///< 0 one element, 1 a vector, 2 a list of vectors
  std::size_t size() const;  ///< elements of a vector, vectors of a list
  SizeT operator[](std::size_t i) const { return SizeT{getSizeAtIndex(i)}; }
  std::size_t getSizeAtIndex(std::size_t i) const;
  layout::Vector getProfilerVectorLayout(std::size_t nest) const;
  layout::VectorList getProfilerVectorListLayout() const;
  std::string name() const;
  /// Initial value of a state field, converted; poplar_error for other fields.
  template <typename T>
  T getInitialValue(const Target&) const {
    T value{};
    readInitial(&value, TypeTraits::make<T>(), 0);
    return value;
  }
  template <typename T>
  std::vector<T> getInitialValues(const Target&) const {
    std::vector<T> values(initialCount());
    for (std::size_t i = 0; i < values.size(); ++i)
      readInitial(&values[i], TypeTraits::make<T>(), i);
    return values;
  }

  explicit FieldData(std::shared_ptr<const core::FieldDataImpl> impl);

 private:
  void readInitial(void* value, TypeTraits traits, std::size_t index) const;
  std::size_t initialCount() const;
  std::shared_ptr<const core::FieldDataImpl> impl_;
};

/// The vertex.
class VertexIntrospector {
 public:
  /// unknown_field when there is none of that name.
  FieldData getFieldInfo(StringRef name) const;
  std::string getVertexName() const;

  explicit VertexIntrospector(const core::VertexIntrospectorImpl& impl) : impl_(impl) {}

 private:
  const core::VertexIntrospectorImpl& impl_;
};

/// Cycles a vertex takes and floating-point operations it does.
struct VertexPerfEstimate {
  VertexPerfEstimate() = default;
  VertexPerfEstimate(std::uint64_t cycleCount, std::uint64_t flopCount = 0)
      : cycles(cycleCount), flops(flopCount) {}
  std::uint64_t cycles = 0;
  std::uint64_t flops = 0;
};

using PerfEstimateFunc =
    std::function<VertexPerfEstimate(const VertexIntrospector& vertex, const Target& target)>;
using CycleEstimateFunc =
    std::function<std::uint64_t(const VertexIntrospector& vertex, const Target& target)>;

}  // namespace poplar
