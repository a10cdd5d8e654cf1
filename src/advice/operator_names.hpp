// SPDX-License-Identifier: Apache-2.0
// Names that rows of the table of support may have; private to this room.
#pragma once

#include <string>
#include <vector>

namespace weft::advice {

/// Of the standard's default domain, and a few that stand beside it.
const std::vector<std::string>& operator_names();
bool is_operator_name(const std::string& name);

}  // namespace weft::advice
