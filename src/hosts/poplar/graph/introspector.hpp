// SPDX-License-Identifier: Apache-2.0
// A user's estimators as the front end calls them.
#pragma once

#include <poplar/VertexIntrospector.hpp>

#include "frontends/poplar/cost.hpp"

namespace poplar::core {

/// What an introspector looks at.
struct VertexIntrospectorImpl {
  const weft::frontends::poplar::CostQuery& query;
};

/// The same estimator, from the front end's question.
weft::frontends::poplar::CostFunction estimator_of(PerfEstimateFunc function, Target target);

}  // namespace poplar::core
