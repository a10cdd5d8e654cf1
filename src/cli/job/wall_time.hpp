// SPDX-License-Identifier: Apache-2.0
// Wall times as batch systems write them.
#pragma once

#include <string>

namespace weft::cli {

/// Seconds of "90", "1.5", "90s", "30m", "2h", "mm:ss", "hh:mm:ss" or "d-hh:mm:ss". Category::input
/// otherwise, and for what is not more than 0.
double read_wall_time(const std::string& text);

}  // namespace weft::cli
