// SPDX-License-Identifier: Apache-2.0
// What is computed while reading: anything whose work is its elements, within a budget.
#include "frontends/onnx/builder.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "graph/moved.hpp"

namespace weft::onnx {
namespace {

using graph::Operator;
using graph::Tensor;
using graph::TensorType;
using graph::ValueId;

/// Those whose work is not their inputs' and results' elements are left to the graph's own pass.
bool is_cheap(const Operator& what) {
  return std::visit(
      [](const auto& one) {
        using What = std::decay_t<decltype(one)>;
        return !std::is_same_v<What, graph::MatMul> && !std::is_same_v<What, graph::Convolution> &&
               !std::is_same_v<What, graph::Pool> && !std::is_same_v<What, graph::Attention> &&
               !std::is_same_v<What, graph::Recurrent>;
      },
      what);
}

/// A transposed weight of this size is left to the graph's passes: a product may turn it itself.
bool is_for_a_product(const Operator& what, const TensorType& result) {
  constexpr std::int64_t most_turned = std::int64_t{1} << 20;
  return std::holds_alternative<graph::Transpose>(what) &&
         graph::count_of(result.shape) > most_turned;
}

std::string named(const graph::Origin& origin, const Error& error) {
  return text_of(origin) + ": " + error.what();
}

}  // namespace

/// No extent is over 2^40, also where another is 0: sums of a few of them and products with a
/// stride are numbers.
Term Builder::add(Item item) {
  for (const std::int64_t extent : item.type.shape) {
    if (extent > (std::int64_t{1} << 40)) {
      fail(Category::input, "'" + item.name + "' has an extent of more than 2^40 elements");
    }
  }
  items_.push_back(std::move(item));
  return Term{static_cast<std::uint32_t>(items_.size() - 1)};
}

Term Builder::input(const std::string& name, TensorType type) {
  const ValueId id = graph_.add_input(name, type);
  return add({name, std::move(type), std::nullopt, id});
}

Term Builder::constant(std::string name, Tensor tensor) {
  TensorType type = tensor.type();
  return add({std::move(name), std::move(type), std::move(tensor), std::nullopt});
}

ValueId Builder::value(Term term) {
  if (term == no_term) return graph::no_value;
  Item& item = items_[static_cast<std::size_t>(term)];
  if (!item.id) item.id = graph_.add_constant(item.name, *item.tensor);
  return *item.id;
}

std::vector<Term> Builder::make(Operator what, const std::vector<Term>& inputs,
                                const graph::Origin& origin,
                                const std::vector<std::string>& names) {
  if (auto folded = fold(what, inputs, origin, names)) return *folded;
  std::vector<ValueId> ids;
  for (const Term input : inputs) ids.push_back(value(input));
  std::vector<Term> results;
  for (const ValueId id : graph_.add_node(std::move(what), std::move(ids), origin, names)) {
    results.push_back(add({graph_[id].name, graph_[id].type, std::nullopt, id}));
  }
  return results;
}

std::optional<std::vector<Term>> Builder::fold(const Operator& what,
                                               const std::vector<Term>& inputs,
                                               const graph::Origin& origin,
                                               const std::vector<std::string>& names) {
  if (inputs.empty() || !is_cheap(what)) return std::nullopt;
  std::vector<std::optional<TensorType>> types;
  std::int64_t work = 0;
  for (const Term input : inputs) {
    if (input == no_term) {
      types.emplace_back();
    } else if (!known(input)) {
      return std::nullopt;
    } else {
      types.emplace_back(type(input));
      work += known(input)->count();
    }
  }
  try {
    const auto give = [&](std::size_t i, Tensor tensor) {
      return constant(i < names.size() ? names[i] : std::string(name_of(what)), std::move(tensor));
    };
    const std::vector<TensorType> given = result_types(what, types);
    if (std::holds_alternative<graph::Reshape>(what))
      work = 0;
    else
      for (const TensorType& one : given) work += graph::count_of(one.shape);
    if (work > left_to_fold_ || is_for_a_product(what, given[0])) return std::nullopt;
    left_to_fold_ -= work;
    std::vector<const Tensor*> tensors;
    for (const Term input : inputs) tensors.push_back(input == no_term ? nullptr : &*known(input));
    if (auto result = moved(what, tensors, given[0]))
      return std::vector{give(0, std::move(*result))};
    std::vector<graph::Numbers> numbers;
    numbers.reserve(inputs.size());
    graph::Operands operands;
    for (const Term input : inputs) {
      if (input != no_term) numbers.push_back(numbers_of(*known(input)));
      operands.push_back(input == no_term ? nullptr : &numbers.back());
    }
    std::vector<Term> results;
    for (const graph::Numbers& one : evaluate(what, operands)) {
      results.push_back(give(results.size(), tensor_of(one)));
    }
    return results;
  } catch (const Error& error) {
    fail(error.category(), named(origin, error));
  }
}

/// Another value's name, if it is `name`, becomes another: only inputs and outputs keep theirs.
void Builder::free_name(const std::string& name) {
  const auto has = [this](const std::string& text) {
    return std::find_if(graph_.values.begin(), graph_.values.end(),
                        [&](const graph::Value& one) { return one.name == text; });
  };
  const auto holder = has(name);
  if (holder == graph_.values.end()) return;
  std::string other = name + "/value";
  while (has(other) != graph_.values.end()) other += '_';
  holder->name = other;
}

/// A result that is no output yet takes the output's name; others go through a reshape to their
/// own shape, the operator that says nothing.
void Builder::output(Term term, const std::string& name) {
  ValueId id = value(term);
  is_output_.resize(graph_.values.size());
  const bool free = graph_[id].producer && !is_output_[index(id)];
  const bool is_input = !graph_[id].producer && !graph_[id].constant;
  if (graph_[id].name == name && (free || is_input)) {
    // as it stands
  } else if (free) {
    free_name(name);
    graph_.values[index(id)].name = name;
  } else {
    const graph::Origin origin{
        .node = "", .operation = "Identity", .stack = {}, .module = "", .result = name};
    free_name(name);
    id = graph_.add_node(graph::Reshape{type(term).shape}, {id}, origin, {name}).front();
    graph_.values[index(id)].name = name;
    is_output_.resize(graph_.values.size());
  }
  is_output_[index(id)] = true;
  graph_.outputs.push_back(id);
}

}  // namespace weft::onnx
