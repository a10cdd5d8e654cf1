// SPDX-License-Identifier: Apache-2.0
// The lowerings, a line each.
#include "lower/registry.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "lower/ipu/ipu.hpp"
#include "lower/rdu/rdu.hpp"
#include "lower/tsp/tsp.hpp"
#include "lower/wse/wse.hpp"

namespace weft::lower {

void Lowering::require(Precision precision) const {
  if (std::find(precisions.begin(), precisions.end(), precision) != precisions.end()) return;
  fail(Category::unsupported, computes + std::string(name_of(precision)));
}

Lowered Lowering::lower(const Request& request) const {
  require(request.precision);
  return make(request);
}

const std::vector<Lowering>& lowerings() {
  // A wafer's words each go their way, and 20 s are what 131,072 of them took.
  constexpr std::int64_t words_of_a_wafer = 1 << 16;
  // Of ResNet-50's kinds of layer a TSP's take 1.1 s each, an RDU's 0.9, an IPU's 3.4.
  constexpr double relative_seconds_of_ipu = 3;
  constexpr double relative_seconds_of_wafer = 5;
  static const std::vector<Lowering> all{
      {"ipu",
       {Precision::fp32, Precision::fp16},
       "an IPU computes in fp32 and fp16 here, not in ",
       ipu::lower,
       0,
       relative_seconds_of_ipu},
      {"rdu", {Precision::bf16}, "an RDU's patterns compute in bf16, not in ", rdu::lower},
      {"wse",
       {Precision::fp32, Precision::fp16},
       "a wafer computes in fp32 and fp16 here, not in ",
       wse::lower,
       words_of_a_wafer,
       relative_seconds_of_wafer},
      {"tsp",
       {Precision::fp16, Precision::int8},
       "a TSP's matrix unit multiplies fp16 and int8, not ",
       tsp::lower},
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
