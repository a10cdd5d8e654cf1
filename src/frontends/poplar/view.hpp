// SPDX-License-Identifier: Apache-2.0
// Views of variables: the tensor algebra of the Poplar API. A view never copies elements.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace weft::frontends::poplar {

using Shape = std::vector<std::uint64_t>;
using VariableId = std::uint32_t;

/// `count` elements of a variable, `stride` elements apart (0: the same element again; may be
/// negative).
struct Run {
  VariableId variable = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::int64_t stride = 1;
  friend bool operator==(const Run&, const Run&) = default;
};

/// A shape whose elements, in row-major order, are elements of variables. Cheap to copy. Views of
/// one variable with regular strides stay closed form through index, slice, permute, broadcast,
/// reverse and most reshapes; the rest (concat, awkward reshapes) are lists of runs. Errors are
/// Category::input with a sentence that names the shape and the argument.
class View {
 public:
  View();  ///< shape [0], no elements
  /// All elements of a variable.
  static View of(VariableId variable, Shape shape);
  /// A view of the given shape over runs in row-major order.
  static View of_runs(std::vector<Run> runs, Shape shape);

  const Shape& shape() const;
  std::size_t rank() const { return shape().size(); }
  std::uint64_t elements() const;

  View index(std::uint64_t at, std::size_t dimension = 0) const;  ///< removes the dimension
  View slice(std::uint64_t begin, std::uint64_t end, std::size_t dimension = 0) const;
  View reshape(Shape shape) const;
  View flatten() const { return reshape({elements()}); }
  View permute(std::span<const std::size_t> order) const;  ///< out dim i is in dim order[i]
  View reverse(std::size_t dimension) const;
  View broadcast(std::uint64_t times, std::size_t dimension) const;  ///< repeats along it
  View expand(std::size_t dimension) const;  ///< new dimension of length 1 before it
  View subsample(std::uint64_t step, std::size_t dimension) const;  ///< every step-th, from 0
  static View concat(std::span<const View> parts, std::size_t dimension);

  /// The elements in row-major order, neighbouring runs merged where they continue each other.
  std::vector<Run> runs() const;
  /// One run of stride 1 (or no elements).
  bool contiguous() const;
  /// Every element of the view is another one.
  bool distinct() const;
  /// Appends runs(), continuing the last run there if it does; for those who go through many views.
  void append_runs(std::vector<Run>& out) const;
  /// The variable of its first element, or, when it has none, that it was cut from.
  std::optional<VariableId> variable() const;
  /// The variables that it was made of, each once; elements of some may have been sliced away.
  std::vector<VariableId> variables() const;

  struct Data;  ///< defined in view_data.hpp, for the files that implement views

 private:
  explicit View(std::shared_ptr<const Data> data);
  std::shared_ptr<const Data> data_;
};

}  // namespace weft::frontends::poplar
