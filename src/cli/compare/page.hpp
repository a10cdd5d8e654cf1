// SPDX-License-Identifier: Apache-2.0
// The comparison as one HTML file: nothing beside it is needed to read it.
#pragma once

#include <string>
#include <vector>

#include "cli/compare/table.hpp"

namespace weft::cli::compare {

/// A page with the headline, the rows with a bar where they have one, those of layers where there
/// are any, and what each run rests on.
std::string page_of(const std::string& headline, const std::vector<ModelRun>& runs,
                    const std::vector<Row>& rows, const std::vector<Row>& layers);

}  // namespace weft::cli::compare
