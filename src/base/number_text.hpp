// SPDX-License-Identifier: Apache-2.0
// Counts, shares and means as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace weft {

/// "12,345,678".
std::string grouped(std::uint64_t value);
/// "41.3": a share in percent, one place, rounded to nearest; "0.0" without whole.
std::string percent(std::uint64_t part, std::uint64_t whole);
/// "12.3": sum / count, one place, rounded to nearest; "0.0" without count.
std::string mean_text(std::uint64_t sum, std::uint64_t count);
/// "5,023.9": microseconds of `cycles`, one place, rounded to nearest.
std::string microseconds(std::uint64_t cycles, std::uint64_t clock_hz);

}  // namespace weft
