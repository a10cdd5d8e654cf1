// SPDX-License-Identifier: Apache-2.0
// FieldRef, under the name of its own header.
#ifndef poplar_FieldRef_hpp
#define poplar_FieldRef_hpp

#include <poplar/GraphElements.hpp>

#endif  // poplar_FieldRef_hpp
