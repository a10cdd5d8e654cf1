// SPDX-License-Identifier: Apache-2.0
// Runs of one model as rows: for the terminal and for the page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/compare/model_run.hpp"

namespace weft::cli::compare {

struct Cell {
  std::string text;
  std::optional<double> bar;  ///< what a bar beside the text is as long as, of any unit
  bool bad = false;           ///< says why a machine has no run
};

struct Row {
  std::string title;
  std::string meaning;  ///< a sentence
  bool shares = false;  ///< bars are shares of a whole, else they are held against the longest
  std::vector<Cell> cells;
};

/// A row a figure, a cell a machine; "-" where a machine refused the model, but in the row that
/// says why.
std::vector<Row> rows_of(const std::vector<ModelRun>& runs);

/// "resnet8_32.onnx: 13 nodes, 12.5 M multiply-adds, 1 run of the model".
std::string headline(const Subject& subject);

}  // namespace weft::cli::compare
