// SPDX-License-Identifier: Apache-2.0
// The kernels of the queued engine; each runs over tiles of a list, in any order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "fabric/queued_state.hpp"

namespace weft::fabric::queued {

/// The number of the lowest bit set; `mask` is not 0.
inline unsigned lowest(std::uint32_t mask) { return static_cast<unsigned>(__builtin_ctz(mask)); }

/// Asks for the memory of a tile that a kernel comes to soon; the engine is bound by it.
template <typename T>
void prefetch(const T* object) {
  const auto* bytes = reinterpret_cast<const char*>(object);
  for (std::size_t at = 0; at < sizeof(T); at += 64) __builtin_prefetch(bytes + at, 1);
}
/// Tiles ahead: first what the tile's number gives, then what only its state tells.
inline constexpr std::uint32_t prefetch_far = 7;
inline constexpr std::uint32_t prefetch_near = 3;

/// The first lines of a tile's queues.
struct QueueLines {
  char bytes[4 * 64];
};

/// Streams of s.active[0 .. count) step in cycle s.shared->now.
void launch_step(const State& s, std::uint32_t count);

/// Routers of s.active[first .. first + count) decide what moves: reads and writes nothing of other
/// tiles. Ended runs go to s.runs.
void launch_decide(const State& s, std::uint32_t first, std::uint32_t count);

/// What s.active[0 .. count) decided reaches the neighbours, for the next cycle.
void launch_deliver(const State& s, std::uint32_t count);

/// A wavelet stands at in-port `port` of a tile in the next cycle.
void push_link(const State& s, std::uint32_t tile, unsigned port, unsigned color,
               std::uint32_t payload, bool control);

/// The other end of out-port `port` has room for one more word of a color in the next cycle.
void return_credit(const State& s, std::uint32_t tile, unsigned port, unsigned color);

}  // namespace weft::fabric::queued
