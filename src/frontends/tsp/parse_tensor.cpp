// SPDX-License-Identifier: Apache-2.0
// Tensors in a schedule's text: type, shape, places in memory, a constant's elements.
#include <cmath>
#include <cstring>
#include <limits>

#include "base/number_text.hpp"
#include "frontends/tsp/parser.hpp"
#include "numerics/half.hpp"

namespace weft::tsp {

using form::Piece;
using form::Tensor;
using form::VectorType;

namespace {

constexpr std::int64_t most_32 = 0xffffffffLL;
constexpr std::int64_t most_64 = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t most_elements = std::uint64_t{1} << 40;
const std::vector<std::string> types = {"i8", "i16", "i32", "f16", "f32"};

template <typename T>
void append(std::vector<std::byte>& bytes, T value) {
  const auto* from = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), from, from + sizeof value);
}

template <typename T>
bool append_whole(std::vector<std::byte>& bytes, double value) {
  const bool fits = value >= std::numeric_limits<T>::min() &&
                    value <= std::numeric_limits<T>::max() && std::trunc(value) == value;
  if (fits) append(bytes, static_cast<T>(value));
  return fits;
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
      append(bytes, numerics::half_from_double(value));
      return true;
    case VectorType::f32:
      append(bytes, static_cast<float>(value));
      return true;
  }
  return false;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

VectorType Parser::type() {
  const Token word = lexer_.expect(TokenKind::name, "a type, such as f32");
  const auto found = numerics::find_vector_type(word.text);
  if (found) return *found;
  unknown(word.at, "the type", word.text, types);
}

void Parser::tensor(Tensor::Role role) {
  const Token name = lexer_.expect(TokenKind::name, "the tensor's name");
  if (tensors_.find(name.text) != tensors_.end()) {
    lexer_.fail(name.at, "tensor '" + std::string(name.text) + "' is there already");
  }
  Tensor tensor;
  tensor.name = std::string(name.text);
  tensor.role = role;
  lexer_.expect(":", "behind the tensor's name");
  tensor.type = type();
  const Position shape_at = lexer_.peek().at;
  if (lexer_.accept("[")) {
    constexpr std::size_t most_axes = 8;
    std::uint64_t elements = 1;
    do {
      tensor.shape.push_back(static_cast<std::uint64_t>(number("a length", 1, most_32)));
      elements *= tensor.shape.back();
      if (elements > most_elements || tensor.shape.size() > most_axes) {
        lexer_.fail(shape_at, "the tensor is too large");
      }
    } while (lexer_.accept(","));
    lexer_.expect("]", "behind the lengths");
  }
  KnownTensor known;
  known.index = program_.tensors.size();
  lexer_.expect("in", "and where the tensor lies");
  do {
    const auto first = static_cast<std::uint32_t>(tensor.pieces.size());
    place(tensor);
    known.places.push_back({first, static_cast<std::uint32_t>(tensor.pieces.size()) - first});
  } while (lexer_.accept(","));
  if (role == Tensor::Role::constant) constant(tensor);
  tensors_.emplace(tensor.name, std::move(known));
  program_.tensors.push_back(std::move(tensor));
}

void Parser::place(Tensor& tensor) {
  const Position at = lexer_.peek().at;
  Piece piece;
  std::uint32_t chip = 0;
  if (lexer_.accept("chip")) {
    chip = static_cast<std::uint32_t>(number("a chip", 0, limits_.chips - 1));
  }
  form::Hemisphere hemisphere = form::Hemisphere::west;
  const std::vector<std::uint8_t> slices = slice_list(hemisphere);
  const std::uint32_t width = numerics::width_of(tensor.type);
  if (slices.size() % width != 0) {
    lexer_.fail(at, "an element of " + std::string(name_of(tensor.type)) + " lies in " +
                        std::to_string(width) + " slices, a byte in each; these are " +
                        std::to_string(slices.size()));
  }
  const std::size_t ways = slices.size() / width;
  lexer_.expect("bank", "behind the slices");
  const auto bank = static_cast<std::uint8_t>(number("the bank", 0, form::banks_a_slice - 1));
  lexer_.expect("word", "and the first word's address");
  const auto address = static_cast<std::uint32_t>(number("the word", 0, most_32));
  piece = usual_piece(tensor, 0);
  piece.chip = chip;
  piece.hemisphere = hemisphere;
  piece.bank = bank;
  piece.address = address;
  place_options(piece, ways, tensor);
  pieces_ += ways;
  if (pieces_ > limits_.pieces) lexer_.fail(at, "there are too many pieces of tensors");
  for (std::size_t i = 0; i < ways; ++i) {
    Piece one = striped(piece, i, ways);
    for (std::uint32_t b = 0; b < width; ++b) one.slices.at(b) = slices[i * width + b];
    tensor.pieces.push_back(one);
  }
}

