// SPDX-License-Identifier: Apache-2.0
// What a run leaves for programs, as JSON: of a job (`--json`), and of a session of a host program
// (WEFT_SUMMARY).
#pragma once

#include <string>

#include "engine/result.hpp"
#include "topology/topology.hpp"

namespace weft::hosts {

/// JSON: the keys of docs/jobs.md, "Summary", that do not ask for a job file; `checks` is empty.
std::string summary_json(const engine::Result& result, const topology::Topology& topology,
                         const std::string& job);

/// Writes the whole file or none. Category::system where it cannot be written.
void write_summary(const std::string& path, const engine::Result& result,
                   const topology::Topology& topology, const std::string& job);

}  // namespace weft::hosts
