// SPDX-License-Identifier: Apache-2.0
// `weft compare MODEL`: a model run on several machines, side by side.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/compile/compiled_model.hpp"
#include "cli/context.hpp"
#include "cli/json_output.hpp"

namespace weft::cli::compare {

struct ModelComparison {
  ModelOptions model;
  std::vector<std::string> machines;
  bool choices = true;
  std::size_t width = 120;
  std::string html;  ///< empty: no page
};

/// Collective: the subcommand's action, its exit code. `json` is written as `html` is, at the end.
int compare_model(const Context& context, const ModelComparison& comparison,
                  const JsonOutput& json);

}  // namespace weft::cli::compare
