// SPDX-License-Identifier: Apache-2.0
// Which operators a model has, by the names of its file, and which of them a machine has not.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::cli {

struct Operators {
  std::vector<std::string> all;      ///< in the order of their first nodes, each once
  std::vector<std::string> lacking;  ///< some of them
  std::vector<std::string> reasons;  ///< a line a node that the machine has not
};

/// Of what is left of a model once constants are folded.
std::vector<std::string> operators_of(const graph::Graph& model);
/// What a lowering said when it refused the model: the nodes' lines of a message of
/// lower::Lacks, and the operators that they name. Nothing of another message.
Operators with_refusal(std::vector<std::string> all, const std::string& message);

}  // namespace weft::cli
