// SPDX-License-Identifier: Apache-2.0
// ComputeSet, under the name of its own header.
#ifndef poplar_ComputeSet_hpp
#define poplar_ComputeSet_hpp

#include <poplar/GraphElements.hpp>

#endif  // poplar_ComputeSet_hpp
