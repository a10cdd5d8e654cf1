// SPDX-License-Identifier: Apache-2.0
// poplin: the search for the fastest split of a matrix product.
#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "weft/machine_constant.hpp"

namespace weft::libraries {

namespace {

/// Numbers of parts that differ in the size of the largest part.
std::vector<std::size_t> useful_parts(std::size_t count, std::size_t most) {
  std::vector<std::size_t> out;
  std::size_t parts = 1;
  while (parts <= most && parts <= count) {
    out.push_back(parts);
    const std::size_t size = ceil_divide(count, parts);
    if (size == 1) break;
    parts = ceil_divide(count, size - 1);
  }
  return out;
}

class Search {
 public:
  Search(const poplar::Target& target, const MatMulShape& shape, double memory_share)
      : target_(target),
        shape_(shape),
        groups_(amp_groups(target, shape.type, shape.partials)),
        costs_(amp_costs(target, shape.type)),
        step_cycles_(machine_constant(target, "vertex_cost.plan.step_cycles")),
        added_elements_per_cycle_(std::max<std::uint64_t>(
            1, machine_constant(target, "vertex_cost.plan.added_elements_per_cycle"))),
        memory_(memory_share * static_cast<double>(target.getBytesPerTile())),
        element_bytes_(target.getTypeSize(shape.type)),
        partial_bytes_(target.getTypeSize(shape.partials)) {}

  void run(bool swapped) {
    rows_ = swapped ? shape_.outputs : shape_.rows;
    const std::size_t outputs = swapped ? shape_.rows : shape_.outputs;
    input_groups_ = ceil_divide(shape_.inputs, groups_.inputs);
    output_groups_ = ceil_divide(outputs, groups_.outputs);
    for (const std::size_t inputs : useful_parts(input_groups_, shape_.tiles)) {
      const std::size_t left = shape_.tiles / inputs;
      for (const std::size_t outs : useful_parts(output_groups_, left)) {
        const std::size_t rows = std::min(rows_, left / outs);
        const std::size_t even = ceil_divide(rows_, ceil_divide(rows_, rows));
        consider({even, inputs, outs, swapped, 0});
      }
    }
  }

  MatMulPlan best() const { return fitting_ ? *fitting_ : *smallest_; }

 private:
  void consider(MatMulPlan plan) {
    AmpWork work;
    work.rows = ceil_divide(rows_, plan.row_parts);
    work.input_groups = ceil_divide(input_groups_, plan.input_parts);
    work.output_groups = ceil_divide(output_groups_, plan.output_parts);
    work.weight_load_cycles = groups_.weight_load_cycles;
    work.workers = target_.getNumWorkerContexts();
    work.single_precision = shape_.type == poplar::FLOAT;
    const std::uint64_t inputs = work.input_groups * groups_.inputs;
    const std::uint64_t outputs = work.output_groups * groups_.outputs;
    const std::uint64_t operands = (work.rows + outputs) * inputs * element_bytes_;
    const std::uint64_t partials = work.rows * outputs * partial_bytes_;
    const std::uint64_t rate = target_.getExchangeBytesPerCycle();
    plan.cycles = operands / rate + amp_cycles(costs_, work) + step_cycles_;
    if (plan.input_parts > 1) {
      plan.cycles += partials / rate + partials / added_elements_per_cycle_ + step_cycles_;
    }
    const auto bytes = static_cast<double>(operands + partials);
    if (bytes <= memory_ && (!fitting_ || plan.cycles < fitting_->cycles)) fitting_ = plan;
    if (!smallest_ || bytes < smallest_bytes_) {
      smallest_ = plan;
      smallest_bytes_ = bytes;
    }
  }

  const poplar::Target& target_;
  const MatMulShape& shape_;
  AmpGroups groups_;
  AmpCosts costs_;
  std::uint64_t step_cycles_, added_elements_per_cycle_;
  double memory_;
  std::uint64_t element_bytes_, partial_bytes_;
  std::size_t rows_ = 0, input_groups_ = 0, output_groups_ = 0;
  std::optional<MatMulPlan> fitting_, smallest_;
  double smallest_bytes_ = 0;
};

}  // namespace

AmpCosts amp_costs(const poplar::Target& target, const poplar::Type& type) {
  return amp_costs([&](const std::string& key) { return machine_constant(target, key); },
                   type == poplar::FLOAT);
}

AmpGroups amp_groups(const poplar::Target& target, const poplar::Type& type,
                     const poplar::Type& partials) {
  AmpGroups groups;
  groups.inputs = target.getWeightsPerConvUnit(type);
  groups.outputs = target.getNumConvUnits(type, partials);
  need(groups.inputs != 0 && groups.outputs != 0,
       "poplin: this target's AMP units do not multiply elements of type " + type.toString());
  groups.weight_load_cycles = groups.inputs * groups.outputs * target.getTypeSize(type) /
                              target.getConvUnitCoeffLoadBytesPerCycle();
  return groups;
}

MatMulPlan plan_matmul(const poplar::Target& target, const MatMulShape& shape,
                       double memory_share) {
  Search search(target, shape, memory_share);
  search.run(false);
  search.run(true);
  return search.best();
}

poplar::Type partials_type(const std::string& value, const poplar::Type& input) {
  return value == "half" && input == poplar::HALF ? poplar::HALF : poplar::FLOAT;
}

MatMulOptions matmul_options(const poplar::OptionFlags& options, const poplar::Type& input) {
  check_options(matmul_table(), options);
  MatMulOptions out;
  const auto partials = options.find("partialsType");
  if (partials != options.end()) out.partials = partials_type(partials->second, input);
  const auto share = options.find("availableMemoryProportion");
  if (share != options.end()) out.memory_share = weft::real_of(share->second).value();
  return out;
}

}  // namespace weft::libraries

namespace poplin {

PlanningCache::PlanningCache() : plans_(new Plans) {}
PlanningCache::~PlanningCache() { delete plans_; }
std::size_t PlanningCache::size() const { return plans_->by_shape.size(); }

}  // namespace poplin
