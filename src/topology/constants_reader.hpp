// SPDX-License-Identifier: Apache-2.0
// Collects the constants of a topology document; private to this room.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "topology/constant.hpp"
#include "topology/document.hpp"

namespace weft::topology {

/// The form of topology files and of their parts.
inline constexpr std::int64_t format_version = 1;

/// Group tables may give `unit`, `origin`, `source`, `fitted_to`, `from_cases` once for the bare
/// values in them; a table with a `value` is a constant; any other table is a group. Sorted by key.
std::vector<Constant> read_constants(const Value& root);

/// What the keys of facts begin with.
inline constexpr std::string_view facts_prefix = "facts.";

/// True for the keys that describe a group or a constant and are none themselves.
bool is_description(std::string_view key);

}  // namespace weft::topology
