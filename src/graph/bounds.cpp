// SPDX-License-Identifier: Apache-2.0
// Bounds of nodes: operators on single elements, and whether a machine's results lie within.
#include "graph/bounds.hpp"

#include <cmath>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "graph/bounds_parts.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

/// Operators that give numbers of their operands as they are.
template <typename T>
constexpr bool moves_only =
    std::is_same_v<T, Select> || std::is_same_v<T, ArgExtreme> || std::is_same_v<T, Reshape> ||
    std::is_same_v<T, Transpose> || std::is_same_v<T, Expand> || std::is_same_v<T, Concat> ||
    std::is_same_v<T, Slice> || std::is_same_v<T, Pad> || std::is_same_v<T, Gather> ||
    std::is_same_v<T, GatherElements> || std::is_same_v<T, GatherPoints>;

/// y = x g for a gate g whose error is known.
double gated_error(const Tracker& t, double x, Tracked gate) {
  if (!std::isfinite(x)) return 0;
  return t.multiply({x, 0}, gate).error;
}

// 0.5 (1 + f): what is cancelled for negative x is part of it.
Tracked half_of_one_plus(const Tracker& t, Tracked f) {
  return t.multiply({0.5, 0}, t.add({1, 0}, f));
}

double gelu_error(const Tracker& t, double x) {
  constexpr double half_root_two_here = 0x1.6a09e667f3bcdp-1;
  const double slope = 1.1283791670955126;  // 2 / sqrt(pi)
  const Tracked argument = t.multiply({x, 0}, t.rounded({half_root_two_here, 0}));
  const Tracked f = t.function(real::erf(argument.value), argument.error, slope);
  return gated_error(t, x, half_of_one_plus(t, f));
}

double gelu_tanh_error(const Tracker& t, double x) {
  const Tracked cube = t.multiply({x, 0}, t.multiply({x, 0}, {x, 0}));
  const Tracked inner = t.add({x, 0}, t.multiply(t.rounded({0.044715, 0}), cube));
  const Tracked argument = t.multiply(t.rounded({0x1.9884533d43651p-1, 0}), inner);
  return gated_error(t, x, half_of_one_plus(t, t.tanh(argument)));
}

// max(x, 0) + log(1 + exp(-|x|))
Tracked softplus_of(const Tracker& t, double x) {
  const Tracked power = t.exponential({-std::fabs(x), 0});
  const Tracked sum = t.add({1, 0}, power);
  const double least = sum.value - sum.error;
  const Tracked tail = t.function(real::log(sum.value), sum.error, least > 0 ? 1 / least : 1);
  return t.add({x > 0 ? x : 0, 0}, tail);
}

double hard_error(const Tracker& t, double x, double alpha, double beta) {
  return t.add(t.multiply(t.rounded({alpha, 0}), {x, 0}), t.rounded({beta, 0})).error;
}

double elu_error(const Tracker& t, const Unary& what, double x) {
  if (x >= 0) return 0;
  const Tracked less = t.subtract(t.exponential({x, 0}), {1, 0});
  return t.multiply(t.rounded({what.alpha, 0}), less).error;
}

bool is_elementary(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::exponential:
    case UnaryFunction::logarithm:
    case UnaryFunction::error_function:
    case UnaryFunction::tanh:
    case UnaryFunction::sigmoid:
    case UnaryFunction::sine:
    case UnaryFunction::cosine:
      return true;
    default:
      return false;
  }
}

double unary_error(const Tracker& t, const Unary& what, double x, double y) {
  if (is_elementary(what.function)) return t.function(y, 0, 0).error;
  switch (what.function) {
    case UnaryFunction::square_root:
    case UnaryFunction::reciprocal:
      return t.rounded({y, 0}).error;
    case UnaryFunction::leaky_relu:
      return x < 0 ? t.multiply(t.rounded({what.alpha, 0}), {x, 0}).error : 0;
    case UnaryFunction::elu:
      return elu_error(t, what, x);
    case UnaryFunction::hard_sigmoid:
      return hard_error(t, x, what.alpha, what.beta);
    case UnaryFunction::hard_swish: {
      const double inside = hard_error(t, x, 1.0 / 6, 0.5);
      return gated_error(t, x, {x == 0 ? 0.5 : y / x, std::isfinite(x) ? inside : 0});
    }
    case UnaryFunction::gelu:
      return gelu_error(t, x);
    case UnaryFunction::gelu_tanh:
      return gelu_tanh_error(t, x);
    case UnaryFunction::silu:
      return gated_error(t, x, t.sigmoid({x, 0}));
    case UnaryFunction::softplus:
      return std::isfinite(x) ? softplus_of(t, x).error : 0;
    case UnaryFunction::mish:
      return std::isfinite(x) ? gated_error(t, x, t.tanh(softplus_of(t, x))) : 0;
    default:
      return 0;  // exact
  }
}

