// SPDX-License-Identifier: Apache-2.0
// Plain values to bytes and back: for saved states and for what ranks of one job send each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace weft {

/// Appends values in the host's own layout; the same program reads them back.
class ByteWriter {
 public:
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void value(const T& item) { raw(&item, sizeof(T)); }

  /// Element count, then the elements.
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void values(std::span<const T> items) {
    value(std::uint64_t{items.size()});
    raw(items.data(), items.size_bytes());
  }
  template <typename T>
  void values(const std::vector<T>& items) {
    values(std::span<const T>(items));
  }
  void text(const std::string& item) { values(std::span<const char>(item.data(), item.size())); }

  std::vector<std::byte> take() { return std::move(bytes_); }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  void raw(const void* data, std::size_t size) {
    if (size == 0) return;
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }
  std::vector<std::byte> bytes_;
};

/// Reads what a ByteWriter wrote, in the same order; Category::input when the bytes run out.
class ByteReader {
 public:
  /// `what` names the bytes in errors, e.g. "saved state".
  ByteReader(std::span<const std::byte> bytes, std::string what)
      : bytes_(bytes), what_(std::move(what)) {}

  template <typename T>
  requires std::is_trivially_copyable_v<T> T value() {
    T item{};
    raw(&item, sizeof(T), 1);
    return item;
  }
  template <typename T>
  requires std::is_trivially_copyable_v<T> std::vector<T> values() {
    const auto count = value<std::uint64_t>();
    if (count > bytes_.size() / sizeof(T)) too_short();
    std::vector<T> items(count);
    raw(items.data(), sizeof(T), count);
    return items;
  }
  std::string text() {
    const std::vector<char> items = values<char>();
    return {items.begin(), items.end()};
  }
  /// Refuses bytes left over.
  void finish() const {
    if (!bytes_.empty()) fail(Category::input, what_ + ": holds more than expected");
  }

 private:
  void raw(void* data, std::size_t size, std::size_t count) {
    if (count > bytes_.size() / size) too_short();
    if (count == 0) return;
    std::memcpy(data, bytes_.data(), size * count);
    bytes_ = bytes_.subspan(size * count);
  }
  [[noreturn]] void too_short() const { fail(Category::input, what_ + ": ends too early"); }

  std::span<const std::byte> bytes_;
  std::string what_;
};

}  // namespace weft
