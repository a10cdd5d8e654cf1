// SPDX-License-Identifier: Apache-2.0
// What a Sync program waits for.
#pragma once

#include <ostream>

namespace poplar {

enum class SyncType {
  EXTERNAL,  ///< all tiles of all IPUs and the host
  INTERNAL,  ///< the tiles of each IPU
  GLOBAL     ///< all tiles of all replicas
};
std::ostream& operator<<(std::ostream& out, SyncType type);

}  // namespace poplar
