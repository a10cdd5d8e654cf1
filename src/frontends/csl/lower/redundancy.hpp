// SPDX-License-Identifier: Apache-2.0
// Leaves out what an optimiser would not compute twice.
#pragma once

#include <vector>

#include "frontends/csl/lower/emitter.hpp"

namespace weft::csl {

/// Byte addresses from here on are no SRAM (0xc000 bytes at most): loads and stores whose immediate
/// lies behind are of registers, and every one of them counts.
inline constexpr std::int32_t first_register_byte = 0xc000;

/// Within straight-line code, a scalar that was already computed, loaded or stored is taken from
/// the register that has it; what computed it again is marked. Memory counts as changed after
/// whatever may change it: a store that may overlap, vector instructions, calls. Constants are made
/// anew, as a machine of 16 registers does.
/// @param code    of one function, jumps to instruction numbers; operands are renamed in place
/// @param vectors its vector instructions, likewise
/// @param shared  of each register: other functions read or write it, so it is written as the code
/// says
/// @return a mark for each instruction that is to be left out
std::vector<bool> find_redundant(std::vector<wse::Instruction>& code,
                                 std::vector<wse::VectorInstruction>& vectors,
                                 const std::vector<bool>& shared);

}  // namespace weft::csl
