// SPDX-License-Identifier: Apache-2.0
// The search for the fastest split of a matrix product.
#include "program/ipu_product.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace weft::program::ipu {

namespace {

std::size_t quotient_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

/// Numbers of parts that differ in the size of the largest part.
std::vector<std::size_t> useful_parts(std::size_t count, std::size_t most) {
  std::vector<std::size_t> out;
  std::size_t parts = 1;
  while (parts <= most && parts <= count) {
    out.push_back(parts);
    const std::size_t size = quotient_up(count, parts);
    if (size == 1) break;
    parts = quotient_up(count, size - 1);
  }
  return out;
}

class ProductSearch {
 public:
  ProductSearch(const ProductMachine& machine, const ProductShape& shape, double memory_share)
      : machine_(machine),
        shape_(shape),
        memory_(memory_share * static_cast<double>(machine.tile_bytes)) {}

  void run(bool swapped) {
    rows_ = swapped ? shape_.outputs : shape_.rows;
    const std::size_t outputs = swapped ? shape_.rows : shape_.outputs;
    input_groups_ = quotient_up(shape_.inputs, machine_.groups.inputs);
    output_groups_ = quotient_up(outputs, machine_.groups.outputs);
    for (const std::size_t inputs : useful_parts(input_groups_, shape_.tiles)) {
      const std::size_t left = shape_.tiles / inputs;
      for (const std::size_t outs : useful_parts(output_groups_, left)) {
        const std::size_t rows = std::min(rows_, left / outs);
        const std::size_t even = quotient_up(rows_, quotient_up(rows_, rows));
        consider({even, inputs, outs, swapped, 0});
      }
    }
  }

  ProductPlan best() const { return fitting_ ? *fitting_ : *smallest_; }

 private:
  void consider(ProductPlan plan) {
    AmpWork work;
    work.rows = quotient_up(rows_, plan.row_parts);
    work.input_groups = quotient_up(input_groups_, plan.input_parts);
    work.output_groups = quotient_up(output_groups_, plan.output_parts);
    work.weight_load_cycles = machine_.groups.weight_load_cycles;
    work.workers = machine_.workers;
    work.single_precision = machine_.single_precision;
    const std::uint64_t inputs = work.input_groups * machine_.groups.inputs;
    const std::uint64_t outputs = work.output_groups * machine_.groups.outputs;
    const std::uint64_t operands = (work.rows + outputs) * inputs * machine_.element_bytes;
    const std::uint64_t partials = work.rows * outputs * machine_.partial_bytes;
    const std::uint64_t rate = machine_.exchange_bytes_per_cycle;
    plan.cycles = operands / rate + amp_cycles(machine_.costs, work) + machine_.step_cycles;
    if (plan.input_parts > 1) {
      plan.cycles +=
          partials / rate + partials / machine_.added_elements_per_cycle + machine_.step_cycles;
    }
    const auto bytes = static_cast<double>(operands + partials);
    if (bytes <= memory_ && (!fitting_ || plan.cycles < fitting_->cycles)) fitting_ = plan;
    if (!smallest_ || bytes < smallest_bytes_) {
      smallest_ = plan;
      smallest_bytes_ = bytes;
    }
  }

  const ProductMachine& machine_;
  const ProductShape& shape_;
  double memory_;
  std::size_t rows_ = 0, input_groups_ = 0, output_groups_ = 0;
  std::optional<ProductPlan> fitting_, smallest_;
  double smallest_bytes_ = 0;
};

}  // namespace

ProductMachine product_machine(const std::function<std::uint64_t(const std::string&)>& constant,
                               bool single_precision, bool single_partials) {
  ProductMachine out;
  out.single_precision = single_precision;
  out.element_bytes = single_precision ? 4 : 2;
  out.partial_bytes = single_partials ? 4 : 2;
  out.groups.inputs =
      constant(single_precision ? "amp.weights_per_unit_fp32" : "amp.weights_per_unit_fp16");
  out.groups.outputs = constant(single_precision  ? "amp.fp32_in_fp32_out_units"
                                : single_partials ? "amp.fp16_in_fp32_out_units"
                                                  : "amp.fp16_in_fp16_out_units");
  out.groups.weight_load_cycles = out.groups.inputs * out.groups.outputs * out.element_bytes /
                                  constant("amp.coefficient_load_bytes_per_cycle");
  out.costs = amp_costs(constant, single_precision);
  out.workers = constant("tile.worker_contexts");
  out.exchange_bytes_per_cycle = constant("exchange.bytes_per_cycle");
  out.tile_bytes = constant("tile.memory_bytes");
  out.step_cycles = constant("vertex_cost.plan.step_cycles");
  out.added_elements_per_cycle =
      std::max<std::uint64_t>(1, constant("vertex_cost.plan.added_elements_per_cycle"));
  return out;
}

ProductPlan plan_product(const ProductMachine& machine, const ProductShape& shape,
                         double memory_share) {
  ProductSearch search(machine, shape, memory_share);
  search.run(false);
  search.run(true);
  return search.best();
}

}  // namespace weft::program::ipu
