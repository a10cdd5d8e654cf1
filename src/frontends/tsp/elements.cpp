// SPDX-License-Identifier: Apache-2.0
// Reads the elements of constants: numbers of their type, or bytes.
#include "frontends/tsp/elements.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "numerics/given_number.hpp"
#include "numerics/half.hpp"
#include "topology/suggest.hpp"

namespace weft::tsp {

using numerics::VectorType;

namespace {

const std::vector<std::string> types = {"i8", "i16", "i32", "f16", "f32"};

template <typename T>
bool append(std::vector<std::byte>& bytes, T value) {
  const auto* from = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), from, from + sizeof value);
  return true;
}

template <typename T>
bool append_held(std::vector<std::byte>& bytes, const std::optional<T>& held) {
  return held && append(bytes, *held);
}

template <typename T>
bool append_whole(std::vector<std::byte>& bytes, double value) {
  const bool fits = value >= std::numeric_limits<T>::min() &&
                    value <= std::numeric_limits<T>::max() && std::trunc(value) == value;
  return fits && append(bytes, static_cast<T>(value));
}

bool append_number(std::vector<std::byte>& bytes, VectorType type, double value) {
  switch (type) {
    case VectorType::i8:
      return append_whole<std::int8_t>(bytes, value);
    case VectorType::i16:
      return append_whole<std::int16_t>(bytes, value);
    case VectorType::i32:
      return append_whole<std::int32_t>(bytes, value);
    case VectorType::f16:
      if (!std::isfinite(value)) return append(bytes, numerics::half_from_double(value));
      return append_held(bytes, numerics::half_of_number(value));
    case VectorType::f32:
      if (!std::isfinite(value)) return append(bytes, static_cast<float>(value));
      return append_held(bytes, numerics::float_of_number(value));
  }
  return false;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::vector<std::byte> numbers(Lexer& lexer, VectorType type, std::uint64_t elements) {
  std::vector<std::byte> bytes;
  const bool fill = lexer.accept("fill");
  std::uint64_t count = 0;
  do {
    const Position at = lexer.peek().at;
    std::string text = lexer.accept("-") ? "-" : "";
    const Token& token = lexer.peek();
    const bool word = token.kind == TokenKind::name && (token.text == "inf" || token.text == "nan");
    if (token.kind != TokenKind::whole && token.kind != TokenKind::real && !word) {
      lexer.fail(token.at, "expected a number, not " + name_of(token));
    }
    text += lexer.take().text;
    const auto value = real_of(text);
    if (!value || !append_number(bytes, type, *value)) {
      lexer.fail(at, text + " is no " + std::string(name_of(type)));
    }
    if (++count > elements)
      lexer.fail(at,
                 "the tensor has " + counted(elements, "element") + "; this one is beyond them");
  } while (!fill && lexer.accept(","));
  if (!fill) return bytes;
  const std::vector<std::byte> one = bytes;
  bytes.resize(one.size() * elements);
  for (std::uint64_t i = 1; i < elements; ++i) {
    std::memcpy(bytes.data() + i * one.size(), one.data(), one.size());
  }
  return bytes;
}

std::vector<std::byte> hexadecimal(Lexer& lexer) {
  std::vector<std::byte> bytes;
  do {
    const Token text = lexer.expect(TokenKind::text, "bytes in quotes, such as \"00ff\"");
    if (text.text.size() % 2 != 0) lexer.fail(text.at, "half of a byte is missing");
    for (std::size_t i = 0; i < text.text.size(); i += 2) {
      const int high = digit_of(text.text[i]);
      const int low = digit_of(text.text[i + 1]);
      if (high < 0 || low < 0) lexer.fail(text.at, "bytes are digits 0 to 9 and a to f");
      bytes.push_back(static_cast<std::byte>(high * 16 + low));
    }
  } while (lexer.accept(","));
  return bytes;
}

}  // namespace

VectorType read_type(Lexer& lexer) {
  const Token word = lexer.expect(TokenKind::name, "a type, such as f32");
  const auto found = numerics::find_vector_type(word.text);
  if (found) return *found;
  lexer.fail(word.at, "the type '" + std::string(word.text) + "' is not known" +
                          topology::did_you_mean(word.text, types));
}

std::vector<std::byte> read_elements(Lexer& lexer, VectorType type, std::uint64_t elements) {
  const Position at = lexer.peek().at;
  const bool by_bytes = lexer.accept("hex");
  std::vector<std::byte> bytes = by_bytes ? hexadecimal(lexer) : numbers(lexer, type, elements);
  const std::uint64_t size = elements * numerics::width_of(type);
  if (bytes.size() == size) return bytes;
  const std::uint64_t each = by_bytes ? 1 : numerics::width_of(type);
  lexer.fail(at, "the tensor has " + std::to_string(size / each) +
                     (by_bytes ? " bytes" : " elements") + "; these are " +
                     std::to_string(bytes.size() / each));
}

}  // namespace weft::tsp
