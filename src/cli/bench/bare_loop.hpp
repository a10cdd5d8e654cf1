// SPDX-License-Identifier: Apache-2.0
// A model's multiplications as a user would write them down, to have a baseline.
#pragma once

#include "graph/graph.hpp"

namespace weft::cli::bench {

/// How long a bare loop takes on one core: its convolutions and products of one item in fp32, a
/// loop nest each, on numbers that nobody reads.
struct BareLoop {
  double seconds = 0;  ///< of the processor
  double products = 0;
  float kept = 0;  ///< so that no loop is left out
};
BareLoop bare_loop(const graph::Graph& model);

}  // namespace weft::cli::bench
