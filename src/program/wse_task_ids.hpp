// SPDX-License-Identifier: Apache-2.0
// Task ids that mean something by themselves.
#pragma once

#include <cstdint>

namespace weft::program::wse {

/// Under which a trace has the functions that the host launches.
inline constexpr std::uint8_t launched_task_id = 0x3f;

/// Of the local task that starts when a color goes into teardown (Cerebras SDK documentation).
inline constexpr std::uint8_t teardown_task_id = 29;

}  // namespace weft::program::wse
