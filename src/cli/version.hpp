// SPDX-License-Identifier: Apache-2.0
// The text of `weft --version`.
#pragma once

#include <string>

namespace weft::cli {

/// weft, its compiler, MPI, HDF5, Kokkos and its backend, a line each.
std::string version_text();

}  // namespace weft::cli
