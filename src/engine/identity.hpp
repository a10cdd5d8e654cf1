// SPDX-License-Identifier: Apache-2.0
// What makes a run on a machine the same run, for the trace's hash.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "topology/topology.hpp"

namespace weft::engine {

/// Of Plan::hashed_config: the machine's constants (topology::identity_text()) and a line of what
/// of the program is content, which its family says.
std::string machine_and_program(const topology::Topology& topology,
                                std::span<const std::byte> content);

}  // namespace weft::engine
