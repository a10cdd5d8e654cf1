// SPDX-License-Identifier: Apache-2.0
// Units, channels, memories, arrays and transfers of a unit graph's text.
#include "frontends/rdu/parser.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "base/text_file.hpp"
#include "numerics/half.hpp"

namespace weft::rdu {

using form::none;

namespace {

/// The network's unit is the machine's own.
template <typename Kind>
constexpr bool can_be_said(Kind kind) {
  if constexpr (std::is_same_v<Kind, form::Unit::Kind>) return kind != Kind::network;
  return true;
}

template <typename Kind>
std::optional<Kind> kind_named(std::string_view text) {
  for (std::uint8_t k = 0; k < static_cast<std::uint8_t>(Kind::count_); ++k) {
    const auto kind = static_cast<Kind>(k);
    if (can_be_said(kind) && name_of(kind) == text) return kind;
  }
  return std::nullopt;
}

template <typename Kind>
Kind read_kind(Lexer& lexer, std::string_view what) {
  const Token token = lexer.expect(TokenKind::name, what);
  if (const auto kind = kind_named<Kind>(token.text)) return *kind;
  std::string known;
  for (std::uint8_t k = 0; k < static_cast<std::uint8_t>(Kind::count_); ++k) {
    if (!can_be_said(static_cast<Kind>(k))) continue;
    known += (known.empty() ? "" : ", ") + std::string(name_of(static_cast<Kind>(k)));
  }
  lexer.fail(token.at, "'" + std::string(token.text) + "' is no " + std::string(what) +
                           ": there are " + known);
}

}  // namespace

form::Program Parser::parse() {
  lexer_.skip_newlines();
  while (lexer_.peek().kind != TokenKind::end) {
    statement();
    lexer_.skip_newlines();
  }
  check_types();
  return std::move(program_);
}

/// No conversion happens on the way: both ends have to say the same of a channel's words.
void Parser::check_types() const {
  for (const auto& [channel, taken] : taken_) {
    const auto given = given_.find(channel);
    if (given == given_.end() || given->second == taken.type) continue;
    const std::string name = "'" + program_.channels[channel].name + "'";
    lexer_.fail(taken.at, "channel " + name + " is taken as " + name_of(taken.type) +
                              ", and given " + name_of(given->second));
  }
}

bool Parser::option(const char* word, std::set<std::string>& seen) {
  if (!lexer_.at(word)) return false;
  const Token token = lexer_.take();
  if (seen.insert(word).second) return true;
  lexer_.fail(token.at, "'" + std::string(word) + "' is there twice");
}

void Parser::count(Position at) {
  if (++things_ > limits_.things) {
    lexer_.fail(at, "the graph has more than " + counted(limits_.things, "part"));
  }
}

void Parser::statement() {
  const Token word = lexer_.expect(TokenKind::name, "a statement");
  count(word.at);
  if (word.text == "section") return section(word.at);
  if (word.text == "unit") return unit(word.at);
  if (word.text == "channel") return channel(word.at);
  if (word.text == "memory") return memory(word.at);
  if (word.text == "array") return array(word.at);
  if (word.text == "transfer") return transfer(word.at);
  if (word.text == "context") return context(word.at);
  if (word.text == "layer") return layer();
  lexer_.fail(word.at, "'" + std::string(word.text) +
                           "' begins no statement: there are section, unit, channel, memory, "
                           "array, transfer, context, layer");
}

void Parser::layer() {
  const Token name = lexer_.expect(TokenKind::text, "the layer's name between quotes");
  auto& layers = program_.layers;
  const auto found = std::find(layers.begin(), layers.end(), name.text);
  layer_ = name.text.empty() ? form::none : static_cast<std::uint32_t>(found - layers.begin());
  if (!name.text.empty() && found == layers.end()) layers.emplace_back(name.text);
  lexer_.expect_line_end();
}

std::string Parser::new_name(Names& names, const char* kind) {
  const Token token = lexer_.expect(TokenKind::name, std::string("a name for the ") + kind);
  const auto number = static_cast<std::uint32_t>(names.size());
  if (!names.emplace(token.text, number).second) {
    lexer_.fail(token.at, std::string(kind) + " '" + std::string(token.text) + "' is there twice");
  }
  return std::string(token.text);
}

std::uint32_t Parser::known(const Names& names, const char* kind) {
  const Token token = lexer_.expect(TokenKind::name, std::string("the name of a ") + kind);
  const auto found = names.find(token.text);
  if (found != names.end()) return found->second;
  lexer_.fail(token.at, std::string("there is no ") + kind + " '" + std::string(token.text) + "'");
}

form::WordType Parser::type() {
  const Token token = lexer_.expect(TokenKind::name, "a type");
  const auto type = numerics::word_type_of(token.text);
  if (type) return *type;
  lexer_.fail(token.at, "'" + std::string(token.text) +
                            "' is no type: i32, u8, q16.16, uq8.24, f32, f16 and bit are some");
}

/// A number of the type; 0x... is the word itself.
std::uint32_t Parser::word_of(const form::WordType& type) {
  const Token token = lexer_.expect(TokenKind::number, "a number");
  if (token.text.starts_with("0x")) {
    std::uint64_t word = 0;
    if (token.text.size() == 2) lexer_.fail(token.at, "'0x' is no word of 32 bits");
    for (const char c : token.text.substr(2)) {
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
      word = word * 16 + static_cast<std::uint64_t>(digit);
      if (digit == 16 || word > 0xffffffffU) {
        lexer_.fail(token.at, "'" + std::string(token.text) + "' is no word of 32 bits");
      }
    }
    return static_cast<std::uint32_t>(word);
  }
  const std::optional<double> value = real_of(token.text);
  if (!value) lexer_.fail(token.at, "'" + std::string(token.text) + "' is no number");
  if (type.kind == form::WordType::Kind::f32) {
    if (std::abs(*value) > static_cast<double>(std::numeric_limits<float>::max())) {
      lexer_.fail(token.at, "'" + std::string(token.text) + "' is beyond f32");
    }
    return std::bit_cast<std::uint32_t>(static_cast<float>(*value));
  }
  if (type.kind == form::WordType::Kind::f16) {
    const numerics::Half half = numerics::half_from_double(*value);
    if ((half & 0x7fffU) == numerics::half_infinity) {
      lexer_.fail(token.at, "'" + std::string(token.text) + "' is beyond f16");
    }
    return half;
  }
  const bool bit = type.kind == form::WordType::Kind::bit;
  const double places = *value * static_cast<double>(std::uint64_t{1} << type.fraction_bits);
  const std::uint32_t width = type.integer_bits + type.fraction_bits;
  const double half = static_cast<double>(std::uint64_t{1} << (width - 1));
  const double least = type.is_signed ? -half : 0.0;
  const double most = bit ? 1.0 : type.is_signed ? half - 1.0 : 2.0 * half - 1.0;
  const auto whole = static_cast<std::int64_t>(std::clamp(places, least, most));
  if (static_cast<double>(whole) != places) {
    lexer_.fail(token.at, "'" + std::string(token.text) + "' is no " + name_of(type));
  }
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(whole));
}

