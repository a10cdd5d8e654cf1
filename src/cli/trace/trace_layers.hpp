// SPDX-License-Identifier: Apache-2.0
// Layers for programs that read JSON.
#pragma once

#include "analysis/layers.hpp"
#include "cli/json_output.hpp"

namespace weft::cli {

/// `cycles` of the run, `at_the_same_time`, `meaning`, and `layers` [`name`, `source`, `begin`,
/// `end`, `cycles`, and what the machine tells beside: `times`, `busy_share`, `by_kind`].
Json json_of(const analysis::Layers& layers);

}  // namespace weft::cli
