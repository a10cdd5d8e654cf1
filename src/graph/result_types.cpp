// SPDX-License-Identifier: Apache-2.0
// Types of results: elementwise operators, and the questions that all operators ask.
#include "graph/result_types.hpp"

#include "base/counted.hpp"
#include "base/error.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {

void Given::require_count(std::size_t least, std::size_t most) const {
  if (inputs_.size() < least || inputs_.size() > most) {
    const std::string wanted = least == most
                                   ? std::to_string(least)
                                   : std::to_string(least) + " to " + std::to_string(most);
    refuse("has " + counted(inputs_.size(), "input") + " and takes " + wanted);
  }
  for (std::size_t i = 0; i < least; ++i) {
    if (!inputs_[i]) refuse("lacks its input " + std::to_string(i + 1));
  }
}

std::int64_t Given::rank(std::size_t i) const { return rank_of(shape(i)); }

void Given::require_floating(std::size_t i) const {
  if (!is_floating(inputs_[i]->element)) {
    refuse(text_of_input(*this, i) + " has to be floating");
  }
}

void Given::require_whole(std::size_t i) const {
  const Element element = inputs_[i]->element;
  if (is_floating(element) || element == Element::boolean) {
    refuse(text_of_input(*this, i) + " has to be of whole numbers");
  }
}

void Given::require_not_boolean(std::size_t i) const {
  if (inputs_[i]->element == Element::boolean) {
    refuse(text_of_input(*this, i) + " has to be of numbers");
  }
}

void Given::require_same_element(std::size_t first, std::size_t last) const {
  for (std::size_t i = first + 1; i < last && i < inputs_.size(); ++i) {
    if (inputs_[i] && inputs_[i]->element != inputs_[first]->element) {
      refuse(text_of_input(*this, i) + " has to have the element type of input " +
             std::to_string(first + 1) + ", " +
             std::string(graph::name_of(inputs_[first]->element)));
    }
  }
}

void Given::require_axis(std::int64_t axis, std::int64_t rank) const {
  if (axis >= 0 && axis < rank) return;
  refuse("has the axis " + std::to_string(axis) + " of a tensor with " +
         counted(rank, "axis", "axes"));
}

void Given::require_parameters(const std::vector<std::int64_t>& values, std::int64_t count,
                               const std::string& what, std::int64_t least) const {
  if (rank_of(values) != count) {
    refuse("has the " + what + " " + text_of(values) + " and needs " + std::to_string(count));
  }
  for (const std::int64_t value : values) {
    if (value < least) {
      refuse("has the " + what + " " + text_of(values) + ", and none may be below " +
             std::to_string(least));
    }
  }
}

void Given::refuse(const std::string& why) const { fail(Category::input, name_ + " " + why); }

std::string text_of_input(const Given& given, std::size_t i) {
  return "input " + std::to_string(i + 1) + ", " + text_of(given[i]) + ",";
}

namespace {

bool takes_whole(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::negate:
    case UnaryFunction::absolute:
    case UnaryFunction::relu:
    case UnaryFunction::sign:
      return true;
    default:
      return false;
  }
}

bool compares(BinaryFunction function) {
  switch (function) {
    case BinaryFunction::equal:
    case BinaryFunction::less:
    case BinaryFunction::less_equal:
    case BinaryFunction::greater:
    case BinaryFunction::greater_equal:
      return true;
    default:
      return false;
  }
}

bool is_logical(BinaryFunction function) {
  return function == BinaryFunction::logical_and || function == BinaryFunction::logical_or ||
         function == BinaryFunction::logical_xor;
}

Shape broadcast_or_refuse(const Given& given, const Shape& a, const Shape& b) {
  const std::optional<Shape> shape = broadcast_shape(a, b);
  if (!shape)
    given.refuse("has inputs " + text_of(a) + " and " + text_of(b) + ", which do not broadcast");
  return *shape;
}

}  // namespace

Types types_of(const Unary& what, const Given& given) {
  given.require_count(1, 1);
  if (what.function == UnaryFunction::logical_not) {
    if (given[0].element != Element::boolean) {
      given.refuse(text_of_input(given, 0) + " has to be bool");
    }
    return {given[0]};
  }
  if (takes_whole(what.function)) {
    given.require_not_boolean(0);
  } else {
    given.require_floating(0);
  }
  if (what.function == UnaryFunction::is_nan || what.function == UnaryFunction::is_infinite) {
    return {{Element::boolean, given.shape(0)}};
  }
  return {given[0]};
}

Types types_of(const Binary& what, const Given& given) {
  given.require_count(2, 2);
  given.require_same_element(0, 2);
  const bool boolean = given[0].element == Element::boolean;
  if (is_logical(what.function) && !boolean) {
    given.refuse(text_of_input(given, 0) + " has to be bool");
  }
  if (!is_logical(what.function) && what.function != BinaryFunction::equal) {
    given.require_not_boolean(0);
  }
  const Shape shape = broadcast_or_refuse(given, given.shape(0), given.shape(1));
  return {{compares(what.function) ? Element::boolean : given[0].element, shape}};
}

Types types_of(const Select&, const Given& given) {
  given.require_count(3, 3);
  if (given[0].element != Element::boolean) {
    given.refuse(text_of_input(given, 0) + " has to be bool");
  }
  given.require_same_element(1, 3);
  const Shape values = broadcast_or_refuse(given, given.shape(1), given.shape(2));
  return {{given[1].element, broadcast_or_refuse(given, given.shape(0), values)}};
}

Types types_of(const Clip&, const Given& given) {
  given.require_count(1, 1);
  given.require_not_boolean(0);
  return {given[0]};
}

Types types_of(const Convert& what, const Given& given) {
  given.require_count(1, 1);
  return {{what.element, given.shape(0)}};
}

std::vector<TensorType> result_types(const Operator& what,
                                     const std::vector<std::optional<TensorType>>& inputs) {
  const Given given(what, inputs);
  Types types = std::visit([&given](const auto& one) { return types_of(one, given); }, what);
  for (const TensorType& type : types) count_of(type.shape);
  return types;
}

}  // namespace weft::graph
