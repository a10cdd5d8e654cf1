// SPDX-License-Identifier: Apache-2.0
// Two lanes of 64 bits, each word mixed in by the finaliser of splitmix64.
#include "trace/hash.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/mix.hpp"

namespace weft::trace {
namespace {

constexpr std::uint64_t high_lane = 0xa4093822299f31d0ULL;

}  // namespace

void ContentHash::word(std::uint64_t value) {
  state_.low = mix(state_.low ^ value);
  state_.high = mix(state_.high ^ value ^ high_lane);
}

void ContentHash::text(std::string_view value) { bytes(std::as_bytes(std::span(value))); }

void ContentHash::bytes(std::span<const std::byte> value) {
  word(value.size());
  for (std::size_t at = 0; at < value.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t next = 0;
    std::memcpy(&next, value.data() + at, std::min(sizeof next, value.size() - at));
    word(next);
  }
}

void ContentHash::digest(const Digest& value) {
  word(value.low);
  word(value.high);
}

std::string to_hex(const Digest& digest) {
  static constexpr std::array<char, 17> digits{"0123456789abcdef"};
  std::string text;
  for (const std::uint64_t half : {digest.high, digest.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[(half >> shift) & 15U];
  }
  return text;
}

Digest hash_counter(std::span<const std::uint64_t> values, std::uint64_t channels,
                    const Rectangle& region, const Rectangle& slice) {
  Digest sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t tile = i / channels;
    const std::uint64_t x = slice.x0 + tile % slice.width;
    const std::uint64_t y = slice.y0 + tile / slice.width;
    const std::uint64_t place = (y * region.width + x) * channels + i % channels;
    const std::uint64_t seed = mix(place);
    sum.add({mix(seed ^ values[i]), mix(seed ^ values[i] ^ high_lane)});
  }
  return sum;
}

}  // namespace weft::trace
