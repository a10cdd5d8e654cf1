// SPDX-License-Identifier: Apache-2.0
// Inputs for a model that is computed only to be timed or compared: drawn, and valid in all tables
// that they look up in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/source_model.hpp"

namespace weft::cli::advising {

/// Whole numbers from 0 to below this are places in all tables that an input looks up in.
std::int64_t whole_bound_of(const graph::SourceModel& model, graph::SourceValueId input);

/// The inputs as arguments of a script, four each: name, numpy's type, shape ("1x128"; "" of a
/// scalar), bound of whole numbers. Nothing where numpy has not the type of one.
std::optional<std::vector<std::string>> input_words(const graph::SourceModel& model);

/// Defines drawn(words) in Python: arrays by name, floats from -1 to 1, the same at each run.
extern const std::string_view drawing_script;

}  // namespace weft::cli::advising
