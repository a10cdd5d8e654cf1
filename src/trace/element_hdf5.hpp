// SPDX-License-Identifier: Apache-2.0
// Element types as HDF5 types and back; internal to trace.
#pragma once

#include <optional>

#include "trace/hdf5.hpp"
#include "trace/tensor.hpp"

namespace weft::trace {

/// The little-endian HDF5 type; also the type in memory, since weft runs on little-endian hosts.
Id hdf5_type(ElementType type);

/// The element type that an HDF5 type is, bit for bit; none for anything else.
std::optional<ElementType> element_type(hid_t type);

}  // namespace weft::trace
