// SPDX-License-Identifier: Apache-2.0
// Numbers as people read and write them, in every locale the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

/// "12,345,678".
std::string grouped(std::uint64_t value);
/// "41.3": a share in percent, one place, rounded to nearest; "0.0" without whole.
std::string percent(std::uint64_t part, std::uint64_t whole);
/// "12.3": sum / count, one place, rounded to nearest; "0.0" without count.
std::string mean_text(std::uint64_t sum, std::uint64_t count);
/// "5,023.9": microseconds of `cycles`, one place, rounded to nearest.
std::string microseconds(std::uint64_t cycles, std::uint64_t clock_hz);

/// As printf's %.<places>f, %.<places>e and %.<digits>g are in the C locale.
std::string fixed(double value, int places);
std::string scientific(double value, int places);
std::string general(double value, int digits);
/// The shortest text that real_of() reads as `value`.
std::string shortest(double value);

/// The number that the whole of `text` is ("0.6", "-2", "1e-3"); nothing where it is none, or none
/// that a double holds.
std::optional<double> real_of(std::string_view text);
/// The same for digits alone.
std::optional<std::uint64_t> whole_of(std::string_view text);

}  // namespace weft
