// SPDX-License-Identifier: Apache-2.0
// The only include of Kokkos: the spaces, arrays, loops and atomics of weft's kernels (3.4 to 5.x).
#pragma once

#include <Kokkos_Core.hpp>
#include <atomic>
#include <cstddef>
#include <span>
#include <string>

#include "base/device_function.hpp"

namespace weft {

// --- host spaces: kernels that call host code, and what the host looks at ---

using Space = Kokkos::DefaultHostExecutionSpace;
using Memory = Space::memory_space;

template <typename T>
using Array = Kokkos::View<T*, Memory>;

template <typename T>
using ConstArray = Kokkos::View<const T*, Memory>;

/// Runs body(i) for i in [0, count), in any order and on many threads; returns when all are done.
template <typename Body>
void parallel_for(const char* label, std::size_t count, const Body& body) {
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space>(0, count), body);
  Space().fence();
}

// --- the device space: Kokkos' default one, a GPU where it was built for one, else a host space.
// What runs there is marked WEFT_FUNCTION and reaches memory through DeviceArrays alone. ---

using DeviceSpace = Kokkos::DefaultExecutionSpace;
using DeviceMemory = DeviceSpace::memory_space;

template <typename T>
using DeviceArray = Kokkos::View<T*, DeviceMemory>;

template <typename T>
using ConstDeviceArray = Kokkos::View<const T*, DeviceMemory>;

/// As parallel_for, but may return before the work is done: the host looks after fence() or a copy.
/// Kernels follow each other in the order in which they were launched.
template <typename Body>
void device_parallel_for(const char* label, std::size_t count, const Body& body) {
  Kokkos::parallel_for(label, Kokkos::RangePolicy<DeviceSpace>(0, count), body);
}

/// Returns when every kernel launched before is done.
inline void fence() { Kokkos::fence(); }

/// Host memory of the array's shape, for copy_to_host and copy_to_device; the array itself where
/// the device's memory is the host's.
template <typename T>
Array<T> host_mirror(const DeviceArray<T>& array) {
  return Kokkos::create_mirror_view(Memory(), array);
}

/// After all kernels launched before; `mirror` has the array's extent.
template <typename T>
void copy_to_host(const Array<T>& mirror, const DeviceArray<T>& array) {
  Kokkos::deep_copy(mirror, array);
}

template <typename T>
void copy_to_device(const DeviceArray<T>& array, const Array<T>& mirror) {
  Kokkos::deep_copy(array, mirror);
}

/// A new array of the device with these values.
template <typename T>
DeviceArray<T> device_array(const char* label, std::span<const T> values) {
  const DeviceArray<T> array(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing),
                             values.size());
  Kokkos::deep_copy(
      array, Kokkos::View<const T*, Memory, Kokkos::MemoryUnmanaged>(values.data(), values.size()));
  return array;
}

// --- memory that more than one index of a kernel writes: Kokkos' atomics on a device. On a host
// the language's own: those of a Serial Kokkos 3.4 are plain accesses, those of 4 and 5 read
// plainly before they compare, which is a race by the language's rules, and store by an exchange.
// ---

/// Keeps the lesser of `value` and what is there.
template <typename T>
WEFT_FUNCTION void atomic_least(T* place, T value) {
#if defined(WEFT_ON_DEVICE)
  Kokkos::atomic_fetch_min(place, value);
#else
  std::atomic_ref<T> least(*place);
  T seen = least.load(std::memory_order_relaxed);
  while (value < seen && !least.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
#endif
}

/// Adds, and gives what was there before.
template <typename T>
WEFT_FUNCTION T atomic_count(T* place, T more) {
#if defined(WEFT_ON_DEVICE)
  return Kokkos::atomic_fetch_add(place, more);
#else
  return std::atomic_ref<T>(*place).fetch_add(more, std::memory_order_relaxed);
#endif
}

/// For a place to which every index that writes at all writes the same, or that others read as a
/// hint: no more than a store.
template <typename T>
WEFT_FUNCTION void atomic_mark(T* place, T value) {
#if defined(WEFT_ON_DEVICE)
  Kokkos::atomic_store(place, value);
#else
  std::atomic_ref<T>(*place).store(value, std::memory_order_relaxed);
#endif
}

/// What may be another index's atomic_mark, or older.
template <typename T>
WEFT_FUNCTION T atomic_hint(T* place) {
#if defined(WEFT_ON_DEVICE)
  return Kokkos::atomic_load(place);
#else
  return std::atomic_ref<T>(*place).load(std::memory_order_relaxed);
#endif
}

}  // namespace weft
