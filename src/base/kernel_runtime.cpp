// SPDX-License-Identifier: Apache-2.0
// Starting and ending Kokkos.
#include "base/kernel_runtime.hpp"

#include <string_view>
#include <vector>

#include "base/kokkos.hpp"

namespace weft {

KernelRuntime::KernelRuntime(int& argc, char** argv) {
  std::vector<char*> kokkos_arguments{argc > 0 ? argv[0] : nullptr};
  int kept = argc > 0 ? 1 : 0;
  for (int i = 1; i < argc; ++i) {
    const bool is_kokkos = std::string_view(argv[i]).substr(0, 9) == "--kokkos-";
    if (is_kokkos) {
      kokkos_arguments.push_back(argv[i]);
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  if (argv != nullptr) argv[kept] = nullptr;
  if (Kokkos::is_initialized()) return;
  auto count = static_cast<int>(kokkos_arguments.size());
  kokkos_arguments.push_back(nullptr);
  Kokkos::initialize(count, kokkos_arguments.data());
  owner_ = true;
}

KernelRuntime::~KernelRuntime() {
  if (owner_) Kokkos::finalize();
}

}  // namespace weft
