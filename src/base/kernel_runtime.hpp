// SPDX-License-Identifier: Apache-2.0
// Kokkos' lifetime as a scope, for programs that do not otherwise see Kokkos.
#pragma once

namespace weft {

/// Initialises Kokkos with the `--kokkos-*` arguments and takes those out of argv; every other
/// argument stays, also those that old Kokkos releases would claim. Ends Kokkos when destroyed; no
/// Array may outlive it. Does nothing where Kokkos is up already.
class KernelRuntime {
 public:
  KernelRuntime(int& argc, char** argv);
  ~KernelRuntime();
  KernelRuntime(const KernelRuntime&) = delete;
  KernelRuntime& operator=(const KernelRuntime&) = delete;

 private:
  bool owner_ = false;
};

}  // namespace weft