// section NAME
void Parser::section(Position at) {
  form::Section made;
  made.line = at.line;
  made.name = new_name(sections_, "section");
  lexer_.expect_line_end();
  program_.sections.push_back(std::move(made));
}

// unit NAME: KIND [chip N] [section NAME] [at (X, Y)]
void Parser::unit(Position at) {
  form::Unit made;
  made.line = at.line;
  made.name = new_name(units_, "unit");
  lexer_.expect(":");
  made.kind = read_kind<form::Unit::Kind>(lexer_, "kind of unit");
  if (lexer_.accept("chip")) made.chip = static_cast<std::uint32_t>(lexer_.whole("a chip", 4095));
  if (lexer_.accept("section")) made.section = known(sections_, "section");
  if (lexer_.accept("at")) {
    lexer_.expect("(");
    made.x = small("a column");
    lexer_.expect(",");
    made.y = small("a row");
    lexer_.expect(")");
  }
  lexer_.expect_line_end();
  program_.units.push_back(std::move(made));
}

// channel NAME: KIND [latency N] [capacity N] [initial N]
void Parser::channel(Position at) {
  form::Channel made;
  made.line = at.line;
  made.name = new_name(channels_, "channel");
  lexer_.expect(":");
  made.kind = read_kind<form::Channel::Kind>(lexer_, "kind of channel");
  made.capacity = timing_.depth_of(made.kind);
  for (std::set<std::string> seen;;) {
    if (option("latency", seen)) {
      made.latency_cycles = small("a latency");
    } else if (option("capacity", seen)) {
      made.capacity = small("a capacity");
    } else if (option("initial", seen)) {
      made.initial = small("a number of tokens");
    } else {
      break;
    }
  }
  lexer_.expect_line_end();
  program_.channels.push_back(std::move(made));
}

