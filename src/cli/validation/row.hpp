// SPDX-License-Identifier: Apache-2.0
// One line of `weft validate`: a figure from the world, ours, how far apart they may be, and what
// ours rests on.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cli/validation/ground.hpp"

namespace weft::cli::validation {

/// What a row compares.
enum class Claim {
  figure,      ///< a figure that others measured or published, with what emulated tiles take
  arithmetic,  ///< a figure that follows from the same inputs by the same formula
  term,        ///< a part of a figure that was chosen after the figure was known
  schedule,    ///< what another compiler's schedule of the same work takes: shown beside ours
};

/// What a row proves.
enum class Verdict {
  passed,      ///< within its bound, and no constant that it rests on comes from it
  outside,     ///< not within its bound
  derived,     ///< within, but a constant that it rests on was taken or derived from this figure
  fit,         ///< a constant or term was fitted to this figure, or chosen in sight of it
  arithmetic,  ///< equal, as the same formula must be
  another_schedule,  ///< of the same work: has no bound, proves nothing
};
inline constexpr std::array all_verdicts = {Verdict::passed,     Verdict::outside,
                                            Verdict::derived,    Verdict::fit,
                                            Verdict::arithmetic, Verdict::another_schedule};
const char* name_of(Verdict verdict);

/// Units are cycles unless `unit` says otherwise.
struct Row {
  std::string name;       ///< "A4 5x5"
  std::string case_name;  ///< "A4", "closed-forms"; as `weft validate` takes it
  std::string machine;    ///< topology, "cerebras-wse2"
  Claim claim = Claim::figure;
  double published = 0;
  double ours = 0;
  double bound_relative = 0;  ///< fraction of the published figure
  double bound_absolute = 0;  ///< in `unit`; the larger of the two bounds holds
  std::string unit = "cycle";
  std::string source;
  std::vector<Ground> rests_on;

  double error() const { return ours - published; }
  double error_relative() const { return published == 0 ? 0 : error() / published; }
  double bound() const;
  bool within() const;
  /// The constants and terms of rests_on that come from this row's figure.
  std::vector<const Ground*> origin_of() const;
  Verdict verdict() const;
  /// True when the row makes `weft validate` exit with 3.
  bool failed() const { return verdict() == Verdict::outside; }
};

/// A figure as tables show it: whole, or with two places.
std::string figure_text(double value);
/// Aligned text table for a terminal.
std::string text_table(const std::vector<Row>& rows);
/// The same as a Markdown table.
std::string markdown_table(const std::vector<Row>& rows);
/// "70 rows: 41 passed, 5 outside, 12 derived, 6 fit, 6 arithmetic".
std::string counts_text(const std::vector<Row>& rows);

}  // namespace weft::cli::validation