void Parser::place_options(Piece& piece, std::size_t ways, const Tensor& tensor) {
  const Position at = lexer_.peek().at;
  if (lexer_.accept("step")) {
    piece.stride = static_cast<std::int32_t>(number("the step", INT32_MIN, INT32_MAX));
  }
  std::optional<std::int64_t> words;
  if (lexer_.accept("words")) words = number("words", 1, most_32);
  if (lexer_.accept("lanes")) {
    const auto first = number("a lane", 0, form::lanes - 1);
    lexer_.expect("..", "between the first lane and the last");
    const auto last = number("a lane", first, form::lanes - 1);
    piece.lane_first = static_cast<std::uint16_t>(first);
    piece.lane_count = static_cast<std::uint16_t>(last - first + 1);
  }
  if (lexer_.accept("from")) {
    const std::int64_t first = number("the element", 0, most_64);
    const Piece usual = usual_piece(tensor, first);
    piece.first = first;
    piece.words = usual.words;
  }
  if (lexer_.accept("word_step")) {
    piece.word_step = number("word_step", -std::int64_t{most_elements}, most_elements);
  }
  if (lexer_.accept("lane_step")) {
    piece.lane_step = number("lane_step", -std::int64_t{most_elements}, most_elements);
  }
  if (words) {
    piece.words = static_cast<std::uint32_t>(*words);
  } else if (piece.words == 0 || piece.words % ways != 0) {
    lexer_.fail(at,
                "the tensor's elements fill no whole words here: say how many `words`, which "
                "`lanes`, and `from` which element");
  } else {
    piece.words /= static_cast<std::uint32_t>(ways);
  }
}

void Parser::constant(Tensor& tensor) {
  lexer_.expect("=", "and the constant's elements");
  const Position at = lexer_.peek().at;
  const std::uint64_t size = tensor.elements() * numerics::width_of(tensor.type);
  if (size > limits_.constant_bytes - program_.bytes.size()) {
    lexer_.fail(at, "the constants are too large");
  }
  tensor.bytes_first = program_.bytes.size();
  std::vector<std::byte> bytes;
  if (lexer_.accept("hex")) {
    hexadecimal(bytes);
  } else {
    numbers(tensor, bytes);
  }
  if (bytes.size() != size) {
    lexer_.fail(at, "the tensor has " + std::to_string(size) + " bytes; these are " +
                        std::to_string(bytes.size()));
  }
  program_.bytes.insert(program_.bytes.end(), bytes.begin(), bytes.end());
}

void Parser::numbers(const Tensor& tensor, std::vector<std::byte>& bytes) {
  const bool fill = lexer_.accept("fill");
  const std::uint64_t elements = tensor.elements();
  std::uint64_t count = 0;
  do {
    const Position at = lexer_.peek().at;
    std::string text = lexer_.accept("-") ? "-" : "";
    const Token& token = lexer_.peek();
    const bool word = token.kind == TokenKind::name && (token.text == "inf" || token.text == "nan");
    if (token.kind != TokenKind::whole && token.kind != TokenKind::real && !word) {
      lexer_.fail(token.at, "expected a number, not " + name_of(token));
    }
    text += lexer_.take().text;
    const auto value = real_of(text);
    if (!value || !append_number(bytes, tensor.type, *value)) {
      lexer_.fail(at, text + " is no " + std::string(name_of(tensor.type)));
    }
    if (++count > elements)
      lexer_.fail(
          at, "the tensor has " + std::to_string(elements) + " elements; this one is beyond them");
  } while (!fill && lexer_.accept(","));
  if (!fill) return;
  const std::vector<std::byte> one = bytes;
  bytes.resize(one.size() * elements);
  for (std::uint64_t i = 1; i < elements; ++i) {
    std::memcpy(bytes.data() + i * one.size(), one.data(), one.size());
  }
}

void Parser::hexadecimal(std::vector<std::byte>& bytes) {
  do {
    const Token text = lexer_.expect(TokenKind::text, "bytes in quotes, such as \"00ff\"");
    if (text.text.size() % 2 != 0) lexer_.fail(text.at, "half of a byte is missing");
    for (std::size_t i = 0; i < text.text.size(); i += 2) {
      const int high = digit_of(text.text[i]);
      const int low = digit_of(text.text[i + 1]);
      if (high < 0 || low < 0) lexer_.fail(text.at, "bytes are digits 0 to 9 and a to f");
      bytes.push_back(static_cast<std::byte>(high * 16 + low));
    }
  } while (lexer_.accept(","));
}

}  // namespace weft::tsp
