// SPDX-License-Identifier: Apache-2.0
// What the fabric refused, as a sentence.
#include <string>

#include "fabric/queued_impl.hpp"

namespace weft::fabric {

const char* port_name(std::uint8_t port) {
  static constexpr const char* names[] = {"west", "east", "south", "north", "the ramp"};
  return port < 5 ? names[port] : "an unknown port";
}

std::string QueuedFabric::describe(const Fault& fault) const {
  const std::uint32_t width = impl_->extent.region.width;
  const std::string where = "tile (" + std::to_string(index(fault.tile) % width) + ", " +
                            std::to_string(index(fault.tile) / width) + "), cycle " +
                            std::to_string(fault.cycle) + ": ";
  const std::string color = "color " + std::to_string(fault.color);
  const std::string port = port_name(fault.port);
  switch (fault.code) {
    case FabricError::unrouted:
      return where + "a wavelet of " + color + " came from " + port +
             ", and the color has no route here";
    case FabricError::collision:
      return where + "two wavelets of " + color + " arrived in one cycle, one of them from " + port;
    case FabricError::receive_mismatch:
      return where + "a wavelet of " + color + " came from " + port +
             ", from which no switch position of the color receives";
    case FabricError::slot_busy:
      return where + "an operation started on a microthread that is still busy";
    case FabricError::queue_busy:
      return where + "an operation started on a queue that another live operation uses";
    case FabricError::queue_overflow:
      return where + "internal: a queue of " + color + " took a wavelet that it had no room for";
    case FabricError::bad_post:
      return where + "an operation of no words, or on a queue that does not exist";
    case FabricError::none:
    case FabricError::end:
      break;
  }
  return where + "no fabric error";
}

}  // namespace weft::fabric
