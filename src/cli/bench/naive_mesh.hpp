// SPDX-License-Identifier: Apache-2.0
// The baseline of the fabric benchmark: a mesh simulator written the plain way, which looks at all
// 120 queues of every router in every cycle.
#pragma once

#include <cstdint>

#include "cli/bench/mesh_workload.hpp"

namespace weft::cli::bench {

struct MeshResult {
  std::uint64_t cycles = 0;
  std::uint64_t hops = 0;  ///< outputs taken, ramps included
  double seconds = 0;      ///< processor time of the cycles alone
};

/// Runs until every flow has moved its words, and every wavelet has arrived.
MeshResult run_naive_mesh(const MeshWorkload& mesh, std::uint32_t queue_depth);

}  // namespace weft::cli::bench
