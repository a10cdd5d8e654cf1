// SPDX-License-Identifier: Apache-2.0
// What a running TSP refuses: what depends on data. All else was refused before the run.
#pragma once

#include <cstdint>

namespace weft::machine::tsp {

/// KernelError::code. Details: instruction in its chip's schedule, element.
enum class TspError : std::uint32_t {
  beyond_bank = 1,  ///< a gather's or scatter's word; third detail: its address
  two_bits,         ///< a 128-bit word with two flipped bits; third detail: its superlane
};

}  // namespace weft::machine::tsp
