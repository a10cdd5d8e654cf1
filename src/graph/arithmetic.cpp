// SPDX-License-Identifier: Apache-2.0
// Arithmetic of no machine: operators on elements, and what the families below share.
#include "graph/arithmetic.hpp"

#include <cmath>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "graph/arithmetic_plain.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

/// Gates as bounds.hpp's formulas have them: what is cancelled near one end is cancelled here too.
double plain_gate(const Rounded& r, const Unary& what, double x) {
  switch (what.function) {
    case UnaryFunction::gelu: {
      const double f = r(real::erf(r(x * r(0x1.6a09e667f3bcdp-1))));
      return r(0.5 * r(1.0 + f));
    }
    case UnaryFunction::gelu_tanh: {
      const double cube = r(x * r(x * x));
      const double inner = r(x + r(r(0.044715) * cube));
      return r(0.5 * r(1.0 + r(real::tanh(r(r(0x1.9884533d43651p-1) * inner)))));
    }
    case UnaryFunction::hard_swish:
      return std::fmin(std::fmax(r(r(r(1.0 / 6) * x) + 0.5), 0.0), 1.0);
    case UnaryFunction::mish: {
      const double tail = r(real::log(r(1.0 + r(real::exp(-std::fabs(x))))));
      return r(real::tanh(r(std::fmax(x, 0.0) + tail)));
    }
    default:
      return r(real::sigmoid(x));
  }
}

bool is_gate(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::gelu:
    case UnaryFunction::gelu_tanh:
    case UnaryFunction::silu:
    case UnaryFunction::hard_swish:
    case UnaryFunction::mish:
      return true;
    default:
      return false;
  }
}

double plain_function(const Rounded& r, const Unary& what, double x) {
  if (is_gate(what.function)) {
    return std::isinf(x) ? r(function_of(what, x)) : r(x * plain_gate(r, what, x));
  }
  if (x != x) return x;
  switch (what.function) {
    case UnaryFunction::leaky_relu:
      return x < 0 ? r(r(what.alpha) * x) : x;
    case UnaryFunction::elu:
      return x < 0 ? r(r(what.alpha) * r(r(real::exp(x)) - 1.0)) : x;
    case UnaryFunction::hard_sigmoid:
      return std::fmin(std::fmax(r(r(r(what.alpha) * x) + r(what.beta)), 0.0), 1.0);
    case UnaryFunction::softplus: {
      const double tail = r(real::log(r(1.0 + r(real::exp(-std::fabs(x))))));
      return r(std::fmax(x, 0.0) + tail);
    }
    default:
      return r(function_of(what, x));
  }
}

Results plain_results(const Rounded& r, const Unary& what, const Operands& in, Results results) {
  if (results[0].floats.empty()) return results_of(what, in, std::move(results));
  for (std::size_t i = 0; i < results[0].floats.size(); ++i) {
    results[0].floats[i] = plain_function(r, what, in[0]->floats[i]);
  }
  return results;
}

/// Operators with a formula of more than one operation on floats.
template <typename T>
constexpr bool has_formula =
    std::is_same_v<T, Unary> || std::is_same_v<T, MatMul> || std::is_same_v<T, Convolution> ||
    std::is_same_v<T, Pool> || std::is_same_v<T, Reduce> || std::is_same_v<T, CumulativeSum> ||
    std::is_same_v<T, Softmax> || std::is_same_v<T, Normalise> ||
    std::is_same_v<T, BatchNormalise> || std::is_same_v<T, Attention> ||
    std::is_same_v<T, Recurrent>;

void round_all(Results& results) {
  for (Numbers& one : results) {
    for (double& x : one.floats) x = rounded_to(one.type.element, x);
  }
}

bool any_floats(const Results& results) {
  for (const Numbers& one : results) {
    if (!one.floats.empty()) return true;
  }
  return false;
}

}  // namespace

std::vector<Numbers> rounded_results(const Operator& what, const Operands& operands) {
  Results results = evaluate(what, operands);
  round_all(results);
  return results;
}

std::vector<Numbers> PlainArithmetic::results(const Operator& what,
                                              const Operands& operands) const {
  const Rounded r{format_};
  Results zeros;
  for (TensorType& type : result_types(what, types_of_operands(operands))) {
    zeros.push_back(zeros_of(std::move(type)));
  }
  if (!any_floats(zeros)) return evaluate(what, operands);
  return std::visit(
      [&](const auto& one) -> Results {
        using T = std::decay_t<decltype(one)>;
        if constexpr (has_formula<T>) {
          Results results = plain_results(r, one, operands, std::move(zeros));
          round_all(results);
          return results;
        } else {
          return rounded_results(what, operands);
        }
      },
      what);
}

void change_format(Graph& graph, Element from, Element to) {
  for (Value& value : graph.values) {
    if (value.type.element != from) continue;
    value.type.element = to;
    if (!value.constant) continue;
    Numbers numbers = numbers_of(*value.constant);
    numbers.type.element = to;
    value.constant = tensor_of(numbers);
  }
  for (Node& node : graph.nodes) {
    auto* convert = std::get_if<Convert>(&node.what);
    if (convert != nullptr && convert->element == from) convert->element = to;
  }
  require_sound(graph);
}

}  // namespace weft::graph
