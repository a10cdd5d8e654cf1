// SPDX-License-Identifier: Apache-2.0
// Two products of a fact and a figure.
#include "cli/compare/energy.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "topology/rational.hpp"

namespace weft::cli::compare {
namespace {

using topology::Constant;

std::optional<double> fact(const topology::Topology& machine, const std::string& key,
                           Energy& energy) {
  const auto& facts = machine.facts();
  const auto found = std::find_if(facts.begin(), facts.end(),
                                  [&](const Constant& one) { return one.key == "facts." + key; });
  if (found == facts.end()) return {};
  energy.facts.push_back(found->key);
  if (!energy.origin || found->origin > *energy.origin) energy.origin = found->origin;
  if (found->value.kind == topology::Kind::integer) {
    return static_cast<double>(found->value.integer);
  }
  topology::Rational value;
  if (!parse_rational(found->value.text, value)) {
    fail(Category::input, machine.file() + ": fact '" + found->key + "' is no number");
  }
  return static_cast<double>(value.numerator) / static_cast<double>(value.denominator);
}

}  // namespace

Energy energy_of(const topology::Topology& machine, double products, const std::string& format,
                 double chips, double seconds) {
  constexpr double picojoule = 1e-12;
  Energy out;
  if (const auto each = fact(machine, "multiply_add_" + format + "_picojoules", out)) {
    out.least = *each * picojoule * products;
  }
  if (const auto power = fact(machine, "power_most_watts", out)) {
    out.most = *power * chips * seconds;
  }
  return out;
}

}  // namespace weft::cli::compare
