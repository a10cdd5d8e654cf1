// SPDX-License-Identifier: Apache-2.0
// What a target stands for: a machine's topology, and how many of its IPUs and tiles.
//
// The room target answers what Poplar's programs ask of a machine before there is a graph: which
// devices there are and what they consist of (device.cpp), and their constants under Poplar's names
// (target.cpp), each read from the topology. A target ends up in the graph, and from there in the
// executable, whose session emulates that same topology.
#pragma once

#include <memory>
#include <poplar/Target.hpp>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace poplar::core {

/// The machine of a target. Equal ones are the same machine, though made apart.
struct TargetImpl {
  std::shared_ptr<const weft::topology::Topology> topology;
  TargetType type = TargetType::IPU;
  unsigned ipus = 1;
  unsigned tiles_per_ipu = 1;
  std::string system;
  std::vector<GlobalExchangeConstraint> constraints;
  std::vector<unsigned> memory_elements;
};

/// The machine of a graph's target. poplar_error for a target without one.
const weft::topology::Topology& topology_of(const Target& target);
/// A target on a topology by name, of so many IPUs and tiles (0: as the topology has them), with
/// constants overridden as `--set` does.
Target make_target(const std::string& topology, TargetType type, unsigned ipus,
                   unsigned tiles_per_ipu, const std::vector<weft::topology::Assignment>& overrides,
                   const std::string& system);
/// The target of a topology's whole region.
Target target_of(weft::topology::Topology topology, TargetType type, const std::string& system);
/// The topology for so many IPUs of the default generation, or what WEFT_TOPOLOGY names.
std::string default_topology(unsigned ipus);
/// IPUs of the largest machine that programs find: the job's; the system that WEFT_TOPOLOGY names;
/// where that is a single chip, or nothing is named, as many as a pod of 64.
unsigned ipus_of_machine();
/// Category::input when WEFT_TOPOLOGY names no machine, or one that has no IPUs.
void check_named_machine();

}  // namespace poplar::core
