// SPDX-License-Identifier: Apache-2.0
// Messages and reductions on a row against closed forms: not earlier, not much later.
#include <gtest/gtest.h>

#include "cli/validation/row_forms.hpp"
#include "cli/validation/row_programs.hpp"
#include "support/wse_machine.hpp"

namespace weft::cli::validation {
namespace {

/// Cycles of the measured part; checks the data on the way.
std::uint64_t measured(const RowProgram& row, unsigned slices = 1) {
  test::WseRun run(row.program, slices);
  run.run();
  EXPECT_EQ(run.error(), "");
  const auto data = run.read<float>("data", row.last, 0, row.words);
  EXPECT_EQ(data, std::vector<float>(row.words, row.expected));
  const auto begin = run.read<std::uint32_t>("begin", row.first, 0, 1)[0];
  const auto end = run.read<std::uint32_t>("end", row.last, 0, 1)[0];
  return end - begin;
}

void expect_form(const Form& form, std::uint32_t tiles, std::uint32_t words) {
  const double expected = form.cycles(tiles, words);
  const double ours = static_cast<double>(measured(form.program(tiles, words)));
  const double bound = std::max(0.05 * expected, 40.0);
  EXPECT_NEAR(ours, expected, bound) << form.name << " tiles " << tiles << " words " << words;
}

TEST(Row, ClosedFormsHold) {
  for (const Form& form : row_forms()) {
    for (const std::uint32_t tiles : {16U, 64U}) {
      for (const std::uint32_t words : {1U, 16U, 256U}) {
        if (form.applies(tiles, words)) expect_form(form, tiles, words);
      }
    }
  }
}

TEST(Row, AMessageArrivesExactlyWhenItsFormSays) {
  // Time stamp (6) and its store, the pipe, two ramps of 2, and the hops before the last step.
  for (const std::uint32_t tiles : {2U, 5U, 33U}) {
    for (const std::uint32_t words : {1U, 2U, 50U}) {
      EXPECT_EQ(measured(message(tiles, words)), 7 + 1 + 2 + 2 + (tiles - 1) + words) << tiles;
    }
  }
}

TEST(Row, AChainTakesSixCyclesAStep) {
  for (const std::uint32_t words : {1U, 40U}) {
    const std::uint64_t small = measured(chain(10, words));
    EXPECT_EQ(measured(chain(30, words)) - small, 20 * 6);
  }
}

TEST(Row, SlicesChangeNothing) {
  for (const unsigned slices : {2U, 3U, 4U}) {
    EXPECT_EQ(measured(two_phase(24, 20, 6, Stamp::yes), slices),
              measured(two_phase(24, 20, 6, Stamp::yes), 1));
    EXPECT_EQ(measured(star(12, 9), slices), measured(star(12, 9), 1));
  }
}

}  // namespace
}  // namespace weft::cli::validation
