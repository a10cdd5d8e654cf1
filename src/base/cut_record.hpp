// SPDX-License-Identifier: Apache-2.0
// What crosses a cut between two ranks, in a form that knows no machine.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/ids.hpp"

namespace weft {

/// One thing that left on a cut link in `cycle`; it acts at the other end at the start of `cycle +
/// link latency`. Machines give `kind`, `channel` and `word` their meaning (WSE: wavelet or credit,
/// color, payload).
struct CutRecord {
  Cycle cycle = 0;
  LinkId link{};
  std::uint16_t kind = 0;
  std::uint16_t channel = 0;
  std::uint64_t word = 0;
  friend bool operator==(const CutRecord&, const CutRecord&) = default;
};
static_assert(std::is_trivially_copyable_v<CutRecord> && sizeof(CutRecord) == 24);

}  // namespace weft
