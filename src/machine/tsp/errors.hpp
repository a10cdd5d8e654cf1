// SPDX-License-Identifier: Apache-2.0
// What a running TSP refuses: what depends on data. All else was refused before the run.
#pragma once

#include <cstdint>

namespace weft::machine::tsp {

/// KernelError::code. Details: instruction in its chip's schedule, element.
enum class TspError : std::uint32_t {
  beyond_bank = 1,  ///< a gather's or scatter's word; third detail: its address
  two_bits,         ///< a 128-bit word with two flipped bits; third detail: word_detail()
};

/// Which word of an element: its superlane, its stream of the operand's, the operand.
constexpr std::uint64_t word_detail(std::uint32_t superlane, std::uint32_t stream,
                                    std::uint32_t operand) {
  return superlane | stream << 8U | operand << 16U;
}

}  // namespace weft::machine::tsp
