// SPDX-License-Identifier: Apache-2.0
// From a controller tree to the units of a machine.
//
// Nothing orders what the units do but tokens. Every access of the tree becomes contexts that go
// through the counters of all controllers around it, and what one leaves and another needs goes
// along a channel: numbers of registers and FIFOs themselves; of memories a token from each access
// to the next that may not overtake it, and a credit back for each copy of the memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_timing.hpp"
#include "program/rdu_tree.hpp"
#include "program/rdu_tree_interpret.hpp"

namespace weft::program::rdu {

/// How many numbers the host has in each memory of the tree: a DRAM of one dimension holds all of
/// them, a loop without end goes on as long as there are tokens.
using HostNumbers = std::vector<std::uint64_t>;
HostNumbers numbers_of(const rdu_tree::HostContents& contents);

/// Units of a tree that rdu_tree::schedule() has been through. Its host's memories are arrays, K
/// being the memory's number in the tree, a word a number:
///   dram K     "dram.K" (input) and "dram.K.out" (output) of one address; all dimensions
///   arg_in K   "arg.K" (input), one number
///   arg_out K  "out.K" (output), one number; none where nothing is written to it
///   streams K  "stream.K" (input); "stream.K.out" (output), of which "stream.K.out.count" tokens
///              are there in the end; all fields of a token in turn
/// Contexts, memories and units carry the source line that they are of.
///
/// Parallel factors: those of the innermost counter of a controller without children are lanes, all
/// others are units of their own. Lanes that an iteration does not have are masked.
///
/// Category::unsupported and Category::input with file, line and column of the source.
Program map(const rdu_tree::Tree& tree, const Timing& timing, const HostNumbers& host_numbers);

/// Names of arrays, as above.
std::string input_array(const rdu_tree::Tree& tree, std::uint32_t memory);
std::string output_array(const rdu_tree::Tree& tree, std::uint32_t memory);

}  // namespace weft::program::rdu
