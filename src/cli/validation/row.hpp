// SPDX-License-Identifier: Apache-2.0
// One line of `weft validate`: a figure from the world, ours, and how far apart they may be.
#pragma once

#include <string>
#include <vector>

namespace weft::cli::validation {

/// What a row claims.
enum class Claim {
  published,    ///< a figure measured or published by others, with no constant fitted to it
  fit,          ///< a constant was fitted to this figure: shown, never counted as passed
  consistency,  ///< a closed form of the literature, not a measurement
  prediction,   ///< no comparable published figure holds; shown for the record
};

/// Units are cycles unless `unit` says otherwise.
struct Row {
  std::string name;     ///< "A4 5x5"
  std::string machine;  ///< topology, "cerebras-wse2"
  Claim claim = Claim::published;
  double published = 0;
  double ours = 0;
  double bound_relative = 0;  ///< fraction of the published figure
  double bound_absolute = 0;  ///< in `unit`; the larger of the two bounds holds
  std::string unit = "cycle";
  std::string source;

  double error() const { return ours - published; }
  double error_relative() const { return published == 0 ? 0 : error() / published; }
  double bound() const;
  bool within() const;
  /// "passed", "FAILED", "fit", "consistent", "INCONSISTENT", "prediction".
  std::string verdict() const;
  /// True when the row makes `weft validate` exit with 3.
  bool failed() const;
};

std::string name_of(Claim claim);

/// Aligned text table for a terminal.
std::string text_table(const std::vector<Row>& rows);
/// The same as a Markdown table.
std::string markdown_table(const std::vector<Row>& rows);

}  // namespace weft::cli::validation
