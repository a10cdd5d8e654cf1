// SPDX-License-Identifier: Apache-2.0
// Device memory for results: what was given back is taken again.
#include <bit>
#include <utility>

#include "machine/tsp/state.hpp"

namespace weft::machine::tsp {

namespace {
constexpr std::size_t least_bytes = 1024;
}  // namespace

DeviceArray<std::byte> Buffers::take(std::size_t bytes) {
  const std::size_t size = std::bit_ceil(bytes < least_bytes ? least_bytes : bytes);
  auto& list = free_[size];
  if (!list.empty()) {
    DeviceArray<std::byte> out = std::move(list.back());
    list.pop_back();
    return out;
  }
  bytes_ += size;
  return DeviceArray<std::byte>(
      Kokkos::view_alloc(std::string("tsp_result"), Kokkos::WithoutInitializing), size);
}

void Buffers::give(DeviceArray<std::byte> buffer) {
  free_[buffer.extent(0)].push_back(std::move(buffer));
}

}  // namespace weft::machine::tsp
