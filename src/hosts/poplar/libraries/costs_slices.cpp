// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices that look up and update the rows of tables.

#include <algorithm>

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace weft::libraries {

using frontends::poplar::register_library_cost;

namespace {

std::uint64_t slice_cost(const CostQuery& query, const char* name) {
  return vertex_cost(query, std::string("slice_cycles.") + name);
}

/// Vectors of 64 bits of a row.
std::uint64_t vectors_of_row(const CostQuery& query) {
  const auto width = static_cast<std::uint64_t>(query.integer("width"));
  return divide_up(width * program::ipu::bytes_of(query.type("out")), data_path_bytes(query));
}

/// Of `numbers`, those in a part's rows when they are spread evenly over the parts.
std::uint64_t hits(const CostQuery& query, std::uint64_t numbers) {
  return divide_up(numbers,
                   std::max<std::uint64_t>(1, static_cast<std::uint64_t>(query.integer("parts"))));
}

std::uint64_t found(const CostQuery& query, std::uint64_t rows) {
  return rows * (slice_cost(query, "offset") +
                 vectors_of_row(query) * vertex_cost(query, "vector_cycles.slice"));
}

/// A worker looks at its share of the numbers.
Cost multi_slice(const CostQuery& query) {
  const std::uint64_t share = worker_share(query, query.elements("numbers"));
  const std::uint64_t own = hits(query, share);
  return {all_workers(query, slice_cost(query, "start") +
                                 (share - own) * slice_cost(query, "miss") + found(query, own)),
          0};
}

Cost pick_part(const CostQuery& query) {
  const std::uint64_t share = worker_share(query, query.elements("numbers"));
  return {all_workers(query, slice_cost(query, "start") + found(query, share)), 0};
}

/// Each worker looks at all numbers, and joins its share of the rows.
Cost multi_update(const CostQuery& query) {
  const std::uint64_t numbers = query.elements("numbers");
  const std::uint64_t own = worker_share(query, hits(query, numbers));
  std::uint64_t cycles = slice_cost(query, "start") + found(query, own) +
                         (numbers - std::min(own, numbers)) * slice_cost(query, "miss");
  if (query.integer("update") != 0) {
    cycles += own * vectors_of_row(query) * slice_cost(query, "joined_vector");
  }
  return {all_workers(query, cycles), 0};
}

/// A load and a store an element: those of a row of the result lie apart.
Cost transpose(const CostQuery& query) {
  const std::uint64_t share = worker_share(query, query.elements("out"));
  return {all_workers(query, slice_cost(query, "start") +
                                 share * vertex_cost(query, "vector_cycles.slice")),
          0};
}

}  // namespace

void register_slice_costs() {
  register_library_cost("popops::Transpose2d", transpose);
  register_library_cost("popops::MultiSlice", multi_slice);
  register_library_cost("popops::PickPart", pick_part);
  register_library_cost("popops::MultiUpdate", multi_update);
}

}  // namespace weft::libraries
