// SPDX-License-Identifier: Apache-2.0
// Numbers for models' inputs, and for weights that their files leave out: drawn by place, the same
// at each run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/source_model.hpp"

namespace weft::cli::advising {

/// Floats from -1 to below 1; whole numbers from 0 to below the extents of the tables that they
/// are places in, else 0 and 1. Category::unsupported for an input of no known type.
std::vector<graph::Numbers> drawn_inputs(const graph::SourceModel& model);

/// Names of floating constants of both graphs, 16 numbers at least, whose bytes are all 0; none
/// where the second has such a one of its own.
std::set<std::string> left_out(const graph::Graph& before, const graph::Graph& after);

/// The numbers of a constant that is left out: by its name, of a size at which sums of a row stay
/// near 1; vectors, that may be variances, from 0.5 to below 1.5.
graph::Numbers drawn_weights(const graph::Value& value);

}  // namespace weft::cli::advising
