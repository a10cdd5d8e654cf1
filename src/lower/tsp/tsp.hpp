// SPDX-License-Identifier: Apache-2.0
// A model as a tensor program for one TSP.
#pragma once

#include "lower/lowered.hpp"

namespace weft::lower::tsp {

/// `model.tensors` (and `model-nodes.tensors`, in which every node's value is an output), its
/// weights and how a job runs it. Category::unsupported, with a line for each node that a tensor
/// program has not, and for what the scheduler refuses: a shape, or a model that the chips' memory
/// does not hold. In fp16 or int8.
Lowered lower(const Request& request);

}  // namespace weft::lower::tsp
