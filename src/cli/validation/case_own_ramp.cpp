// SPDX-License-Identifier: Apache-2.0
// Case RAMP: words that a tile sends to itself, through an input queue of two words.
#include <string>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/validation/cases.hpp"
#include "cli/validation/kernel_run.hpp"

namespace weft::cli::validation {
namespace {

/// The program's form is ours: of those that were thought of, it was chosen when the figure of one
/// word, which is all start-up, was known.
constexpr const char* term_name = "RAMP 1 word";

struct Figure {
  std::uint32_t words;
  double cycles;
};

double own_ramp_cycles(Context& context, std::uint32_t words) {
  const KernelRun kernel{"cerebras-wse2", "kernels/wse/own_ramp/layout.csl", {}};
  double cycles = 0;
  run_kernel(context, kernel, [&](engine::Session& session) {
    launch(session, "run", {words});
    cycles = between_stamps(session, "begin", "end");
    const auto got = values_of<std::uint32_t>(session, "got", words);
    for (std::uint32_t k = 0; k < words; ++k) {
      if (got[k] != k + 1) fail(Category::check, "a validation program computed a wrong result");
    }
  });
  return share(context, cycles);
}

Row own_ramp_row(Context& context, const Figure& figure, double first) {
  Row row;
  const bool is_term = figure.words == 1;
  row.name = is_term ? term_name : "RAMP " + counted(figure.words, "word");
  row.machine = "cerebras-wse2";
  if (is_term) row.claim = Claim::term;
  row.published = figure.cycles;
  row.ours = is_term ? first : own_ramp_cycles(context, figure.words);
  row.bound_absolute = 3;
  row.bound_relative = 0.05;
  row.source = "RAMP to RAMP through queue 4, SDK simulator, cycles between two time stamps";
  row.rests_on = take_grounds(context);
  if (!is_term) {
    row.rests_on.insert(row.rests_on.begin(), {term_name,
                                               std::to_string(static_cast<int>(first)),
                                               row.machine,
                                               topology::Origin::fitted,
                                               {}});
  }
  return row;
}

}  // namespace

std::vector<Row> own_ramp(Context& context) {
  static const Figure figures[] = {{1, 34},   {2, 36},   {5, 51},    {10, 66},
                                   {20, 101}, {50, 209}, {100, 387}, {1000, 3537}};
  const double first = own_ramp_cycles(context, 1);
  std::vector<Row> rows;
  for (const Figure& figure : figures) {
    if (context.quick && figure.words > 20) continue;
    rows.push_back(own_ramp_row(context, figure, first));
  }
  return rows;
}

}  // namespace weft::cli::validation
