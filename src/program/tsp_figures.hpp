// SPDX-License-Identifier: Apache-2.0
// Schedules behind published cycle counts of one TSP chip, as early as its delays let them be.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp::figures {

struct Figure {
  Program program;
  Cycle cycles = 0;        ///< what is published
  std::uint32_t last = 0;  ///< instruction that can't be a cycle earlier, nor later but the rest
};

/// Reads the weights of a chip's four planes, int8 320 x 320, and installs them; `cycles` from the
/// first read to the first cycle in which activations meet all of them (ISCA 2020: below 40).
Figure four_planes(const Timing& timing);

/// `cycles` from a notify to the first dispatch of the queue that a sync has parked.
Figure barrier(const Timing& timing);

/// Transpose, a gather next to the VXM, three chained ALUs, distribute: `cycles` from the
/// transposer to the end of the distributor, without the way in and the way out.
Figure transpose_to_distribute(const Timing& timing);

/// Transpose, a gather next to the SXM, distribute: the same of the short way.
Figure transpose_gather_distribute(const Timing& timing);

/// A vector of 320 elements to 320 vectors, of each of which the first superlane holds one element
/// in all its lanes: 16 distributes, a shift by a superlane by way of memory, and again. It lies 18
/// hops from the SXM, the results eleven. `cycles` from the first read to the last word.
Figure unpack(const Timing& timing);

}  // namespace weft::program::tsp::figures
