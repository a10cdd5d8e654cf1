// SPDX-License-Identifier: Apache-2.0
// Advice for programs; what the keys mean is in docs/advise.schema.json.
#pragma once

#include "advice/report.hpp"
#include "advice/tables.hpp"
#include "cli/json_output.hpp"

namespace weft::cli::advising {

Json json_of(const advice::Report& report, const advice::Tables& tables);
/// What the second report says otherwise, and both.
Json difference_json(const advice::Report& was, const advice::Report& is,
                     const advice::Tables& tables);

}  // namespace weft::cli::advising
