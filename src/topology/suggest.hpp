// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the known word nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::topology {

/// Least number of inserted, removed, replaced or swapped neighbouring characters between two
/// words.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known word nearest to `word`, empty when none is near (more than a third of it differs).
std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// " (did you mean 'x'?)", or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace weft::topology
