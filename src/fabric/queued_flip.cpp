// SPDX-License-Identifier: Apache-2.0
// A wavelet in flight, damaged on purpose.
#include "fabric/queued_impl.hpp"

namespace weft::fabric {

using namespace queued;

bool QueuedFabric::flip(std::uint32_t tile, std::uint8_t color, std::uint32_t mask) {
  const State& s = impl_->state;
  const Router& router = s.routers[tile];
  for (unsigned port = 0; port < port_count; ++port) {
    const std::uint16_t offset = s.sets[router.set].link_queue[port][color];
    if (offset == none16) continue;
    const LinkQueue& queue = link_queue(s, router.queue_base + offset);
    if (queue.count == 0) continue;
    s.pool[router.queue_base + offset + 1 + queue.head] ^= mask;
    return true;
  }
  return false;
}

}  // namespace weft::fabric
