// SPDX-License-Identifier: Apache-2.0
// What a session of a host program leaves in WEFT_SUMMARY: the summary that jobs have, as JSON.
#pragma once

#include <string>

#include "engine/result.hpp"
#include "topology/topology.hpp"

namespace weft::hosts {

/// Writes the whole file or none. Category::system where it cannot be written.
void write_summary(const std::string& path, const engine::Result& result,
                   const topology::Topology& topology, const std::string& job);

}  // namespace weft::hosts
