// SPDX-License-Identifier: Apache-2.0
// Every rank sends some rows or values to every rank; internal to trace.
#pragma once

#include <cstring>
#include <numeric>
#include <span>
#include <vector>

#include "base/release.hpp"
#include "comm/communicator.hpp"

namespace weft::trace {

template <typename T>
comm::Bytes to_bytes(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return {bytes.begin(), bytes.end()};
}

template <typename T>
void append_values(std::vector<T>& out, std::span<const std::byte> bytes) {
  const std::size_t before = out.size();
  out.resize(before + bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(out.data() + before, bytes.data(), bytes.size());
}

/// parts[r] goes to rank r; returns what every rank sent here, by rank. Collective.
template <typename T>
std::vector<std::vector<T>> all_to_all(const comm::Communicator& communicator,
                                       std::vector<std::vector<T>> parts) {
  const auto size = static_cast<std::size_t>(communicator.size());
  const auto self = static_cast<std::size_t>(communicator.rank());
  std::vector<int> others;
  std::vector<comm::Bytes> send;
  for (std::size_t rank = 0; rank < size; ++rank) {
    if (rank == self) continue;
    others.push_back(static_cast<int>(rank));
    send.push_back(to_bytes(std::span<const T>(parts[rank])));
    release(parts[rank]);
  }
  std::vector<comm::Bytes> receive(send.size());
  communicator.exchange(others, send, receive);
  release(send);
  std::vector<std::vector<T>> received(size);
  received[self] = std::move(parts[self]);
  for (std::size_t n = 0; n < others.size(); ++n) {
    append_values(received[static_cast<std::size_t>(others[n])],
                  std::span<const std::byte>(receive[n]));
    release(receive[n]);
  }
  return received;
}

}  // namespace weft::trace
