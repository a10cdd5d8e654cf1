// SPDX-License-Identifier: Apache-2.0
// Runs as objects: what is not known is null, with a reason beside it.
#include "cli/advise/emulated_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advice/profile.hpp"

namespace weft::cli::advising {
namespace {

using advice::EmulatedLayer;
using advice::Emulation;
using advice::LayerSum;
using advice::RunCost;

Json maybe(const std::optional<double>& value) { return value ? Json(*value) : Json(); }
Json text_or_none(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// `known`: also of all that it stands for.
Json cost_json(const RunCost& cost, bool known) {
  const auto& slower = cost.slower_cycles;
  return {{"cycles", known ? Json(cost.cycles) : Json()},
          {"seconds", known ? Json(cost.seconds) : Json()},
          {"share_on_assumed_or_fitted", known ? maybe(share_on_choices(cost)) : Json()},
          {"share_is_of", known && slower ? Json(asked_share(cost)) : Json()},
          {"cycles_if_twice_as_slow", known && slower ? Json(*slower) : Json()},
          {"why_no_share", text_or_none(cost.why_not)}};
}

/// Names of the file's nodes, and their lines, each once.
Json nodes_json(const EmulatedLayer& layer, Json& lines) {
  Json nodes = Json::array();
  for (const auto& origins : layer.nodes) {
    std::string made_of;
    for (const graph::Origin& one : origins) {
      made_of += (made_of.empty() ? "" : " + ") + (one.node.empty() ? one.operation : one.node);
      if (one.stack.empty()) continue;
      const std::string line = one.stack.back().file + ":" + std::to_string(one.stack.back().line);
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    }
    nodes.push_back(made_of);
  }
  return nodes;
}

Json layer_json(const EmulatedLayer& layer, const LayerSum& sum) {
  const bool known = layer.cost.is_known();
  const double all =
      static_cast<double>(layer.cost.cycles) * static_cast<double>(layer.nodes.size());
  Json lines = Json::array();
  Json nodes = nodes_json(layer, lines);
  Json out{{"layer", layer.what},
           {"count", layer.nodes.size()},
           {"nodes", std::move(nodes)},
           {"lines", std::move(lines)},
           {"multiplications", layer.multiplications}};
  out.update(cost_json(layer.cost, known));
  out["share"] =
      known && sum.cost.cycles > 0 ? Json(all / static_cast<double>(sum.cost.cycles)) : Json();
  out["refused"] = text_or_none(layer.cost.refused);
  return out;
}

Json sum_json(const LayerSum& sum) {
  Json out = cost_json(sum.cost, sum.is_whole());
  out["layers"] = sum.layers;
  out["layers_not_known"] = sum.not_known;
  out["multiplications"] = sum.multiplications;
  out["multiplications_not_known"] = sum.multiplications_not_known;
  out["known_cycles"] = sum.cost.cycles;
  out["known_seconds"] = sum.cost.seconds;
  return out;
}

Json whole_json(const std::optional<advice::EmulatedWhole>& whole) {
  if (!whole) return Json();
  const bool known = whole->cost.is_known();
  Json out = cost_json(whole->cost, known);
  out["chips"] = known ? Json(whole->chips) : Json();
  out["tiles_used"] = known ? Json(whole->tiles_used) : Json();
  out["refused"] = text_or_none(whole->cost.refused);
  return out;
}

Json besides_json(const advice::PublishedRow& row) {
  Json out = Json::array();
  for (const advice::Beside& one : row.beside) {
    out.push_back({{"of", one.of},
                   {"value", maybe(one.value)},
                   {"ratio", maybe(one.ratio)},
                   {"why_not", one.value ? Json() : text_or_none(one.why_not)}});
  }
  return out;
}

}  // namespace

Json emulated_json(const advice::TargetReport& target) {
  if (!target.emulation) return Json();
  const Emulation& emulation = *target.emulation;
  const LayerSum sum = sum_of(emulation);
  Json layers = Json::array();
  for (const EmulatedLayer& one : emulation.layers) layers.push_back(layer_json(one, sum));
  return {{"precision", text_or_none(emulation.precision)},
          {"refused", text_or_none(emulation.refused)},
          {"layers", layers},
          {"sum", sum_json(sum)},
          {"estimate", advice::estimate_note(emulation)},
          {"whole", whole_json(emulation.whole)}};
}

Json published_json(const advice::TargetReport& target) {
  Json out = Json::array();
  for (const advice::PublishedRow& row : target.published) {
    const advice::Conditions& is = row.conditions;
    out.push_back({{"model", row.model},
                   {"task", name_of(row.task)},
                   {"setting", row.setting},
                   {"value", row.value},
                   {"unit", row.unit},
                   {"precision", text_or_none(is.precision)},
                   {"batch", is.batch > 0 ? Json(is.batch) : Json()},
                   {"compiler", text_or_none(is.compiler)},
                   {"chips", is.chips > 0 ? Json(is.chips) : Json()},
                   {"with_host", is.with_host},
                   {"source", row.sources},
                   {"date", row.date},
                   {"alike", row.alike},
                   {"emulated", besides_json(row)},
                   {"differs", row.differs}});
  }
  return out;
}

}  // namespace weft::cli::advising
