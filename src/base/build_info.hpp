// SPDX-License-Identifier: Apache-2.0
// What this build of weft is made of, as text.
#pragma once

#include <string>

namespace weft {

std::string version();         ///< "0.1.0"
std::string compiler();        ///< "GNU 12.2.0"
std::string kokkos_version();  ///< "3.4.1"
std::string kokkos_backend();  ///< the execution space of kernels that call host code: "Serial"
std::string kokkos_device();   ///< and of those that a device may run: the same, or "Cuda"

}  // namespace weft
