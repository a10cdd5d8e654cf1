// SPDX-License-Identifier: Apache-2.0
// As much of onnx.proto as the models of these rows take; numbers of fields are its.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft::cli::bench {

using Extents = std::vector<std::uint64_t>;

inline constexpr std::uint64_t float_type = 1;
inline constexpr std::uint64_t i64_type = 7;
inline constexpr std::uint64_t alignment = 64;

/// A protobuf message, field by field.
class Message {
 public:
  Message& whole(std::uint64_t field, std::uint64_t value) {
    number(field << 3U);
    number(value);
    return *this;
  }
  Message& text(std::uint64_t field, const std::string& value) {
    number(field << 3U | 2U);
    number(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(std::uint64_t field, const Message& value) { return text(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

inline Message value_of(const std::string& name, const Extents& shape,
                        std::uint64_t type = float_type) {
  Message dims;
  for (const std::uint64_t extent : shape) dims.message(1, Message().whole(1, extent));
  const Message tensor = Message().whole(1, type).message(2, dims);
  return Message().text(1, name).message(2, Message().message(1, tensor));
}

inline Message wholes_of(const std::string& name, const std::vector<std::uint64_t>& values) {
  Message attribute;
  attribute.text(1, name);
  for (const std::uint64_t value : values) attribute.whole(8, value);
  return std::move(attribute.whole(20, 7));
}

inline Message whole_of(const std::string& name, std::uint64_t value) {
  return std::move(Message().text(1, name).whole(3, value).whole(20, 2));
}

inline Message node_of(const std::string& operation, const std::vector<std::string>& inputs,
                       const std::string& output, const std::vector<Message>& attributes) {
  Message made;
  for (const std::string& input : inputs) made.text(1, input);
  made.text(2, output).text(3, "node_" + output).text(4, operation);
  for (const Message& attribute : attributes) made.message(5, attribute);
  return made;
}

/// A tensor of floats whose `bytes` lie in the file `location` from `offset` on.
inline Message external_tensor(const std::string& name, const Extents& shape,
                               const std::string& location, std::uint64_t offset,
                               std::uint64_t bytes) {
  Message tensor;
  for (const std::uint64_t extent : shape) tensor.whole(1, extent);
  tensor.whole(2, float_type).text(8, name);
  const std::array<std::pair<std::string, std::string>, 3> entries{
      {{"location", location},
       {"offset", std::to_string(offset)},
       {"length", std::to_string(bytes)}}};
  for (const auto& [key, value] : entries) {
    tensor.message(13, Message().text(1, key).text(2, value));
  }
  return std::move(tensor.whole(14, 1));
}

/// A list of whole numbers in the file itself.
inline Message wholes_tensor(const std::string& name, const std::vector<std::uint64_t>& values) {
  Message tensor;
  tensor.whole(1, values.size()).whole(2, i64_type);
  for (const std::uint64_t value : values) tensor.whole(7, value);
  return std::move(tensor.text(8, name));
}

}  // namespace weft::cli::bench
