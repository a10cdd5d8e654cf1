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

Row row_of(Context& context, const std::string& name, double theirs, double ours,
           const char* from) {
  Row row;
  row.name = name;
  row.machine = "cerebras-wse2";
  row.published = theirs;
  row.ours = ours;
  row.bound_relative = 0.03;
  row.source = from;
  row.rests_on = take_grounds(context);
  return row;
}

struct Figure {
  std::uint32_t group;
  double cycles;
  const char* from;
};

constexpr const char* term_name = "A2 time stamp of group 28";

/// Every tile of the published program first calls the closed library <debug>'s trace_timestamp(),
/// whose body we wrote when the size of the miss was known (group 28 of 64 words): a term of its
/// own. `missing` is what the program without it lacks there.
struct TimeStamp {
  double missing = 0;
  double cycles = 0;
};

TimeStamp time_stamp(Context& context) {
  constexpr double published = 926;
  const auto without = static_cast<double>(run_row(context, two_phase(512, 64, 28, Stamp::no)).end);
  const auto with = static_cast<double>(run_row(context, two_phase(512, 64, 28, Stamp::yes)).end);
  return {published - without, with - without};
}

/// The published time less the term, and the program without it.
Row remainder(Context& context, const std::string& name, const Figure& figure, std::uint32_t words,
              const TimeStamp& stamp) {
  const RowTimes times = run_row(context, two_phase(512, words, figure.group, Stamp::no));
  Row row = row_of(context, name + ", less the time stamp", figure.cycles - stamp.cycles,
                   static_cast<double>(times.end), figure.from);
  row.rests_on.insert(row.rests_on.begin(), {term_name,
                                             std::to_string(static_cast<int>(stamp.cycles)),
                                             row.machine,
                                             topology::Origin::fitted,
                                             {}});
  return row;
}

}  // namespace

std::vector<Row> a1(Context& context) {
  static const Figure figures[] = {{2, 10055, source},  {4, 9421, source},   {8, 9117, source},
                                   {16, 8989, source},  {32, 8973, source},  {64, 9061, source},
                                   {128, 9297, source}, {256, 9800, source}, {512, 7218, source}};
  const TimeStamp stamp = time_stamp(context);
  take_grounds(context);
  std::vector<Row> rows;
  for (const Figure& figure : figures) {
    if (context.quick && figure.group != 32 && figure.group != 512) continue;
    rows.push_back(
        remainder(context, "A1 group " + std::to_string(figure.group), figure, 4096, stamp));
  }
  return rows;
}

std::vector<Row> a2(Context& context) {
  // The simulator's cycle count, which in each of A1's runs is the time stamp's figure + 135. Of
  // group 28 the program's own time stamp is published: the term takes it up.
  static const Figure figures[] = {
      {2, 1991, log_source},   {4, 1357, log_source},   {8, 1053, log_source},
      {16, 925, log_source},   {32, 909, log_source},   {64, 997, log_source},
      {128, 1284, log_source}, {256, 1914, log_source}, {512, 3186, log_source}};
  const TimeStamp stamp = time_stamp(context);
  Row term = row_of(context, term_name, stamp.missing, stamp.cycles, source);
  term.claim = Claim::term;
  std::vector<Row> rows{term};
  for (const Figure& figure : figures) {
    if (context.quick && figure.group != 16 && figure.group != 2) continue;
    rows.push_back(remainder(context, "A2 64 words, group " + std::to_string(figure.group), figure,
                             64, stamp));
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
        Row row = row_of(
            context,
            std::string(form.name) + " P " + std::to_string(tiles) + " B " + std::to_string(words),
            std::floor(expected), static_cast<double>(times.end - times.begin),
            "arXiv 2404.15888, closed form");
        row.bound_relative = 0.05;
        row.bound_absolute = 40;
        rows.push_back(row);
      }
    }
  }
  return rows;
}

}  // namespace weft::cli::validation
