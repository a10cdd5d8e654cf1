// SPDX-License-Identifier: Apache-2.0
// What the figure of a validation row rests on.
#pragma once

#include <string>
#include <vector>

#include "topology/constant.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::cli::validation {

struct Context;

/// A constant that the run behind a row looked up, or a fitted term of its comparison.
struct Ground {
  std::string key;      ///< "fabric.ramp_down_latency_cycles", or the name of a term's row
  std::string value;    ///< as in TOML
  std::string machine;  ///< whose constant it is
  topology::Origin origin = topology::Origin::assumed;
  std::vector<std::string> from_cases;  ///< see topology::from_cases

  /// True when the value comes from, or was chosen in sight of, the figure of row `name` of
  /// `machine` in case `case_name`: one of from_cases is the case, or the row's name or a beginning
  /// of it, with the machine before it or without.
  bool comes_from(const std::string& case_name, const std::string& machine,
                  const std::string& name) const;
};

/// Constants that were looked up in a topology; those that stand without evidence first.
std::vector<Ground> grounds_of(const topology::Topology& topology);

/// Collective: what rank 0 gives joins what the next rows of `context` rest on.
void rest_on(Context& context, const std::vector<Ground>& at_root);

/// What has joined since the last call; the same on every rank.
std::vector<Ground> take_grounds(Context& context);

}  // namespace weft::cli::validation