double binary_error(const Tracker& t, BinaryFunction function, double y) {
  switch (function) {
    case BinaryFunction::minimum:
    case BinaryFunction::maximum:
    case BinaryFunction::remainder:
      return 0;
    case BinaryFunction::power:
      return t.function(y, 0, 0).error;
    case BinaryFunction::divide:
      return t.rounded(t.rounded({y, 0})).error;
    default:
      return t.rounded({y, 0}).error;
  }
}

}  // namespace

void judge(const Unary& what, const Judged& node) {
  for (std::size_t i = 0; i < node.bounds[0].slack.size(); ++i) {
    node.store(
        i, unary_error(node.tracker, what, node.in[0]->floats[i], node.bounds[0].exact.floats[i]));
  }
}

void judge(const Binary& what, const Judged& node) {
  for (std::size_t i = 0; i < node.bounds[0].slack.size(); ++i) {
    node.store(i, binary_error(node.tracker, what.function, node.bounds[0].exact.floats[i]));
  }
}

// The two ends are rounded to the format.
void judge(const Clip& what, const Judged& node) {
  for (std::size_t i = 0; i < node.bounds[0].slack.size(); ++i) {
    const double y = node.bounds[0].exact.floats[i];
    node.store(i, y == what.low || y == what.high ? node.tracker.rounded({y, 0}).error : 0);
  }
}
// The exact one is what the format makes of it.
void judge(const Convert&, const Judged& node) {
  for (std::size_t i = 0; i < node.bounds[0].slack.size(); ++i) node.store(i, 0);
}

std::vector<Bound> bounds_of(const Operator& what, const Operands& operands,
                             const Formats& formats) {
  std::vector<Bound> bounds;
  for (Numbers& exact : evaluate(what, operands)) {
    const std::size_t count = exact.floats.size();
    bounds.push_back({std::move(exact), std::vector<double>(count, 0.0), formats.result});
  }
  const Tracker tracker(formats);
  const Judged node{operands, tracker, bounds};
  std::visit(
      [&](const auto& one) {
        using T = std::decay_t<decltype(one)>;
        if constexpr (!moves_only<T>) {
          if (!bounds[0].slack.empty()) judge(one, node);
        }
      },
      what);
  // An infinite exact value has to be met, whatever its parts.
  for (Bound& bound : bounds) {
    for (std::size_t i = 0; i < bound.slack.size(); ++i) {
      if (bound.slack[i] != bound.slack[i]) {
        bound.slack[i] =
            std::isfinite(bound.exact.floats[i]) ? std::numeric_limits<double>::infinity() : 0.0;
      }
    }
  }
  return bounds;
}

bool is_within(double machine, double exact, double slack, Element result) {
  if (exact != exact || machine != machine) return exact != exact && machine != machine;
  if (machine == exact || slack == std::numeric_limits<double>::infinity()) return true;
  if (std::isinf(machine)) {
    const double reach = std::fabs(exact) + slack;
    return !std::isinf(exact) && std::signbit(machine) == std::signbit(exact) &&
           reach >= rounding_of(result, false).overflow;
  }
  return std::fabs(machine - exact) <= slack;
}

std::string text_of(const Outside& outside) {
  return "element " + std::to_string(outside.index) + ": the machine has " +
         shortest(outside.machine) + ", exact is " + shortest(outside.exact) +
         ", and the bound is " + shortest(outside.slack);
}

std::optional<Outside> first_outside(const Bound& bound, const Numbers& machine) {
  if (machine.type.shape != bound.exact.type.shape ||
      machine.floats.size() != bound.exact.floats.size() ||
      machine.whole.size() != bound.exact.whole.size()) {
    fail(Category::input, "a result " + text_of(machine.type) + " is judged by a bound of " +
                              text_of(bound.exact.type));
  }
  for (std::size_t i = 0; i < machine.floats.size(); ++i) {
    const double exact = bound.exact.floats[i];
    if (is_within(machine.floats[i], exact, bound.slack[i], bound.result)) continue;
    return Outside{static_cast<std::int64_t>(i), machine.floats[i], exact, bound.slack[i]};
  }
  for (std::size_t i = 0; i < machine.whole.size(); ++i) {
    if (machine.whole[i] == bound.exact.whole[i]) continue;
    return Outside{static_cast<std::int64_t>(i), static_cast<double>(machine.whole[i]),
                   static_cast<double>(bound.exact.whole[i]), 0};
  }
  return std::nullopt;
}

}  // namespace weft::graph
