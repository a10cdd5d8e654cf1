// SPDX-License-Identifier: Apache-2.0
// What the evaluator is made of: its operands, and a function a kind of operator.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "graph/evaluate.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {

/// Input `i`, or nullptr where it is absent.
inline const Numbers* operand(const Operands& operands, std::size_t i) {
  return i < operands.size() ? operands[i] : nullptr;
}

/// Their types; Category::input where one has not as many numbers as its type says.
std::vector<std::optional<TensorType>> types_of_operands(const Operands& operands);

/// Category::input where they are not the graph's in number and type.
void require_inputs(const Graph& graph, const std::vector<Numbers>& inputs);
/// A node's results; what fails names the node.
std::vector<Numbers> evaluate(const Node& node, const Operands& operands);

/// The same sums and products for both kinds of numbers: whole ones wrap at 64 bits.
inline double added(double a, double b) { return a + b; }
inline double multiplied(double a, double b) { return a * b; }
inline std::int64_t added(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
inline std::int64_t multiplied(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

template <typename T>
std::vector<T>& elements_of(Numbers& numbers) {
  if constexpr (std::is_same_v<T, double>) {
    return numbers.floats;
  } else {
    return numbers.whole;
  }
}
template <typename T>
const std::vector<T>& elements_of(const Numbers& numbers) {
  return elements_of<T>(const_cast<Numbers&>(numbers));
}

/// Zeros of a type.
Numbers zeros_of(TensorType type);
/// Whole numbers cut to what their element holds.
void wrap_all(Numbers& numbers);
/// a < b as numbers of `element`, whose bits they may be (u64).
bool is_less(Element element, std::int64_t a, std::int64_t b);
inline bool is_less(Element, double a, double b) { return a < b; }
inline bool is_number(double x) { return x == x; }
inline bool is_number(std::int64_t) { return true; }
/// What `then` makes of a value.
double after(const Then& then, double value);
/// One value as Unary says.
double function_of(const Unary& what, double x);
/// The lowest and the highest number of a format; infinities of floating ones.
template <typename T>
std::pair<T, T> ends_of(Element element);
template <>
std::pair<double, double> ends_of<double>(Element element);
template <>
std::pair<std::int64_t, std::int64_t> ends_of<std::int64_t>(Element element);

/// Calls `body(T{})` with double or std::int64_t for floating or whole elements.
template <typename Body>
void by_kind(Element element, Body body) {
  if (is_floating(element)) {
    body(double{});
  } else {
    body(std::int64_t{});
  }
}

using Results = std::vector<Numbers>;

Results results_of(const Unary& what, const Operands& in, Results zeros);
Results results_of(const Binary& what, const Operands& in, Results zeros);
Results results_of(const Select& what, const Operands& in, Results zeros);
Results results_of(const Clip& what, const Operands& in, Results zeros);
Results results_of(const Convert& what, const Operands& in, Results zeros);
Results results_of(const MatMul& what, const Operands& in, Results zeros);
Results results_of(const Convolution& what, const Operands& in, Results zeros);
Results results_of(const Pool& what, const Operands& in, Results zeros);
Results results_of(const Reduce& what, const Operands& in, Results zeros);
Results results_of(const ArgExtreme& what, const Operands& in, Results zeros);
Results results_of(const Softmax& what, const Operands& in, Results zeros);
Results results_of(const Normalise& what, const Operands& in, Results zeros);
Results results_of(const BatchNormalise& what, const Operands& in, Results zeros);
Results results_of(const Attention& what, const Operands& in, Results zeros);
Results results_of(const Reshape& what, const Operands& in, Results zeros);
Results results_of(const Transpose& what, const Operands& in, Results zeros);
Results results_of(const Expand& what, const Operands& in, Results zeros);
Results results_of(const Concat& what, const Operands& in, Results zeros);
Results results_of(const Slice& what, const Operands& in, Results zeros);
Results results_of(const Pad& what, const Operands& in, Results zeros);
Results results_of(const Gather& what, const Operands& in, Results zeros);
Results results_of(const GatherElements& what, const Operands& in, Results zeros);
Results results_of(const GatherPoints& what, const Operands& in, Results zeros);
Results results_of(const CumulativeSum& what, const Operands& in, Results zeros);
Results results_of(const Recurrent& what, const Operands& in, Results zeros);

}  // namespace weft::graph
