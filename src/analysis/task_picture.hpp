// SPDX-License-Identifier: Apache-2.0
// Tasks, vector operations and stalls of tiles over time as a picture.
#pragma once

#include <vector>

#include "analysis/image.hpp"
#include "analysis/task_time.hpp"

namespace weft::analysis {

/// Colors of a lane's parts, the last one of none. Category::input for more parts than there are.
std::vector<Color> colors_of_lane(const TimeLane& lane);

/// A panel a lane, a row a tile or several, with a legend each. A box's height is shared among what
/// its tiles did there; of a box of one pixel the most has all.
Image draw_task_time(const TaskTime& time, const trace::Header& header);

/// What read_task_time() should be asked for.
inline constexpr int task_pixels = 1120;
inline constexpr int task_rows_most = 160;

}  // namespace weft::analysis
