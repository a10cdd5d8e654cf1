// SPDX-License-Identifier: Apache-2.0
// Constants with other values, for as long as somebody asks.
#include "topology/vary.hpp"

#include <utility>

namespace weft::topology {
namespace {

using Changes = std::vector<std::pair<std::string, Assignment>>;

/// The last one is the youngest.
Changes& changes() {
  static Changes all;
  return all;
}

/// value * factor, rounded; halves go away from `value`.
std::int64_t scaled(std::int64_t value, const Rational& factor) {
  const std::int64_t times = value * factor.numerator;
  const std::int64_t down = times >= 0 ? times / factor.denominator
                                       : -((-times + factor.denominator - 1) / factor.denominator);
  const std::int64_t twice_rest = 2 * (times - down * factor.denominator);
  if (twice_rest != factor.denominator) return twice_rest < factor.denominator ? down : down + 1;
  return value > down ? down : down + 1;
}

}  // namespace

std::optional<std::string> scaled(const Constant& constant, const Rational& factor) {
  if (constant.value.kind == Kind::integer) {
    if (constant.value.integer == 0) return {};
    return std::to_string(scaled(constant.value.integer, factor));
  }
  Rational value;
  if (constant.value.kind != Kind::text || !parse_rational(constant.value.text, value)) return {};
  if (value.numerator == 0) return {};
  // Reduced by reading it again.
  Rational product;
  const std::string text = std::to_string(value.numerator * factor.numerator) + "/" +
                           std::to_string(value.denominator * factor.denominator);
  if (!parse_rational(text, product)) return {};
  return "\"" + product.text() + "\"";
}

Variation::Variation(std::string machine, const Assignment& change) {
  changes().emplace_back(std::move(machine), change);
}

Variation::~Variation() { changes().pop_back(); }

std::vector<Assignment> variations_of(const std::string& machine) {
  std::vector<Assignment> out;
  for (const auto& [name, change] : changes()) {
    if (name == machine) out.push_back(change);
  }
  return out;
}

}  // namespace weft::topology
