// SPDX-License-Identifier: Apache-2.0
// Products of one line and one shape as one finding.
#include <algorithm>

#include "advice/columns.hpp"
#include "advice/fill.hpp"
#include "base/number_text.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;

constexpr double least_share = 0.05, most_fill = 0.5;

std::string extents_text(const PlaneExtents& plane) {
  return std::to_string(plane.rows) + " x " + std::to_string(plane.columns);
}

/// Findings that are alike become one, of all their nodes.
void add(std::vector<Finding>& to, const SourceModel& model, const std::vector<SourceNodeId>& nodes,
         double share, const std::string& words, const std::string& rewrite) {
  const SourceNode& first = model[nodes.front()];
  const Place place = place_of(first);
  auto found = std::find_if(to.begin(), to.end(), [&](const Finding& one) {
    return one.reason == words && one.operation == operation_of(first) &&
           one.place.line == place.line && one.place.file == place.file &&
           (place.line == 0 || one.place.module == place.module);
  });
  if (found == to.end()) {
    Finding fresh;
    fresh.operation = operation_of(first);
    fresh.place = place;
    fresh.reason = words;
    fresh.rewrite = rewrite;
    fresh.share_of = "cycles in planes";
    found = to.insert(to.end(), std::move(fresh));
  }
  for (const SourceNodeId id : nodes) found->nodes.push_back(name_of(model[id]));
  found->share += share;
}

std::string filled_text(const ProductExtents& product, const PlaneExtents& plane) {
  const std::int64_t planes = product.planes(plane);
  return "K = " + std::to_string(product.inner) + ", N = " + std::to_string(product.columns) +
         (product.copies == 1 ? "" : ", " + number(product.copies) + " of them,") + " fill " +
         percent_text(product.fill(plane)) + " of " + number(planes) +
         (planes == 1 ? " plane" : " planes") + " of " + extents_text(plane) + ": ";
}

}  // namespace

std::optional<PlaneExtents> plane_of(const TargetFacts& target, const topology::Topology& machine) {
  for (const Rule& rule : target.rules) {
    if (rule.kind != Rule::Kind::product_fill) continue;
    if (!machine.has(rule.plane[0]) || !machine.has(rule.plane[1])) continue;
    return PlaneExtents{machine.integer(rule.plane[0]), machine.integer(rule.plane[1])};
  }
  return std::nullopt;
}

std::vector<Finding> fill_findings(const SourceModel& model, const PlaneExtents& plane) {
  double all = 0;
  for (const SourceNodeId id : model.work()) {
    const auto product = product_extents(model, model[id]);
    if (product) all += static_cast<double>(product->passes(plane));
  }
  if (all == 0) return {};
  std::vector<Finding> out;
  for (const JoinedProducts& one : products_to_join(model, plane)) {
    const std::int64_t saved = one.planes_were - one.planes_are;
    const std::int64_t rows = product_extents(model, model[one.nodes.front()])->rows;
    add(out, model, one.nodes, static_cast<double>(saved * rows) / all,
        number(static_cast<std::int64_t>(one.nodes.size())) + " products of one operand take " +
            number(one.planes_were) + " planes of " + extents_text(plane) + ", and " +
            number(one.planes_are) + " as one product: ",
        "join-products");
  }
  std::vector<Finding> unfilled;
  for (const SourceNodeId id : model.work()) {
    const auto product = product_extents(model, model[id]);
    if (!product || product->fill(plane) >= most_fill) continue;
    add(unfilled, model, {id}, static_cast<double>(product->passes(plane)) / all,
        filled_text(*product, plane), "");
  }
  std::erase_if(unfilled, [](const Finding& one) { return one.share < least_share; });
  out.insert(out.end(), unfilled.begin(), unfilled.end());
  return out;
}

}  // namespace weft::advice
