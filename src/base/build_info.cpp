// SPDX-License-Identifier: Apache-2.0
// Versions known when weft was compiled.
#include "base/build_info.hpp"

#include "base/kokkos.hpp"

namespace weft {

std::string version() { return WEFT_VERSION; }

std::string compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GNU " __VERSION__;
#else
  return "unknown";
#endif
}

std::string kokkos_version() {
  return std::to_string(KOKKOS_VERSION / 10000) + "." + std::to_string(KOKKOS_VERSION / 100 % 100) +
         "." + std::to_string(KOKKOS_VERSION % 100);
}

std::string kokkos_backend() { return Space::name(); }

std::string kokkos_device() { return DeviceSpace::name(); }

}  // namespace weft
