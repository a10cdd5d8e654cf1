// SPDX-License-Identifier: Apache-2.0
// The type of functions that estimate a vertex's cycles.
#ifndef poplar_CycleEstimateFunc_hpp
#define poplar_CycleEstimateFunc_hpp

#include <poplar/VertexIntrospector.hpp>

#endif  // poplar_CycleEstimateFunc_hpp
