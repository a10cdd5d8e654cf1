// SPDX-License-Identifier: Apache-2.0
// Both graphs whole, for the same inputs.
#include "cli/advise/equality.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/advise/drawn.hpp"
#include "graph/outputs.hpp"
#include "graph/products.hpp"

namespace weft::cli::advising {
namespace {

using graph::Graph;
using graph::Numbers;

constexpr std::int64_t most_numbers = std::int64_t{1} << 27;  // 1 GiB of doubles

/// Of 1, in a format of floats.
double unit_in_last_place(graph::Element element) {
  double unit = 1;
  while (graph::rounded_to(element, 1 + unit / 2) != 1) unit /= 2;
  return unit;
}

std::string millions(double count) {
  return grouped(static_cast<std::uint64_t>(count / 1e6)) + " million";
}

/// Why it would take too long; "" where it would not.
std::string too_large(const Graph& before, const Graph& after, std::int64_t most_multiplications) {
  const double products = std::max(products_of(before), products_of(after));
  if (products > static_cast<double>(most_multiplications)) {
    return "the model has " + millions(products) + " multiplications, and up to " +
           millions(static_cast<double>(most_multiplications)) +
           " are evaluated: --evaluate-limit N allows N million";
  }
  const std::int64_t held = std::max(most_numbers_held(before), most_numbers_held(after));
  if (held > most_numbers) {
    return "the evaluator would hold " + millions(static_cast<double>(held)) +
           " numbers at a time, and holds " + millions(static_cast<double>(most_numbers)) +
           " at most";
  }
  return "";
}

void compare(const Numbers& a, const Numbers& b, const std::string& name, Equality& to) {
  const auto take = [&](double one, double two) {
    if (std::isfinite(one)) to.largest = std::max(to.largest, std::abs(one));
    if (one == two || (std::isnan(one) && std::isnan(two))) return;
    const double off = std::isfinite(one - two) ? std::abs(one - two) : INFINITY;
    if (off <= *to.difference) return;
    to.difference = off;
    to.output = name;
  };
  for (std::size_t i = 0; i < a.floats.size(); ++i) take(a.floats[i], b.floats[i]);
  for (std::size_t i = 0; i < a.whole.size(); ++i) {
    take(static_cast<double>(a.whole[i]), static_cast<double>(b.whole[i]));
  }
}

/// Category::internal where outputs are of another number or type.
void require_same_outputs(const Graph& before, const Graph& after) {
  bool are_same = before.outputs.size() == after.outputs.size();
  for (std::size_t i = 0; are_same && i < before.outputs.size(); ++i) {
    are_same = before[before.outputs[i]].type == after[after.outputs[i]].type;
  }
  if (!are_same) fail(Category::internal, "the changed model has other outputs");
}

}  // namespace

double bound_of(const EqualityAsked& asked, double largest) {
  const double unit =
      std::max(unit_in_last_place(asked.element), unit_in_last_place(graph::Element::f32));
  return static_cast<double>(asked.rounding_changes) * 2 * unit * largest;
}

Equality equality_of(const graph::SourceModel& was, const Graph& before, const Graph& after,
                     const EqualityAsked& asked) {
  Equality out;
  require_same_outputs(before, after);
  out.why_not = too_large(before, after, asked.most_multiplications);
  if (!out.why_not.empty()) return out;
  const std::set<std::string> drawn = left_out(before, after);
  out.drew_weights = !drawn.empty();
  const auto constant = [&](const graph::Value& value) {
    return drawn.contains(value.name + " " + text_of(value.type)) ? drawn_weights(value)
                                                                  : numbers_of(*value.constant);
  };
  const std::vector<Numbers> inputs = drawn_inputs(was);
  std::vector<Numbers> those = inputs;
  for (std::size_t i = 0; i < those.size(); ++i) those[i].type = after[after.inputs[i]].type;
  const std::vector<Numbers> old_ones = outputs_for(before, inputs, constant);
  const std::vector<Numbers> new_ones = outputs_for(after, those, constant);
  out.difference = 0;
  for (std::size_t i = 0; i < old_ones.size(); ++i) {
    compare(old_ones[i], new_ones[i], before[before.outputs[i]].name, out);
  }
  if (out.largest == 0 && *out.difference == 0) {
    out.difference.reset();
    out.why_not = "all numbers of its outputs are 0 for drawn inputs";
    if (!left_out(before, before).empty()) {
      out.why_not += ", and the changes make weights of those that the file leaves out";
    }
    return out;
  }
  out.bound = bound_of(asked, out.largest);
  return out;
}

std::string text_of(const Equality& equality) {
  if (!equality.difference) return "equality was not checked: " + equality.why_not;
  constexpr int digits = 3;
  const std::string how = std::string("compared in doubles for drawn inputs") +
                          (equality.drew_weights ? ", and weights where both have zeros: " : ": ");
  const std::string numbers = ", of numbers up to " + general(equality.largest, digits);
  if (*equality.difference == 0) return how + "the same numbers, bit for bit" + numbers;
  return how + "largest difference " + general(*equality.difference, digits) + " (" +
         equality.output + ")" + numbers + "; the changes made allow " +
         general(equality.bound, digits);
}

}  // namespace weft::cli::advising
