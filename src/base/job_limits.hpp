// SPDX-License-Identifier: Apache-2.0
// What a job may say: limits that readers of jobs hold, and writers of jobs keep.
#pragma once

#include <cstdint>

namespace weft {

/// Elements of a tile that one command moves; of a stream, those of one run.
inline constexpr std::int64_t most_elements_of_command = std::int64_t{1} << 24U;

}  // namespace weft
