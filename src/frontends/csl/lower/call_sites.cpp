// SPDX-License-Identifier: Apache-2.0
// Counting of calls: see call_sites.hpp.
#include "frontends/csl/lower/call_sites.hpp"

#include <algorithm>

namespace weft::csl {

void CallCounter::add_calls(const std::string& caller, const Calls& calls) {
  for (const auto& [callee, count] : calls) {
    unsigned& most = calls_[callee][caller];
    most = std::max(most, count);
  }
}

std::set<CallSite> CallCounter::repeated() const {
  std::set<CallSite> out;
  for (const auto& [callee, callers] : calls_) {
    unsigned count = 0;
    for (const auto& [caller, calls] : callers) count += calls;
    if (count < 2) continue;
    const auto& sites = sites_.at(callee);
    out.insert(sites.begin(), sites.end());
  }
  return out;
}

}  // namespace weft::csl
