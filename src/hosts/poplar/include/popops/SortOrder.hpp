// SPDX-License-Identifier: Apache-2.0
// Which way a result is sorted.
#pragma once

#include <iosfwd>

namespace popops {

enum class SortOrder { NONE, ASCENDING, DESCENDING };

/// "none", "ascending" or "descending".
std::ostream& operator<<(std::ostream& os, const SortOrder& o);

}  // namespace popops
