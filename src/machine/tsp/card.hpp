// SPDX-License-Identifier: Apache-2.0
// What this family says of its machines beside others.
#pragma once

#include "machine/card.hpp"
#include "topology/topology.hpp"

namespace weft::machine::tsp {

/// Of a topology of this family.
Card card(const topology::Topology& topology);

}  // namespace weft::machine::tsp
