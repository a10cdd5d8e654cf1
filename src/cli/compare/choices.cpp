// SPDX-License-Identifier: Apache-2.0
// By its unit a constant is a time, a rate, or neither.
#include "cli/compare/choices.hpp"

#include "base/error.hpp"
#include "cli/job/job_rests_on.hpp"
#include "machine/machine.hpp"
#include "topology/choice.hpp"
#include "topology/rational.hpp"
#include "topology/vary.hpp"

namespace weft::cli::compare {
namespace {

using topology::Constant;
using topology::Rational;

/// By what a constant is multiplied so that what it stands for takes twice as long; 1: no time.
Rational slower(const Constant& constant) {
  const std::string& unit = constant.unit;
  if (unit.starts_with("cycle") || unit == "ns") return {2, 1};
  const bool rate = unit.ends_with("/cycle") || unit.ends_with("/s");
  if (rate || constant.key.ends_with(".efficiency")) return {1, 2};
  return {1, 1};
}

bool allowed(const std::string& target, const topology::Assignment& change) {
  try {
    machine::load_topology(target, {change});
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Doubled doubled_choices(const topology::Topology& used, const std::string& target) {
  Doubled out;
  for (const Constant* constant : used.rests_on()) {
    const Rational factor = slower(*constant);
    if (!is_choice(*constant) || factor.numerator == factor.denominator) continue;
    const auto value = topology::scaled(*constant, factor);
    if (!value) continue;  // twice nothing is nothing
    const topology::Assignment change(constant->key + "=" + *value);
    if (allowed(target, change)) {
      out.changes.push_back(change);
      out.keys.push_back(constant->key);
    } else {
      out.left_out.push_back(constant->key);
    }
  }
  return out;
}

}  // namespace weft::cli::compare
