// SPDX-License-Identifier: Apache-2.0
// What the replicas of a graph get from a host stream.
#pragma once

namespace poplar {

enum class ReplicatedStreamMode { REPLICATE, BROADCAST };

}  // namespace poplar
