// SPDX-License-Identifier: Apache-2.0
// Varints, lengths and groups, each checked against what is left of the message.
#include "frontends/onnx/wire.hpp"

#include "base/counted.hpp"

namespace weft::onnx {

bool Wire::next() {
  if (rest_.empty()) return false;
  read_tag();
  if (form_ == Form::end_group) refuse("a group ends that did not begin");
  return true;
}

void Wire::read_tag() {
  const std::uint64_t tag = read_varint();
  if (tag > 0xffffffffU || tag >> 3U == 0) refuse("a field has a number that no field can have");
  if ((tag & 7U) > static_cast<unsigned>(Form::four_bytes)) {
    refuse("field " + std::to_string(tag >> 3U) + " has a form that protobuf does not know");
  }
  field_ = static_cast<std::uint32_t>(tag >> 3U);
  form_ = static_cast<Form>(tag & 7U);
}

std::uint64_t Wire::read_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) refuse("the file ends, or a message does, within a number");
    const auto byte = static_cast<std::uint64_t>(rest_.front());
    rest_ = rest_.subspan(1);
    value |= (byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  refuse("a number has more than ten bytes");
}

Bytes Wire::take(std::size_t count) {
  if (count > rest_.size()) {
    refuse("field " + std::to_string(field_) + " says that it has " + counted(count, "byte") +
           ", of which " + std::to_string(rest_.size()) + " are there");
  }
  const Bytes taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

void Wire::require(Form form) const {
  if (form_ == form) return;
  refuse("field " + std::to_string(field_) + " has a value of another form than ONNX gives it");
}

std::uint64_t Wire::varint() {
  require(Form::varint);
  return read_varint();
}

float Wire::single() {
  require(Form::four_bytes);
  float value = 0;
  std::memcpy(&value, take(sizeof value).data(), sizeof value);
  return value;
}

Bytes Wire::bytes() {
  require(Form::length);
  return take(read_varint());
}

std::string_view Wire::text() {
  const Bytes taken = bytes();
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

Wire Wire::message() {
  if (depth_ == deepest) {
    refuse("messages nest more than " + std::to_string(deepest) + " deep");
  }
  return {file_, bytes(), depth_ + 1};
}

void Wire::skip() {
  switch (form_) {
    case Form::varint:
      (void)read_varint();
      break;
    case Form::eight_bytes:
      (void)take(8);
      break;
    case Form::length:
      (void)take(read_varint());
      break;
    case Form::group:
      skip_group(field_, depth_);
      break;
    case Form::four_bytes:
      (void)take(4);
      break;
    case Form::end_group:
      refuse("a group ends that did not begin");
  }
}

void Wire::skip_group(std::uint32_t field, int depth) {
  if (depth == deepest) refuse("groups nest more than " + std::to_string(deepest) + " deep");
  while (true) {
    if (rest_.empty()) refuse("group " + std::to_string(field) + " has no end");
    read_tag();
    if (form_ == Form::end_group) {
      if (field_ == field) return;
      refuse("group " + std::to_string(field) + " ends as another one");
    }
    if (form_ == Form::group) {
      skip_group(field_, depth + 1);
    } else {
      skip();
    }
  }
}

Bytes Wire::varints() {
  if (form_ == Form::length) return bytes();
  const Bytes from = rest_;
  (void)varint();
  return from.first(from.size() - rest_.size());
}

Bytes Wire::fixed(std::size_t width) {
  if (form_ == (width == 4 ? Form::four_bytes : Form::eight_bytes)) return take(width);
  const Bytes packed = bytes();
  if (packed.size() % width != 0) {
    refuse("field " + std::to_string(field_) + " has numbers of " + counted(width, "byte") +
           " in " + counted(packed.size(), "byte"));
  }
  return packed;
}

void Wire::refuse(const std::string& why) const {
  const std::byte* here = rest_.data() != nullptr ? rest_.data() : file_.data();
  fail(Category::input, "byte " + std::to_string(here - file_.data()) + ": " + why);
}

void varints_of(Bytes bytes, std::vector<std::int64_t>& to) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const std::byte part : bytes) {
    if (shift > 63) fail(Category::input, "a number has more than ten bytes");
    value |= (static_cast<std::uint64_t>(part) & 0x7fU) << shift;
    shift += 7;
    if ((part & std::byte{0x80}) != std::byte{}) continue;
    to.push_back(static_cast<std::int64_t>(value));
    value = 0;
    shift = 0;
  }
  if (shift > 0) fail(Category::input, "packed numbers end within one");
}

void singles_of(Bytes bytes, std::vector<float>& to) {
  const std::size_t before = to.size();
  to.resize(before + bytes.size() / sizeof(float));
  if (!bytes.empty()) std::memcpy(to.data() + before, bytes.data(), bytes.size());
}

}  // namespace weft::onnx
