// SPDX-License-Identifier: Apache-2.0
// HostFunction, under the name of its own header.
#ifndef poplar_HostFunction_hpp
#define poplar_HostFunction_hpp

#include <poplar/GraphElements.hpp>

#endif  // poplar_HostFunction_hpp
