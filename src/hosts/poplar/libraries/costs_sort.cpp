// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices that sort and count.

#include <algorithm>
#include <bit>
#include <string>

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace weft::libraries {

using frontends::poplar::register_library_cost;

namespace {

std::uint64_t sort_cost(const CostQuery& query, const std::string& name) {
  return vertex_cost(query, "sort_cycles." + name);
}

std::uint64_t doublings(std::uint64_t count) { return count <= 1 ? 0 : std::bit_width(count - 1); }

/// An element that a merge puts in its place.
std::uint64_t merged(const CostQuery& query, bool pairs) {
  if (!pairs) return sort_cost(query, "merged_key");
  return sort_cost(query, query.integer("ties") != 0 ? "merged_pair_by_value" : "merged_pair");
}

/// The busiest worker's runs, each merged to and fro.
Cost sort_runs(const CostQuery& query, bool pairs) {
  const auto runs = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(query.integer("runs")));
  const auto kept = static_cast<std::uint64_t>(query.integer("kept"));
  const std::uint64_t run = divide_up(query.elements("keys"), runs);
  const std::uint64_t levels = doublings(run);
  std::uint64_t cycles = levels * sort_cost(query, "level");
  for (std::uint64_t sorted = 1; sorted < run; sorted *= 2) {
    const std::uint64_t of_pair = std::min(2 * sorted, kept);
    cycles += std::min(run, divide_up(run, 2 * sorted) * of_pair) * merged(query, pairs);
  }
  cycles += levels % 2 * std::min(run, kept) * sort_cost(query, "copied_element");
  return {all_workers(query, sort_cost(query, "start") + worker_share(query, runs) * cycles), 0};
}

/// A worker finds its share by bisection, then merges it.
Cost merge_runs(const CostQuery& query, bool pairs) {
  const std::uint64_t share = worker_share(query, query.elements("keys"));
  const std::uint64_t steps =
      doublings(std::min(query.elements("keysA"), query.elements("keysB")) + 1);
  return {all_workers(query, sort_cost(query, "start") + steps * sort_cost(query, "bisection") +
                                 share * merged(query, pairs)),
          0};
}

}  // namespace

void register_sort_costs() {
  for (const bool pairs : {false, true}) {
    const std::string end = pairs ? "KeyValue" : "";
    register_library_cost("popops::SortRuns" + end,
                          [pairs](const CostQuery& query) { return sort_runs(query, pairs); });
    register_library_cost("popops::MergeRuns" + end,
                          [pairs](const CostQuery& query) { return merge_runs(query, pairs); });
  }
  register_library_cost("popops::ForLoopCounter", [](const CostQuery& query) {
    return Cost{vertex_cost(query, "loop_counter_cycles"), 0};
  });
}

}  // namespace weft::libraries
