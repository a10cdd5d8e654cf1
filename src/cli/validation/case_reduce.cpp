// SPDX-License-Identifier: Apache-2.0
// Cases A1 and A2: the two-colour reduction of 512 tiles, and the closed forms of a row.
#include <algorithm>
#include <cmath>
#include <string>

#include "cli/validation/row_forms.hpp"
#include "cli/validation/run_row.hpp"

namespace weft::cli::validation {
namespace {

constexpr const char* source = "pr0f3ss/SpMM_Cerebras reduce_2colors_2phase results.txt";
constexpr const char* log_source = "pr0f3ss/SpMM_Cerebras reduce_2colors_2phase sim.log";

Row published(const std::string& name, double theirs, std::uint64_t ours) {
  Row row;
  row.name = name;
  row.machine = "cerebras-wse2";
  row.published = theirs;
  row.ours = static_cast<double>(ours);
  row.bound_relative = 0.03;
  row.source = source;
  return row;
}

}  // namespace

std::vector<Row> a1(Context& context) {
  struct Figure {
    std::uint32_t group;
    double cycles;
  };
  static const Figure figures[] = {{2, 10055}, {4, 9421},   {8, 9117},   {16, 8989}, {32, 8973},
                                   {64, 9061}, {128, 9297}, {256, 9800}, {512, 7218}};
  std::vector<Row> rows;
  for (const Figure& figure : figures) {
    if (context.quick && figure.group != 32 && figure.group != 512) continue;
    const RowTimes times = run_row(context, two_phase(512, 4096, figure.group, true));
    rows.push_back(published("A1 group " + std::to_string(figure.group), figure.cycles, times.end));
  }
  return rows;
}

std::vector<Row> a2(Context& context) {
  struct Figure {
    std::uint32_t group;
    double cycles;
    const char* from;
  };
  // Of group 28 the program's own time stamp is published; of the others the simulator's cycle
  // count, which in each of A1's runs is the time stamp's figure + 135.
  static const Figure figures[] = {{28, 926, source},       {2, 1991, log_source},
                                   {4, 1357, log_source},   {8, 1053, log_source},
                                   {16, 925, log_source},   {32, 909, log_source},
                                   {64, 997, log_source},   {128, 1284, log_source},
                                   {256, 1914, log_source}, {512, 3186, log_source}};
  std::vector<Row> rows;
  for (const Figure& figure : figures) {
    if (context.quick && figure.group != 28 && figure.group != 2) continue;
    const RowTimes times = run_row(context, two_phase(512, 64, figure.group, true));
    rows.push_back(
        published("A2 64 words, group " + std::to_string(figure.group), figure.cycles, times.end));
    rows.back().source = figure.from;
  }
  return rows;
}

std::vector<Row> closed_forms(Context& context) {
  std::vector<Row> rows;
  for (const Form& form : row_forms()) {
    for (const std::uint32_t tiles : {16U, 64U, 256U, 512U}) {
      if (context.quick && tiles != 64) continue;
      for (const std::uint32_t words : {1U, 4U, 16U, 64U, 256U, 1024U, 4096U}) {
        if (context.quick && words != 1 && words != 64) continue;
        const double expected = form.cycles(tiles, words);
        // A star of many words only repeats what one of few shows, for minutes.
        const bool endless = expected * tiles > 2e7;
        if (!form.applies(tiles, words) || endless) continue;
        const RowTimes times = run_row(context, form.program(tiles, words));
        Row row = published(
            std::string(form.name) + " P " + std::to_string(tiles) + " B " + std::to_string(words),
            std::floor(expected), times.end - times.begin);
        row.claim = Claim::consistency;
        row.bound_relative = 0.05;
        row.bound_absolute = 40;
        row.source = "arXiv 2404.15888, closed form";
        rows.push_back(row);
      }
    }
  }
  return rows;
}

}  // namespace weft::cli::validation
