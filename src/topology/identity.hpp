// SPDX-License-Identifier: Apache-2.0
// What makes a machine the same machine, for the trace's hash.
#pragma once

#include <string>

#include "topology/topology.hpp"

namespace weft::topology {

/// Family and constants, a line "machine.<key> = <value>" each, sorted by key. Without the file's
/// path, names, units, origins and sources: a machine found by name, given by path or changed by
/// an override to the same values is the same.
std::string identity_text(const Topology& topology);

}  // namespace weft::topology
