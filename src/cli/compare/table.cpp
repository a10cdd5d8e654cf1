// SPDX-License-Identifier: Apache-2.0
// A function a row.
#include "cli/compare/table.hpp"

#include <filesystem>
#include <functional>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "base/short_text.hpp"
#include "machine/card_writer.hpp"

namespace weft::cli::compare {
namespace {

using machine::scaled_text;

std::string mark(topology::Origin origin) {
  return std::string(" (") + topology::name_of(origin)[0] + ")";
}

std::string percent_text(double share) {
  const double hundred = 100 * share;
  return (hundred < 0.995 ? general(hundred, 2) : fixed(hundred, hundred < 9.95 ? 1 : 0)) + " %";
}

Cell fits(const ModelRun& run) {
  if (run.refused.empty()) return {"yes", {}};
  const bool no_room = run.fault == ModelRun::Fault::no_room;
  const std::string word(no_room ? "no" : name_of(run.fault));
  return {word + ": " + in_one_line(run.refused), {}, true};
}
Cell program(const ModelRun& run) { return {run.language + ", " + run.arithmetic, {}}; }

Cell chips(const ModelRun& run) {
  return {std::to_string(run.chips) + " " + run.chip + (run.chips == 1 ? "" : "s"), {}};
}

Cell tiles(const ModelRun& run) {
  const double all = run.limits.units * static_cast<double>(run.chips);
  const double used = static_cast<double>(run.tiles_used);
  std::string text = grouped(run.tiles_used);
  if (all <= 0) return {text, used};
  text += " of " + grouped(static_cast<std::uint64_t>(all)) + " " + run.limits.unit;
  return {text + " (" + percent_text(used / all) + ")", used / all};
}

Cell cycles(const ModelRun& run) { return {grouped(run.cycles), static_cast<double>(run.cycles)}; }

Cell time(const ModelRun& run) {
  return {small_text(run.seconds, "s") + mark(run.clock_origin), run.seconds};
}

Cell host(const ModelRun& run) {
  return {grouped(run.host_cycles, "cycle") + ", " + small_text(run.host_seconds, "s") +
              mark(run.clock_origin),
          run.host_seconds};
}

Cell utilisation(const ModelRun& run) {
  if (!run.peak) return {"no peak is known in " + run.arithmetic, {}};
  const double rate = *run.peak * static_cast<double>(run.cycles) / run.seconds;
  const char* unit = run.arithmetic == "int8" ? "OP/s " : "FLOP/s ";
  return {percent_text(run.utilisation()) + " of " + scaled_text(rate) + unit + run.arithmetic,
          run.utilisation()};
}

Cell traffic(const ModelRun& run) {
  Cell out;
  double all = 0;
  for (const machine::Traffic& one : run.traffic) {
    out.text +=
        (out.text.empty() ? "" : ", ") + machine::scaled_text(one.bytes) + "B, " + one.network;
    all += one.bytes;
  }
  out.bar = all;
  return out;
}

Cell largest(const ModelRun& run) {
  if (!run.rounding.floats) return {"no floats come out", {}};
  return {
      general(run.rounding.largest, 2) + ", of values up to " + general(run.rounding.of_largest, 3),
      run.rounding.largest_share()};
}

Cell l2(const ModelRun& run) {
  if (!run.rounding.floats) return {"no floats come out", {}};
  return {general(run.rounding.l2(), 2), run.rounding.l2()};
}

Cell top(const ModelRun& run) {
  const Rounding& r = run.rounding;
  if (r.whole != 0 && !r.floats) {
    return {std::to_string(r.whole_same) + " of " + counted(r.whole, "number"), {}};
  }
  return {std::to_string(r.same_top) + " of " + counted(r.rows, "row"), {}};
}

Cell energy(const ModelRun& run) {
  const Energy& e = run.energy;
  const std::string least = e.least ? small_text(*e.least, "J") : "?";
  const std::string most = e.most ? small_text(*e.most, "J") : "?";
  if (!e.least && !e.most) return {"not known", {}};
  return {least + " to " + most + mark(*e.origin), e.most};
}

Cell choices(const ModelRun& run) {
  const Choices& c = run.choices;
  if (!c.share) return {c.why.empty() ? "not asked" : "not known: " + c.why, {}};
  return {percent_text(*c.share) + ", " + counted(c.keys.size(), "constant"), *c.share};
}

struct Line {
  const char* title;
  const char* meaning;
  Cell (*cell)(const ModelRun&);
  bool shares = false;
};

constexpr Line lines[] = {
    {"program", "Language of the program that the model became, and the format of its floats.",
     program},
    {"chips", "Chips or wafers that the program is for.", chips},
    {"tiles used", "Tiles that did something, of all of these chips.", tiles, true},
    {"cycles", "Of the run without the host's copies; while it streams, the machine works.",
     cycles},
    {"time", "These cycles by the clock.", time},
    {"host's copies", "Arrays in and out before and behind: weights, and what does not stream.",
     host},
    {"arithmetic used",
     "Operations of the model's products, of what these chips could do in these cycles.",
     utilisation},
    {"moved", "Bytes that crossed the machine's own network.", traffic},
    {"largest error", "Largest difference from the model in fp64, inputs as given.", largest},
    {"error, L2", "Norm of the differences by the norm of the exact values.", l2},
    {"same top-1", "Rows of the outputs with their largest element at the right place.", top},
    {"energy", "From the products alone to the chips' highest power all the time; no measurement.",
     energy},
    {"rests on guesses",
     "How much longer the run is when each assumed or fitted time is twice as long.", choices},
};

}  // namespace

std::vector<Row> rows_of(const std::vector<ModelRun>& runs) {
  std::vector<Row> out{
      {"fits", "Whether the machine has words and room for the model.", false, {}}};
  for (const ModelRun& run : runs) out.back().cells.push_back(fits(run));
  for (const Line& line : lines) {
    out.push_back({line.title, line.meaning, line.shares, {}});
    for (const ModelRun& run : runs) {
      out.back().cells.push_back(run.refused.empty() ? line.cell(run) : Cell{"-", {}});
    }
  }
  return out;
}

std::string headline(const Subject& subject) {
  const std::filesystem::path model(subject.options.model), inputs(subject.options.inputs);
  const std::size_t runs = subject.exact.size();
  std::string products = scaled_text(subject.products);
  if (!products.ends_with(' ')) products += ' ';
  return model.filename().string() + ": " + counted(subject.graph->nodes.size(), "node") + ", " +
         products + "multiply-adds a run, " + std::to_string(runs) +
         (runs == 1 ? " run of " : " runs of ") +
         (inputs.empty() ? "a pattern" : inputs.filename().string());
}

}  // namespace weft::cli::compare
