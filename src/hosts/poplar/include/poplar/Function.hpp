// SPDX-License-Identifier: Apache-2.0
// Function, under the name of its own header.
#ifndef poplar_Function_hpp
#define poplar_Function_hpp

#include <poplar/GraphElements.hpp>

#endif  // poplar_Function_hpp
