// SPDX-License-Identifier: Apache-2.0
// Forms in which a graph may be written.
#ifndef poplar_SerializationFormat_hpp
#define poplar_SerializationFormat_hpp

namespace poplar {

enum class SerializationFormat { Binary, JSON };

}  // namespace poplar

#endif  // poplar_SerializationFormat_hpp
