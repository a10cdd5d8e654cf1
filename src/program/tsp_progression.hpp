// SPDX-License-Identifier: Apache-2.0
// Arithmetic progressions, and where two of them meet: what a schedule's runs are to its check.
#pragma once

#include <cstdint>

namespace weft::program::tsp {

/// first + k * step for k < count; step >= 1.
struct Progression {
  std::int64_t first = 0;
  std::int64_t step = 1;
  std::uint32_t count = 1;
  std::int64_t last() const { return first + std::int64_t{count - 1} * step; }
};

/// The values that two progressions share: elements a + j * a_step of one are elements b + j *
/// b_step of the other, for j < count.
struct Common {
  std::uint32_t count = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t a_step = 1;
  std::uint32_t b_step = 1;
};
/// By the Chinese remainder theorem; steps below 2^32.
Common common(const Progression& a, const Progression& b);

/// First element at or above `value`; may be `count` or more.
inline std::uint64_t element_at(const Progression& p, std::int64_t value) {
  if (value <= p.first) return 0;
  return static_cast<std::uint64_t>((value - p.first + p.step - 1) / p.step);
}

}  // namespace weft::program::tsp
