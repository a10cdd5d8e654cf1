// SPDX-License-Identifier: Apache-2.0
// Protobuf messages being written, field by field.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace weft::onnx {

/// One message's bytes. Numbers of fields are those of onnx.proto.
class Message {
 public:
  void whole(std::uint32_t field, std::int64_t value) {
    key(field, 0);
    varint(static_cast<std::uint64_t>(value));
  }
  void single(std::uint32_t field, float value) {
    key(field, 5);
    append(&value, sizeof value);
  }
  void text(std::uint32_t field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
  }
  void message(std::uint32_t field, const Message& value) { text(field, value.bytes_); }
  /// The key and length of a field whose `size` bytes the caller writes next.
  void head_of(std::uint32_t field, std::size_t size) {
    key(field, 2);
    varint(size);
  }
  /// In one field (packed).
  void wholes(std::uint32_t field, const std::vector<std::int64_t>& values) {
    Message packed;
    for (const std::int64_t one : values) packed.varint(static_cast<std::uint64_t>(one));
    message(field, packed);
  }
  void singles(std::uint32_t field, const std::vector<double>& values) {
    Message packed;
    for (const double one : values) {
      const auto value = static_cast<float>(one);
      packed.append(&value, sizeof value);
    }
    message(field, packed);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void key(std::uint32_t field, std::uint32_t form) { varint((std::uint64_t{field} << 3U) | form); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }
  void append(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }

  std::string bytes_;
};

}  // namespace weft::onnx
