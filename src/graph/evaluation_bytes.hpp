// SPDX-License-Identifier: Apache-2.0
// What judging a model's nodes takes of the host's memory.
#pragma once

#include <cstdint>

#include "graph/graph.hpp"

namespace weft::graph {

/// About the bytes that an evaluation of `model` takes, every value and its bounds held in fp64.
std::uint64_t evaluation_bytes(const Graph& model);

}  // namespace weft::graph
