// SPDX-License-Identifier: Apache-2.0
// What a new version of a model changes in the advice about it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advice/report.hpp"

namespace weft::advice {

struct TargetDifference {
  std::string target;
  Verdict was = Verdict::ready, is = Verdict::ready;
  std::int64_t chips_were = 0, chips_are = 0;
  std::string chip;
  std::vector<Finding> gone;                       ///< of the old model, in the new one no more
  std::vector<Finding> added;                      ///< of the new model alone
  std::vector<std::pair<Finding, Finding>> other;  ///< of both, for another number of nodes

  /// Below 0: the new one is better. By verdict, then by findings that are no notes.
  int direction() const;
};
std::string_view direction_text(const TargetDifference& difference);

/// Of two reports about the same targets.
std::vector<TargetDifference> difference_of(const Report& was, const Report& is);

std::string difference_text(const Report& was, const Report& is);

}  // namespace weft::advice
