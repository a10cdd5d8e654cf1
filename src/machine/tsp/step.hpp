// SPDX-License-Identifier: Apache-2.0
// Tasks, computed: each in one go over all of its elements.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "machine/tsp/errors.hpp"
#include "machine/tsp/state.hpp"

namespace weft::machine::tsp {

/// What tasks of a slice share.
struct Shop {
  Buffers buffers;
  numerics::tsp::DotCounters dots;
  std::vector<numerics::tsp::Int8Weights> free_int8;
  std::vector<numerics::tsp::Fp16Weights> free_fp16;
  Cycle launch = 0;
  std::optional<KernelError> error;     ///< the least (cycle, tile, code) met so far
  std::vector<Correction> corrections;  ///< in any order

  void refuse(const KernelError& refused);
};

/// The state of a plane of a stop; made where there is none.
Plane& plane_at(Part& part, std::uint32_t stop);

/// Runs task `task` of the part; everything that it takes is there. Category::internal where it is
/// not.
void run_task(Part& part, std::uint32_t task, Shop& shop);

/// One use less of a result; the last drops it.
void release(Part& part, std::uint32_t task, Shop& shop);
/// Notes that a result that is there now leaves over the part's cuts, where it does.
void note_leaving(Part& part, std::uint32_t task);

/// Makes weights ready that lie in a result.
void install(Part& part, std::uint32_t task, Shop& shop);

}  // namespace weft::machine::tsp
