// SPDX-License-Identifier: Apache-2.0
// A program whose longest lists stay in its bytes, for who goes through them once.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "program/ipu.hpp"

namespace weft::program::ipu {

/// Items that stay in the bytes of a program, wherever those begin.
template <typename T>
class StoredItems {
 public:
  StoredItems() = default;
  explicit StoredItems(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::size_t size() const { return bytes_.size() / sizeof(T); }
  T operator[](std::size_t index) const {
    T item;
    std::memcpy(&item, bytes_.data() + index * sizeof(T), sizeof(T));
    return item;
  }
  std::span<const std::byte> bytes() const { return bytes_; }
  /// Items [first, first + count), in place of those of `out`.
  void copy(std::size_t first, std::size_t count, std::vector<T>& out) const {
    out.resize(count);
    if (count != 0) std::memcpy(out.data(), bytes_.data() + first * sizeof(T), count * sizeof(T));
  }

 private:
  std::span<const std::byte> bytes_;
};

/// Lives as long as the bytes.
struct Outline {
  Program program;  ///< without moves and runs
  StoredItems<Move> moves;
  StoredItems<ArrayRun> runs;
};

/// As deserialize() and validate().
Outline outline(std::span<const std::byte> bytes);
void validate(const Outline& outline);

}  // namespace weft::program::ipu
