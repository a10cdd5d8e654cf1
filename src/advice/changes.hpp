// SPDX-License-Identifier: Apache-2.0
// What findings ask to change, change by change, over all targets.
#pragma once

#include <string>
#include <vector>

#include "advice/report.hpp"
#include "advice/tables.hpp"

namespace weft::advice {

/// Where a change is asked for: "model.py:12  Mlp  Gelu (12 nodes)", or its first nodes.
struct ProposedPlace {
  std::string headline;
  std::vector<std::string> nodes;
};

struct ProposedChange {
  std::string rewrite;  ///< a key of the catalogue
  bool is_automatic = false;
  std::vector<std::string> targets;
  std::vector<ProposedPlace> places;
  double share = 0;      ///< the largest of a target, of `share_of`
  std::string share_of;  ///< "" where no finding has one
};

/// Those with the largest share first; notes ask for nothing.
std::vector<ProposedChange> proposed_changes(const Report& report);
/// "graphcore-gc200: 3.1 % of the bytes; weft makes it (--apply); numbers: rounding".
std::string proposed_text(const ProposedChange& change, const Tables& tables);
/// The same with its places, for a terminal; "" where nothing is asked for.
std::string proposed_lines(const Report& report, const Tables& tables);

}  // namespace weft::advice