// memory NAME in UNIT: WORDS words [buffers N] [banks N] [bank_words N] [= TYPE NUMBER, ...]
void Parser::memory(Position at) {
  form::Memory made;
  made.line = at.line;
  made.name = new_name(memories_, "memory");
  lexer_.expect("in");
  made.unit = known(units_, "unit");
  lexer_.expect(":");
  made.words = small("a number of words");
  lexer_.expect("words");
  for (std::set<std::string> seen;;) {
    if (option("buffers", seen)) {
      made.buffers = small("a number of buffers");
    } else if (option("banks", seen)) {
      made.banks = small("a number of banks");
    } else if (option("bank_words", seen)) {
      made.bank_words = small("a number of words");
    } else {
      break;
    }
  }
  if (lexer_.accept("=")) {
    const form::WordType of = type();
    do {
      if (made.initial.size() == limits_.initial_words) lexer_.fail(at, "has too many words");
      made.initial.push_back(word_of(of));
    } while (lexer_.accept(","));
  }
  lexer_.expect_line_end();
  program_.memories.push_back(std::move(made));
}

// array NAME: input|output TYPE[EXTENT, ...] [as pairs] in (memory NAME | UNIT [at BYTES])
void Parser::array(Position at) {
  form::Array made;
  made.line = at.line;
  made.name = new_name(arrays_, "array");
  lexer_.expect(":");
  made.role = form::Array::Role::input;
  if (lexer_.accept("output")) {
    made.role = form::Array::Role::output;
  } else {
    lexer_.expect("input");
  }
  made.type = type();
  lexer_.expect("[");
  std::uint64_t elements = 1;
  do {
    const Position where = lexer_.peek().at;
    made.shape.push_back(lexer_.whole("an extent", std::uint64_t{1} << 31U));
    if (made.shape.back() == 0 || made.shape.back() > (std::uint64_t{1} << 31U) / elements) {
      lexer_.fail(where, "an array has 1 to 2^31 words");
    }
    elements *= made.shape.back();
  } while (lexer_.accept(","));
  lexer_.expect("]");
  if (lexer_.accept("as")) {
    lexer_.expect("pairs");
    made.as_pairs = true;
  }
  lexer_.expect("in");
  if (lexer_.accept("memory")) {
    made.memory = known(memories_, "memory");
  } else {
    made.unit = known(units_, "unit");
    std::uint64_t end = 0;
    for (const form::Array& other : program_.arrays) {
      if (other.unit != made.unit) continue;
      end = std::max(end, other.address_bytes + other.words() * form::word_bytes);
    }
    end = (end + form::burst_bytes - 1) / form::burst_bytes * form::burst_bytes;
    if (lexer_.accept("at")) end = small("an address");
    if (end > std::numeric_limits<std::uint32_t>::max()) lexer_.fail(at, "lies beyond 4 GiB");
    made.address_bytes = static_cast<std::uint32_t>(end);
  }
  lexer_.expect_line_end();
  program_.arrays.push_back(std::move(made));
}

form::Transfer::Table Parser::table() {
  form::Transfer::Table made;
  made.rows = small("a number of rows");
  lexer_.expect("row_bytes");
  made.row_bytes = small("the bytes of a row");
  lexer_.expect("from");
  made.address_bytes = small("the byte where rows begin");
  return made;
}

// transfer NAME in UNIT: KIND [lanes N] [type TYPE] [rows N row_bytes N from N] address CHANNEL
// [size CHANNEL] data CHANNEL [done CHANNEL]
void Parser::transfer(Position at) {
  form::Transfer made;
  made.line = at.line;
  made.name = new_name(transfers_, "transfer");
  lexer_.expect("in");
  made.unit = known(units_, "unit");
  lexer_.expect(":");
  made.kind = read_kind<form::Transfer::Kind>(lexer_, "kind of transfer");
  for (std::set<std::string> seen;;) {
    std::uint32_t* slot = nullptr;
    if (option("lanes", seen)) {
      made.lanes = small("a number of lanes");
      continue;
    }
    if (option("type", seen)) {
      made.type = type();
      continue;
    }
    if (option("rows", seen)) {
      made.table = table();
      continue;
    }
    if (option("address", seen)) {
      slot = &made.address;
    } else if (option("size", seen)) {
      slot = &made.size;
    } else if (option("data", seen)) {
      slot = &made.data;
    } else if (option("done", seen)) {
      slot = &made.done;
    } else {
      break;
    }
    *slot = known(channels_, "channel");
  }
  lexer_.expect_line_end();
  program_.transfers.push_back(std::move(made));
}

form::Program parse(std::string_view text, const std::string& file, const form::Timing& timing,
                    const ReadLimits& limits) {
  if (text.size() > limits.text_bytes) fail(Category::input, file + ": is too long");
  return Parser(text, file, timing, limits).parse();
}

form::Program read_file(const std::string& path, const form::Timing& timing,
                        const ReadLimits& limits) {
  const std::string text = text_of_file(path);
  return parse(text, path, timing, limits);
}

}  // namespace weft::rdu
