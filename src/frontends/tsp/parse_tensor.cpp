// SPDX-License-Identifier: Apache-2.0
// Tensors in a schedule's text: type, shape, places in memory.
#include <algorithm>
#include <limits>

#include "base/counted.hpp"
#include "frontends/tsp/elements.hpp"
#include "frontends/tsp/parser.hpp"

namespace weft::tsp {

using form::Piece;
using form::Tensor;

namespace {

constexpr std::int64_t most_32 = 0xffffffffLL;
constexpr std::int64_t most_64 = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t most_elements = std::uint64_t{1} << 40;

}  // namespace

void Parser::tensor(Tensor::Role role) {
  const Token name = lexer_.expect(TokenKind::name, "the tensor's name");
  if (tensors_.find(name.text) != tensors_.end()) {
    lexer_.fail(name.at, "tensor '" + std::string(name.text) + "' is there already");
  }
  Tensor tensor;
  tensor.name = std::string(name.text);
  tensor.role = role;
  tensor.line = name.at.line;
  lexer_.expect(":", "behind the tensor's name");
  tensor.type = read_type(lexer_);
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
  if (lexer_.accept("over")) over(tensor);
  lexer_.expect(
      "in", "and where the tensor lies (tensors without a place are for [program] tsp_tensors)");
  do {
    const auto first = static_cast<std::uint32_t>(tensor.pieces.size());
    place(tensor);
    known.places.push_back({first, static_cast<std::uint32_t>(tensor.pieces.size()) - first});
  } while (lexer_.accept(","));
  if (role == Tensor::Role::constant) constant(tensor);
  tensors_.emplace(tensor.name, std::move(known));
  program_.tensors.push_back(std::move(tensor));
}

/// The tensors in whose words this one lies on purpose.
void Parser::over(Tensor& tensor) {
  do {
    const Token name = lexer_.expect(TokenKind::name, "a tensor above");
    const auto found = tensors_.find(name.text);
    if (found == tensors_.end()) unknown(name.at, "the tensor", name.text, keys_of(tensors_));
    tensor.over.push_back(static_cast<std::uint32_t>(found->second.index));
  } while (lexer_.accept(","));
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
                        counted(width, "slice") + ", a byte in each; these are " +
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
  refuse_text_slices(at, hemisphere, slices);
  for (std::size_t i = 0; i < ways; ++i) {
    Piece one = striped(piece, i, ways);
    for (std::uint32_t b = 0; b < width; ++b) one.slices.at(b) = slices[i * width + b];
    refuse_beyond(at, one, tensor.elements());
    tensor.pieces.push_back(one);
  }
}

/// The check of the program says the same, without the line.
void Parser::refuse_text_slices(const Position& at, form::Hemisphere hemisphere,
                                const std::vector<std::uint8_t>& slices) const {
  const auto& text =
      hemisphere == form::Hemisphere::west ? timing_.text_slices_west : timing_.text_slices_east;
  for (const std::uint8_t slice : slices) {
    if (std::find(text.begin(), text.end(), slice) == text.end()) continue;
    lexer_.fail(at, name_of(form::Queue{form::Unit::mem, hemisphere, slice, 0}) +
                        " holds program text, and no tensor");
  }
}

void Parser::refuse_beyond(const Position& at, const Piece& piece, std::uint64_t elements) const {
  const std::int64_t last = std::int64_t{piece.words} - 1;
  for (const std::int64_t word :
       {std::int64_t{piece.address}, std::int64_t{piece.address} + last * piece.stride}) {
    if (word >= 0 && word < form::words_a_bank) continue;
    lexer_.fail(at, "the tensor's words reach word " + std::to_string(word) +
                        "; a bank has words 0 to " + std::to_string(form::words_a_bank - 1));
  }
  // In floating point, as steps may be of any size: near the limit all is exact.
  const auto element = [&](std::int64_t word, std::int64_t lane) {
    return static_cast<double>(piece.first) +
           static_cast<double>(word) * static_cast<double>(piece.word_step) +
           static_cast<double>(lane) * static_cast<double>(piece.lane_step);
  };
  for (const std::int64_t word : {std::int64_t{0}, last}) {
    for (const std::int64_t lane : {0, piece.lane_count - 1}) {
      const double index = element(word, lane);
      if (index >= 0 && index < static_cast<double>(elements)) continue;
      lexer_.fail(at, "lanes of these words hold elements that the tensor's " +
                          std::to_string(elements) + " do not reach");
    }
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
  const std::vector<std::byte> bytes = read_elements(lexer_, tensor.type, tensor.elements());
  program_.bytes.insert(program_.bytes.end(), bytes.begin(), bytes.end());
}

}  // namespace weft::tsp
