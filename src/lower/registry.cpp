// SPDX-License-Identifier: Apache-2.0
// The lowerings, a line each.
#include "lower/registry.hpp"

#include "base/error.hpp"
#include "lower/ipu/ipu.hpp"
#include "lower/rdu/rdu.hpp"
#include "lower/tsp/tsp.hpp"
#include "lower/wse/wse.hpp"

namespace weft::lower {

const std::vector<Lowering>& lowerings() {
  static const std::vector<Lowering> all{
      {"ipu", Precision::fp32, ipu::lower},
      {"rdu", Precision::bf16, rdu::lower},
      {"wse", Precision::fp32, wse::lower},
      {"tsp", Precision::fp16, tsp::lower},
  };
  return all;
}

const Lowering& lowering_for(const topology::Topology& machine) {
  std::string known;
  for (const Lowering& one : lowerings()) {
    if (one.family == machine.family()) return one;
    known += (known.empty() ? "" : ", ") + one.family;
  }
  fail(Category::unsupported, "models are not lowered to '" + machine.name() +
                                  "' yet: its family is '" + machine.family() +
                                  "', those that have a lowering are: " + known);
}

}  // namespace weft::lower
