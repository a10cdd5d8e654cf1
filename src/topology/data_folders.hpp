// SPDX-License-Identifier: Apache-2.0
// Where what weft reads beside its program lies.
#pragma once

#include <string>
#include <vector>

namespace weft::topology {

/// Where weft's data of a kind ("topologies") are looked for, in order: $WEFT_DATA_DIR/kind, the
/// installed share folder beside the program, the source tree.
std::vector<std::string> data_folders(const std::string& kind);

}  // namespace weft::topology
