// SPDX-License-Identifier: Apache-2.0
// Which HDF5 is in use.
#pragma once

#include <string>

namespace weft::trace {

/// "1.10.8", of the library that runs.
std::string library_version();

}  // namespace weft::trace
