// SPDX-License-Identifier: Apache-2.0
// Which machine stands for its kind where a user names none.
#pragma once

#include <string>
#include <vector>

namespace weft::machine {

/// Topologies: one of each kind, a single chip (or wafer), of the newest generation that is public.
const std::vector<std::string>& typical_topologies();

}  // namespace weft::machine
