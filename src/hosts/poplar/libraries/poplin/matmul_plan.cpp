// SPDX-License-Identifier: Apache-2.0
// poplin: the search for the fastest split of a matrix product.
#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"

#include <string>

#include "base/number_text.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "weft/machine_constant.hpp"

namespace weft::libraries {

namespace {

program::ipu::ProductMachine machine_of(const poplar::Target& target, const poplar::Type& type,
                                        const poplar::Type& partials) {
  return program::ipu::product_machine(
      [&](const std::string& key) { return machine_constant(target, key); }, type == poplar::FLOAT,
      partials == poplar::FLOAT);
}

}  // namespace

program::ipu::AmpCosts amp_costs(const poplar::Target& target, const poplar::Type& type) {
  return program::ipu::amp_costs(
      [&](const std::string& key) { return machine_constant(target, key); }, type == poplar::FLOAT);
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
  return program::ipu::plan_product(machine_of(target, shape.type, shape.partials),
                                    {shape.rows, shape.inputs, shape.outputs, shape.tiles},
                                    memory_share);
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
