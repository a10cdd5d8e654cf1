// SPDX-License-Identifier: Apache-2.0
// Plain values to bytes and back: for saved states, programs, executables, and for what ranks of
// one job send each other. archive.hpp wraps what is kept beyond a run.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace weft {

static_assert(std::endian::native == std::endian::little, "stored bytes are little-endian");

/// Appends values in the host's own layout; the same program reads them back.
class ByteWriter {
 public:
  static constexpr bool reading = false;
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

/// Reads what a ByteWriter wrote, in the same order; Category::input when the bytes run out. Bytes
/// that nobody wrote so cannot make it read outside of them, nor ask for more memory than they
/// take.
class ByteReader {
 public:
  static constexpr bool reading = true;
  /// `what` names the bytes in errors, e.g. "saved state".
  ByteReader(std::span<const std::byte> bytes, std::string what)
      : bytes_(bytes), what_(std::move(what)) {}

  template <typename T>
  requires std::is_trivially_copyable_v<T> T value() {
    if constexpr (std::is_same_v<T, bool>) {
      return enumerator<std::uint8_t>(1) != 0;
    } else {
      T item{};
      raw(&item, sizeof(T), 1);
      return item;
    }
  }
  /// A value of an enumeration (or a number) that ends at `last`.
  template <typename T>
  T enumerator(T last) {
    const T item = value<T>();
    if (static_cast<std::uint64_t>(item) > static_cast<std::uint64_t>(last)) {
      refuse("holds a value outside of its range");
    }
    return item;
  }
  /// How many items follow that take at least `least_bytes` each.
  std::uint64_t count(std::size_t least_bytes = 1) {
    const auto items = value<std::uint64_t>();
    if (items > bytes_.size() / least_bytes) too_short();
    return items;
  }
  template <typename T>
  requires std::is_trivially_copyable_v<T> std::vector<T> values() {
    std::vector<T> items(count(sizeof(T)));
    raw(items.data(), sizeof(T), items.size());
    return items;
  }
  /// Elements whose number the reader knows, into their place.
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void values_into(std::span<T> items) {
    if (count(sizeof(T)) != items.size()) refuse("is of another program or slice");
    raw(items.data(), sizeof(T), items.size());
  }
  std::string text() {
    const std::vector<char> items = values<char>();
    return {items.begin(), items.end()};
  }
  std::size_t left() const { return bytes_.size(); }
  /// Refuses bytes left over.
  void finish() const {
    if (!bytes_.empty()) refuse("holds more than expected");
  }
  [[noreturn]] void refuse(const std::string& why) const {
    fail(Category::input, what_ + ": " + why);
  }

 private:
  void raw(void* data, std::size_t size, std::size_t count) {
    if (count > bytes_.size() / size) too_short();
    if (count == 0) return;
    std::memcpy(data, bytes_.data(), size * count);
    bytes_ = bytes_.subspan(size * count);
  }
  [[noreturn]] void too_short() const { refuse("ends too early"); }

  std::span<const std::byte> bytes_;
  std::string what_;
};

// One description of a type's fields serves both directions: visit(archive, field) writes or reads.
// Own types overload visit() in their own namespace.

template <typename Archive, typename Value>
requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
void visit(Archive& archive, Value& value) {
  if constexpr (Archive::reading) {
    value = archive.template value<Value>();
  } else {
    archive.value(value);
  }
}

template <typename Archive>
void visit(Archive& archive, std::string& text) {
  if constexpr (Archive::reading) {
    text = archive.text();
  } else {
    archive.text(text);
  }
}

template <typename Archive, typename Element>
void visit(Archive& archive, std::vector<Element>& elements) {
  if constexpr (Archive::reading) {
    elements.resize(archive.count());
  } else {
    archive.value(std::uint64_t{elements.size()});
  }
  for (Element& element : elements) visit(archive, element);
}

template <typename Archive, typename... Fields>
void visit_all(Archive& archive, Fields&... fields) {
  (visit(archive, fields), ...);
}

}  // namespace weft
