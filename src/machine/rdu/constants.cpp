// SPDX-License-Identifier: Apache-2.0
// Topology in, constants out. Ranges: constant_rules.cpp.
#include "machine/rdu/constants.hpp"

namespace weft::machine::rdu {

Constants read_constants(const topology::Topology& topology) {
  // What runs rests on them: the model is built on these, and their rules leave no other value.
  for (const char* key : {"context.lanes", "context.word_bits", "dram.burst_bytes"})
    topology.integer(key);
  return {program::rdu::read_timing(topology)};
}

}  // namespace weft::machine::rdu
