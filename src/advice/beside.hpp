// SPDX-License-Identifier: Apache-2.0
// Published figures of a model on a target, and what was emulated beside them; private to this
// room.
#pragma once

#include "advice/report.hpp"
#include "advice/tables.hpp"

namespace weft::advice {

/// The rows of the model that this one is, else those of the nearest: most alike in parameters, at
/// most four times as many or as few, with the operator that tells it.
void add_published(const Tables& tables, const Profile& profile, Task task, TargetReport& to);

/// What the model takes on machines that are no targets, as it is published.
void add_baselines(const Tables& tables, Report& to);

/// Puts the report's emulation beside its published rows.
void set_beside(const Profile& profile, Task task, TargetReport& to);

}  // namespace weft::advice
