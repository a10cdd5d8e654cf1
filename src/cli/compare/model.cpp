// SPDX-License-Identifier: Apache-2.0
// One machine after the other, then text, page and JSON of the same figures.
#include "cli/compare/model.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "cli/compare/layer_rows.hpp"
#include "cli/compare/page.hpp"
#include "cli/compare/table.hpp"
#include "cli/side_by_side.hpp"
#include "cli/trace/trace_layers.hpp"
#include "engine/agreement.hpp"
#include "engine/signals.hpp"

namespace weft::cli::compare {
namespace {

Json maybe(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json json_of(const Rounding& r) {
  return {{"largest", r.largest},
          {"largest_exact_value", r.of_largest},
          {"l2", r.l2()},
          {"rows", r.rows},
          {"rows_with_the_same_top", r.same_top},
          {"whole_numbers", r.whole},
          {"whole_numbers_right", r.whole_same}};
}

Json json_of(const Energy& e) {
  return {{"least_joules", maybe(e.least)},
          {"most_joules", maybe(e.most)},
          {"origin", e.origin ? Json(topology::name_of(*e.origin)) : Json()},
          {"facts", e.facts}};
}

Json json_of(const Choices& c) {
  return {{"share_of_cycles", maybe(c.share)},
          {"why_not", c.why},
          {"cycles_if_twice_as_slow", c.cycles},
          {"constants", c.keys},
          {"left_out", c.left_out}};
}

Json json_of(const ModelRun& run) {
  Json out{{"machine", run.machine}, {"family", run.family}, {"fits", run.refused.empty()}};
  if (!run.refused.empty()) {
    out["refused"] = run.refused;
    out["fault"] = name_of(run.fault);
    return out;
  }
  out["language"] = run.language;
  out["precision"] = run.precision;
  out["arithmetic"] = run.arithmetic;
  out["chip"] = run.chip;
  out["chips"] = run.chips;
  out["tiles_used"] = run.tiles_used;
  out["tiles"] = run.limits.units * static_cast<double>(run.chips);
  out["cycles"] = run.cycles;
  out["host_copy_cycles"] = run.host_cycles;
  out["seconds"] = run.seconds;
  out["host_copy_seconds"] = run.host_seconds;
  out["clock_origin"] = topology::name_of(run.clock_origin);
  out["operations"] = run.operations;
  out["peak_operations_a_cycle"] = maybe(run.peak);
  out["utilisation"] = run.peak ? Json(run.utilisation()) : Json();
  for (const machine::Traffic& one : run.traffic) {
    out["traffic"].push_back({{"network", one.network}, {"bytes", one.bytes}});
  }
  out["rounding"] = json_of(run.rounding);
  out["energy"] = json_of(run.energy);
  out["rests_on_choices"] = json_of(run.choices);
  out["layers"] = cli::json_of(run.layers);
  out["trace_hash"] = run.trace_hash;
  out["report"] = run.report;
  return out;
}

Json json_of(const Subject& subject, const std::vector<ModelRun>& runs) {
  Json out{{"model", subject.options.model},
           {"nodes", subject.graph->nodes.size()},
           {"multiply_adds", subject.products},
           {"runs", subject.exact.size()},
           {"inputs", subject.options.inputs.empty() ? Json() : Json(subject.options.inputs)}};
  out["machines"] = Json::array();
  for (const ModelRun& run : runs) out["machines"].push_back(json_of(run));
  return out;
}

/// What a cycle of a layer is, a line a machine.
std::string meanings(const std::vector<ModelRun>& runs) {
  std::string out;
  for (const ModelRun& run : runs) {
    if (!run.layers.list.empty()) out += "\n" + run.machine + ": " + run.layers.meaning;
  }
  return out + "\n";
}

std::string text_of(const std::vector<ModelRun>& runs, const std::vector<Row>& rows,
                    std::size_t width) {
  std::vector<std::vector<std::string>> cells(1, {""});
  for (const ModelRun& run : runs) cells[0].push_back(run.machine);
  for (const Row& row : rows) {
    cells.push_back({row.title});
    for (const Cell& cell : row.cells) cells.back().push_back(cell.text);
  }
  return side_by_side(cells, width);
}

}  // namespace

int exit_code_of(const std::vector<ModelRun>& runs) {
  bool any = runs.empty();
  for (const ModelRun& run : runs) {
    if (run.exit_code != 0) return run.exit_code;
    any = any || run.refused.empty();
  }
  return any ? 0 : exit_code(Category::unsupported);
}

int compare_model(const Context& context, const ModelComparison& comparison,
                  const JsonOutput& json) {
  const comm::Communicator& world = context.world;
  const engine::SignalGuard signals;
  engine::know_ranks(world.size(), world.is_root());
  Subject subject;
  engine::together(world, [&] {
    if (!world.is_root()) return;
    json.require_writable();
    if (!comparison.html.empty()) {
      require_kind(comparison.html, {"<!DOCTYPE html"}, "a page");
      require_writable(comparison.html);
    }
    subject = read_subject(comparison.model);
  });
  subject.choices = comparison.choices;
  std::vector<ModelRun> runs;
  for (const std::string& name : comparison.machines) {
    log::step(comparison.model.model + " on " + name);
    runs.push_back(run_model(world, subject, name));
  }
  if (!world.is_root()) return 0;
  const std::vector<Row> rows = rows_of(runs);
  const std::string head = headline(subject);
  const std::vector<Row> layers = layer_rows_of(subject, runs);
  log::say(head + "\n\n" + text_of(runs, rows, comparison.width));
  if (!layers.empty()) {
    log::say("Largest layers, cycles and share of the run with the host's copies:\n\n" +
             text_of(runs, layers, comparison.width) + meanings(runs));
  }
  log::say(
      "Letters: how the least certain constant is known: published, measured, derived, fitted,\n"
      "assumed. `rests on guesses`: how much longer the run is when every assumed or fitted time\n"
      "is twice as long.");
  if (!comparison.html.empty()) write_file(comparison.html, page_of(head, runs, rows, layers));
  json.write(world, [&] { return json_of(subject, runs); });
  return exit_code_of(runs);
}

}  // namespace weft::cli::compare
