// SPDX-License-Identifier: Apache-2.0
// What was measured here, or somebody published.
#include "advice/baseline.hpp"

#include "base/number_text.hpp"

namespace weft::advice {
namespace {

/// "90.03 us": seconds in a unit in which they are at least 1.
std::string figure_of(const Baseline& one) {
  constexpr int digits = 5;
  if (one.unit != "s" || one.value >= 1) return general(one.value, digits) + " " + one.unit;
  const bool is_short = one.value < 1e-3;
  return general(one.value * (is_short ? 1e6 : 1e3), digits) + (is_short ? " us" : " ms");
}

std::string sentence_of(const Baseline& one) {
  std::string from = ", measured";
  if (!one.sources.empty()) {
    from = " (";
    for (const std::string& key : one.sources) from += (from == " (" ? "" : " ") + key;
    from += ")";
  }
  return figure_of(one) + ": " + one.machine + ", " + one.setting + from;
}

}  // namespace

std::vector<std::string> baseline_sentences(const Report& report) {
  std::vector<std::string> out;
  for (const Baseline& one : report.baselines) out.push_back(sentence_of(one));
  if (!report.why_not_timed.empty()) {
    out.push_back("this host: not timed: " + report.why_not_timed);
  }
  return out;
}

}  // namespace weft::advice
