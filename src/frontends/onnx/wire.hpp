// SPDX-License-Identifier: Apache-2.0
// Protobuf's wire format: the fields of a message as views of its bytes, none of them copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace weft::onnx {

using Bytes = std::span<const std::byte>;

/// Reads one message field by field. Nothing is allocated by a length that the bytes do not hold.
/// Faults are Category::input and say at which byte of the file they are.
class Wire {
 public:
  /// `message` lies in `file`, which the offsets in errors count from.
  Wire(Bytes file, Bytes message, int depth = 0) : file_(file), rest_(message), depth_(depth) {}

  /// The next field's number and the form of its value; false at the end.
  bool next();
  std::uint32_t field() const { return field_; }

  // The value of the field that `next` found, in the form that its type takes. A value in another
  // form is refused.

  std::uint64_t varint();
  std::int64_t whole() { return static_cast<std::int64_t>(varint()); }
  float single();
  Bytes bytes();
  std::string_view text();
  /// A message inside this one; refused where they nest deeper than `deepest`.
  Wire message();
  /// Leaves the value of a field that nobody asks for; groups with all that is in them.
  void skip();

  // Values that repeat, each in a field of its own or all in one (packed).

  /// The bytes of varints, for `varints_of`.
  Bytes varints();
  /// The bytes of numbers of `width` bytes each.
  Bytes fixed(std::size_t width);

  /// Category::input with the file's offset.
  [[noreturn]] void refuse(const std::string& why) const;

  static constexpr int deepest = 64;

 private:
  enum class Form : std::uint8_t { varint, eight_bytes, length, group, end_group, four_bytes };

  std::uint64_t read_varint();
  void read_tag();
  Bytes take(std::size_t count);
  void require(Form form) const;
  void skip_group(std::uint32_t field, int depth);

  Bytes file_;
  Bytes rest_;
  int depth_ = 0;
  std::uint32_t field_ = 0;
  Form form_ = Form::varint;
};

/// The numbers in `bytes`, behind those in `to`; Category::input where the last has no end.
void varints_of(Bytes bytes, std::vector<std::int64_t>& to);
void singles_of(Bytes bytes, std::vector<float>& to);

}  // namespace weft::onnx
