// SPDX-License-Identifier: Apache-2.0
// The machine that a trace is of.
#pragma once

#include <string>

#include "topology/topology.hpp"
#include "trace/reader.hpp"

namespace weft::cli {

/// The machine that ran: the job's, with the constants that it had set. `file` is for messages.
topology::Topology machine_of(const trace::Reader& reader, const std::string& file);

}  // namespace weft::cli
