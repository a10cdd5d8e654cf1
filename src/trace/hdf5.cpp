// SPDX-License-Identifier: Apache-2.0
// Starts HDF5 silently and finds the one useful line of its error stack.
#include "trace/hdf5.hpp"

namespace weft::trace {
namespace {

herr_t keep_innermost(unsigned, const H5E_error2_t* error, void* text) {
  if (error->desc != nullptr && error->desc[0] != '\0') {
    *static_cast<std::string*>(text) = error->desc;
  }
  return 0;
}

}  // namespace

void start_hdf5() {
  // Not once and for all: HDF5 goes down with MPI, and comes back with its printing on.
  H5open();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string hdf5_reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_innermost, &text);
  return text.empty() ? "HDF5 gives no reason" : text;
}

}  // namespace weft::trace
