// SPDX-License-Identifier: Apache-2.0
// VertexRef, under the name of its own header.
#ifndef poplar_VertexRef_hpp
#define poplar_VertexRef_hpp

#include <poplar/GraphElements.hpp>

#endif  // poplar_VertexRef_hpp
