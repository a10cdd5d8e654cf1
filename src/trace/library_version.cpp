// SPDX-License-Identifier: Apache-2.0
// The HDF5 library's own word on its version.
#include "trace/library_version.hpp"

#include <hdf5.h>

#include "base/error.hpp"

namespace weft::trace {

std::string library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  if (H5get_libversion(&major, &minor, &release) < 0) {
    fail(Category::internal, "H5get_libversion failed");
  }
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace weft::trace
