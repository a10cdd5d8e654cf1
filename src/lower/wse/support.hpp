// SPDX-License-Identifier: Apache-2.0
// What of a model no wafer takes, whatever its strips are; what evaluating it takes here.
#pragma once

#include <cstdint>

#include "graph/graph.hpp"
#include "lower/lowered.hpp"
#include "lower/wse/machine.hpp"

namespace weft::lower::wse {

/// Category::unsupported, a line each, for values without elements, and for those with more than a
/// job moves between host and wafer.
void require_sizes(const graph::Graph& model, const Machine& machine);

/// Nodes of `model`, as it was read, that round to a format that the program has not.
Lacks other_roundings(const graph::Graph& model, const Machine& machine);

}  // namespace weft::lower::wse
