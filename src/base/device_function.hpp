// SPDX-License-Identifier: Apache-2.0
// Marks of what kernels call, without the rest of Kokkos: for headers that others include too.
#pragma once

#include <Kokkos_Macros.hpp>

/// Before a function or operator() that kernels of the device space call: compiled for the device
/// too, where there is one. It holds no call of a function that is not marked.
#define WEFT_FUNCTION KOKKOS_INLINE_FUNCTION
/// Defined while a marked function is compiled for the device.
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__) || defined(__SYCL_DEVICE_ONLY__)
#define WEFT_ON_DEVICE
#endif
/// In the place of a lambda's [=], where the lambda is a kernel's body.
#define WEFT_LAMBDA KOKKOS_LAMBDA
