// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices of poplin.

#include <algorithm>
#include <string>

#include "hosts/poplar/libraries/cost_rules.hpp"
#include "program/ipu_amp.hpp"

namespace weft::libraries {

using frontends::poplar::register_library_cost;
using program::ipu::AmpCosts;
using program::ipu::AmpWork;

namespace {

/// The AMP units of the machine, as a vertex of these types uses them.
AmpWork amp_of(const CostQuery& query) {
  AmpWork work;
  const bool single = query.type("in") == ElementType::single;
  const bool half_out = query.type("out") == ElementType::half;
  const std::uint64_t units = query.constant(single     ? "amp.fp32_in_fp32_out_units"
                                             : half_out ? "amp.fp16_in_fp16_out_units"
                                                        : "amp.fp16_in_fp32_out_units");
  const std::uint64_t weights =
      query.constant(single ? "amp.weights_per_unit_fp32" : "amp.weights_per_unit_fp16");
  const std::uint64_t bytes = program::ipu::bytes_of(query.type("in"));
  work.weight_load_cycles =
      units * weights * bytes / query.constant("amp.coefficient_load_bytes_per_cycle");
  work.workers = query.constant("tile.worker_contexts");
  work.single_precision = single;
  return work;
}

AmpCosts costs_of(const CostQuery& query, const AmpWork& work) {
  return program::ipu::amp_costs([&](const std::string& key) { return query.constant(key); },
                                 work.single_precision);
}

Cost conv_partial_1x1(const CostQuery& query) {
  AmpWork work = amp_of(query);
  work.rows = static_cast<std::uint64_t>(query.integer("rows"));
  work.input_groups = query.rows("in");
  work.output_groups = query.rows("out");
  const std::uint64_t macs =
      query.elements("in") * (query.elements("out") / std::max<std::uint64_t>(work.rows, 1));
  return {amp_cycles(costs_of(query, work), work), 2 * macs};
}

/// Every kernel element is a pass over the rows of the output.
Cost conv_partial_nx1(const CostQuery& query) {
  AmpWork work = amp_of(query);
  const std::uint64_t kernel = static_cast<std::uint64_t>(query.integer("kernelHeight")) *
                               static_cast<std::uint64_t>(query.integer("kernelWidth"));
  work.rows = static_cast<std::uint64_t>(query.integer("outHeight")) *
              static_cast<std::uint64_t>(query.integer("outWidth"));
  work.input_groups = query.rows("in");
  work.output_groups = query.rows("out");
  work.passes = kernel;
  const std::uint64_t start_cycles = vertex_cost(query, "amp_cycles.nx1_start");
  const std::uint64_t element_cycles =
      vertex_cost(query, "amp_cycles.nx1_pass") * kernel * work.input_groups * work.output_groups;
  const std::uint64_t outputs = query.elements("out");
  const std::uint64_t channels =
      query.elements("weights") / std::max<std::uint64_t>(kernel, 1) /
      std::max<std::uint64_t>(outputs / std::max<std::uint64_t>(work.rows, 1), 1);
  const std::uint64_t passes = amp_cycles(costs_of(query, work), work);
  return {start_cycles + element_cycles + passes, 2 * outputs * channels * kernel};
}

std::uint64_t qr_cost(const CostQuery& query, const char* name) {
  return vertex_cost(query, std::string("qr_cycles.") + name);
}

/// A worker's share of a column, copied or set to zero.
Cost pick_column(const CostQuery& query) {
  const std::uint64_t bytes =
      worker_share(query, query.elements("out")) * program::ipu::bytes_of(query.type("out"));
  return {all_workers(query, vertex_cost(query, "slice_cycles.start") +
                                 divide_up(bytes, data_path_bytes(query)) *
                                     vertex_cost(query, "vector_cycles.slice")),
          0};
}

/// One worker squares the elements, then makes the reflection of them.
Cost householder(const CostQuery& query) {
  const std::uint64_t elements = query.elements("column");
  return {qr_cost(query, "squares_start") + elements * qr_cost(query, "squared_element") +
              qr_cost(query, "householder_start") + elements * qr_cost(query, "reflection_element"),
          2 * elements};
}

/// A worker forms a product with each of its vectors, and subtracts.
Cost reflect(const CostQuery& query) {
  const std::uint64_t length = std::max<std::uint64_t>(1, query.elements("v"));
  const std::uint64_t vectors = worker_share(query, query.elements("vectors") / length);
  const std::uint64_t each =
      qr_cost(query, "reflected_vector") + length * qr_cost(query, "reflected_element");
  return {qr_cost(query, "reflect_start") + query.constant("tile.worker_contexts") * vectors * each,
          4 * query.elements("vectors")};
}

}  // namespace

void register_poplin_costs() {
  static const bool once = [] {
    register_library_cost("poplin::experimental::PickColumn", pick_column);
    register_library_cost("poplin::experimental::Householder", householder);
    register_library_cost("poplin::experimental::Reflect", reflect);
    register_library_cost("poplin::ConvPartial1x1Out", conv_partial_1x1);
    register_library_cost("poplin::ConvPartialnx1", conv_partial_nx1);
    return true;
  }();
  (void)once;
}

}  // namespace weft::libraries
