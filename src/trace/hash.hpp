// SPDX-License-Identifier: Apache-2.0
// The 128-bit hash of a run's content: not cryptographic, the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/geometry.hpp"
#include "base/recorder.hpp"

namespace weft::trace {

/// Absorbs words, texts and bytes in order; lengths are absorbed too, so "ab","c" is not "a","bc".
class ContentHash {
 public:
  void word(std::uint64_t value);
  void text(std::string_view value);
  void bytes(std::span<const std::byte> value);
  void digest(const Digest& value);
  Digest value() const { return state_; }

 private:
  Digest state_{0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL};
};

/// 32 hexadecimal digits, high half first.
std::string to_hex(const Digest& digest);

/// Sum of the hashes of a counter's values, [tile of slice][channel], each with its place in the
/// region: sums over the slices of a region do not depend on how it is cut.
Digest hash_counter(std::span<const std::uint64_t> values, std::uint64_t channels,
                    const Rectangle& region, const Rectangle& slice);

}  // namespace weft::trace
