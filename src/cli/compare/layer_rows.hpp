// SPDX-License-Identifier: Apache-2.0
// The largest layers of each machine's run, side by side.
#pragma once

#include <vector>

#include "cli/compare/table.hpp"

namespace weft::cli::compare {

/// A row a layer that is among the ten with most cycles on any machine, in the model's order, under
/// the name of the value that it gives; bars are held against the machine's largest layer. None
/// where no run tells of layers.
std::vector<Row> layer_rows_of(const Subject& subject, const std::vector<ModelRun>& runs);

}  // namespace weft::cli::compare
