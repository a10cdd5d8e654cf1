// SPDX-License-Identifier: Apache-2.0
// Kinds of devices.
#pragma once

#include <ostream>
#include <string>

namespace poplar {

enum class TargetType {
  IPU,        ///< the emulated machine as DeviceManager gives it
  IPU_MODEL,  ///< the same as IPUModel gives it
  CPU         ///< a machine of one tile
};
std::string toString(TargetType type);
inline std::ostream& operator<<(std::ostream& out, TargetType type) {
  return out << toString(type);
}

enum class IpuLinkConfiguration { Default, SlidingWindow, BarleyTwist };
enum class IpuLinkTopology { Mesh, Torus, Line };

}  // namespace poplar
