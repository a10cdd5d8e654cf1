// SPDX-License-Identifier: Apache-2.0
// Colors whose lightness grows evenly with the value, so that equal steps look equal, also in grey.
#pragma once

#include "analysis/image.hpp"

namespace weft::analysis {

/// From dark blue (0) through red-violet and orange to pale yellow (1).
Color heat_color(double value);

}  // namespace weft::analysis
