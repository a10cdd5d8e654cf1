// SPDX-License-Identifier: Apache-2.0
// Writes and reads plain values as little-endian bytes, by one description of the fields for both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace weft::program {

/// Appends values to bytes.
class ByteWriter {
 public:
  static constexpr bool reading = false;
  template <typename Value>
  void scalar(Value& value) {
    auto wide = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(Value); ++i) {
      bytes_.push_back(static_cast<std::byte>(wide & 0xff));
      wide >>= 8;
    }
  }
  std::uint64_t size(std::uint64_t count) {
    scalar(count);
    return count;
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Takes values from bytes; Category::input when they end too early.
class ByteReader {
 public:
  static constexpr bool reading = true;
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <typename Value>
  void scalar(Value& value) {
    if (bytes_.size() - at_ < sizeof(Value)) truncated();
    std::uint64_t wide = 0;
    for (std::size_t i = 0; i < sizeof(Value); ++i) {
      wide |= std::uint64_t{static_cast<std::uint8_t>(bytes_[at_ + i])} << (8 * i);
    }
    at_ += sizeof(Value);
    value = static_cast<Value>(wide);
  }
  /// A count of elements that take at least a byte each, so that bad bytes cannot ask for memory.
  std::uint64_t size(std::uint64_t) {
    std::uint64_t count = 0;
    scalar(count);
    if (count > bytes_.size() - at_) truncated();
    return count;
  }
  bool finished() const { return at_ == bytes_.size(); }

 private:
  [[noreturn]] static void truncated() {
    fail(Category::input, "these bytes are no program: they end too early");
  }
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

template <typename Archive, typename Value>
requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
void visit(Archive& archive, Value& value) { archive.scalar(value); }

template <typename Archive>
void visit(Archive& archive, std::string& text) {
  text.resize(archive.size(text.size()));
  for (char& c : text) archive.scalar(c);
}

template <typename Archive, typename Element>
void visit(Archive& archive, std::vector<Element>& elements) {
  elements.resize(archive.size(elements.size()));
  for (Element& element : elements) visit(archive, element);
}

template <typename Archive, typename... Fields>
void visit_all(Archive& archive, Fields&... fields) {
  (visit(archive, fields), ...);
}

}  // namespace weft::program
