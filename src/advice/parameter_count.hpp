// SPDX-License-Identifier: Apache-2.0
// How many parameters a published model has, and who says so; private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "advice/published.hpp"
#include "advice/tables.hpp"
#include "topology/document.hpp"

namespace weft::advice {

/// Sums of products of whole numbers: "2 x 32000 x 4096 + 32 x (4 x 4096 + 7)". Nothing where it is
/// no such text, or more than 64 bits hold.
std::optional<std::int64_t> value_of_formula(std::string_view formula);

/// The table `parameters` of a model: `value` with its own `sources`. A number that no source
/// gives as such is `counted`: the formula, which has to give the value, from extents that another
/// source gives. Refused, naming file, row and key: a count without a source, one of our own
/// arithmetic without the formula or without a source of the extents, a formula that gives another
/// number.
ParameterCount parameter_count_at(topology::Table& model, const Tables& tables);

}  // namespace weft::advice
