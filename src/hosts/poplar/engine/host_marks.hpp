// SPDX-License-Identifier: Apache-2.0
// Stretches of a program's own work on the host, for the trace of the session that is open. Marks
// may be set by any thread; cycles are those that the host has seen last.
#pragma once

#include <string>

#include "base/ids.hpp"
#include "engine/session.hpp"

namespace weft::hosts::poplar {

void begin_mark(const std::string& channel, const std::string& label);
/// Of the latest that was begun with these names; nothing where none was.
void end_mark(const std::string& channel, const std::string& label);
void point_mark(const std::string& channel, const std::string& label);

/// From here on marks are set at this cycle of the open session.
void set_mark_clock(Cycle now);
/// Gives a session that is about to close what has ended; what has not goes on in the next one,
/// from its begin.
void hand_over_marks(engine::Session& session);

}  // namespace weft::hosts::poplar
