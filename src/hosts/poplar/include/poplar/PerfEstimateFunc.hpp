// SPDX-License-Identifier: Apache-2.0
// The type of functions that estimate a vertex's cycles.
#ifndef poplar_PerfEstimateFunc_hpp
#define poplar_PerfEstimateFunc_hpp

#include <poplar/VertexIntrospector.hpp>

#endif  // poplar_PerfEstimateFunc_hpp
