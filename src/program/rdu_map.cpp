// SPDX-License-Identifier: Apache-2.0
// From a controller tree to the units of a machine: see rdu_map.hpp.
#include "program/rdu_map.hpp"

#include "base/error.hpp"

namespace weft::program::rdu {

Program map(const rdu_tree::Tree& /*tree*/, const Timing& /*timing*/) {
  fail(Category::unsupported, "there is no mapper from Spatial programs to units yet");
}

std::string input_array(const rdu_tree::Tree& tree, std::uint32_t memory) {
  const bool dram = tree.memories[memory].kind == rdu_tree::MemoryKind::dram;
  return (dram ? "dram." : "arg.") + std::to_string(memory);
}

std::string output_array(const rdu_tree::Tree& tree, std::uint32_t memory) {
  const bool dram = tree.memories[memory].kind == rdu_tree::MemoryKind::dram;
  return dram ? input_array(tree, memory) + ".out" : "out." + std::to_string(memory);
}

}  // namespace weft::program::rdu
