// SPDX-License-Identifier: Apache-2.0
// Collects the versions that the rooms know.
#include "cli/version.hpp"

#include "base/build_info.hpp"
#include "comm/environment.hpp"
#include "trace/library_version.hpp"

namespace weft::cli {

std::string version_text() {
  const bool apart = kokkos_device() != kokkos_backend();
  return "weft " + version() + "\ncompiler: " + compiler() + "\nMPI: " + comm::library_version() +
         "\nHDF5: " + trace::library_version() + " (parallel)" + "\nKokkos: " + kokkos_version() +
         "\nbackend: " + kokkos_backend() + (apart ? "\ndevice: " + kokkos_device() : "");
}

}  // namespace weft::cli
