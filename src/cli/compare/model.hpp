// SPDX-License-Identifier: Apache-2.0
// `weft compare MODEL`: a model run on several machines, side by side.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/compare/model_run.hpp"
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

/// Of a comparison: 0 where a machine ran the model, 2 where none has words and room for it; where
/// a program that weft wrote is wrong, that fault's.
int exit_code_of(const std::vector<ModelRun>& runs);

/// Collective: the subcommand's action, its exit code. `json` is written as `html` is, at the end.
int compare_model(const Context& context, const ModelComparison& comparison,
                  const JsonOutput& json);

}  // namespace weft::cli::compare
