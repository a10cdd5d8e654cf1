// SPDX-License-Identifier: Apache-2.0
// Topology in, constants out. Ranges: constant_rules.cpp.
#include "machine/tsp/constants.hpp"

namespace weft::machine::tsp {

namespace {

/// What runs rests on them: the model is built on these, and their rules leave them no other value.
void look_up_structure(const topology::Topology& topology) {
  for (const char* key :
       {"chip.lanes", "chip.superlanes", "chip.streams_a_direction", "chip.stops",
        "chip.stream_hop_cycles", "chip.queues", "mem.slices_a_hemisphere", "mem.banks_a_slice",
        "mem.words_a_bank", "vxm.alus", "mxm.planes_a_hemisphere"}) {
    topology.integer(key);
  }
}

/// All that holds inside a chip.
void look_up_chip(const topology::Topology& topology) {
  for (const topology::Constant& constant : topology.constants()) {
    for (const char* group : {"mem.", "vxm.", "sxm.", "mxm.", "icu."}) {
      if (constant.key.starts_with(group)) topology.constant(constant.key);
    }
  }
  topology.constant("chip.superlane_stagger_cycles");
}

}  // namespace

Constants read_constants(const topology::Topology& topology) {
  look_up_structure(topology);
  Constants out;
  out.system = program::tsp::read_system(topology);
  out.cables = program::tsp::cables_of(out.system);
  if (out.system.chips == 1) {
    // Links are there and do nothing: what is looked up in a copy counts as no use.
    const topology::Topology unused = topology;
    out.timing = program::tsp::read_timing(unused);
    look_up_chip(topology);
  } else {
    topology.integer("link.links_a_chip");
    out.timing = program::tsp::read_timing(topology);
  }
  return out;
}

}  // namespace weft::machine::tsp
