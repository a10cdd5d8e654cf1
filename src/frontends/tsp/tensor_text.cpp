// SPDX-License-Identifier: Apache-2.0
// Reads tensor programs: one tensor or operation a line.
#include "frontends/tsp/tensor_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <set>
#include <vector>

#include "base/counted.hpp"
#include "base/text_file.hpp"
#include "frontends/tsp/elements.hpp"
#include "frontends/tsp/lexer.hpp"
#include "frontends/tsp/words.hpp"
#include "topology/suggest.hpp"

namespace weft::tsp {
namespace {

using form::TensorId;
using form::TensorProgram;
using form::TensorShape;
using form::TensorWindow;
using numerics::VectorOperation;

constexpr std::size_t most_tensors = 1U << 14U;
constexpr std::size_t most_axes = 8;
constexpr std::uint64_t most_extent = 0xffffffffU;
constexpr std::uint64_t most_window = 1U << 16U;
constexpr std::uint64_t most_seed = 0xffffffffU;

/// Operations that are not element by element; what a line may begin with.
std::vector<std::string> operation_words() {
  std::vector<std::string> words = {"matmul",  "conv",      "max_pool", "sum_pool",
                                    "reshape", "transpose", "softmax",  "layer_norm",
                                    "gather",  "gelu",      "sigmoid"};
  for (unsigned i = 0; i < static_cast<unsigned>(VectorOperation::count_); ++i) {
    words.emplace_back(numerics::traits_of(static_cast<VectorOperation>(i)).name);
  }
  return words;
}

class TensorParser {
 public:
  TensorParser(std::string_view text, const std::string& file, const ReadLimits& limits)
      : lexer_(text, file), limits_(limits) {}

  TensorProgram parse() {
    while (lexer_.peek().kind != TokenKind::end) {
      statement();
      lexer_.expect_line_end();
    }
    for (const auto& [id, place] : places_) {  // what operations make for themselves has no place
      if (used_.find(id) != used_.end()) continue;
      lexer_.fail(place, "nothing uses '" + program_.at(id).name + "', and it is no output");
    }
    if (program_.nodes.empty()) lexer_.fail(lexer_.peek().at, "the program has no operation");
    program_.file = lexer_.file();
    return std::move(program_);
  }

 private:
  void statement() {
    const Token first =
        lexer_.expect(TokenKind::name, "a tensor's name, input, constant, layer or output");
    program_.line = first.at.line;
    if (program_.tensors.size() >= most_tensors)
      lexer_.fail(first.at, "there are too many tensors");
    if (lexer_.at("=")) return result(first);
    if (first.text == "input") return input();
    if (first.text == "constant") return constant();
    if (first.text == "output") return output();
    if (first.text == "chip") return chip();
    if (first.text == "layer") {
      const Token name = lexer_.expect(TokenKind::text, "the layer's name between quotes");
      return program_.begin_layer(std::string(name.text));
    }
    if (begins_in_schedules(first.text)) refuse_schedule(first);
    const std::vector<std::string> known = {"input", "constant", "output", "chip", "layer"};
    const std::string guess = topology::did_you_mean(first.text, known);
    if (guess.empty()) lexer_.expect("=", "behind the tensor's name");
    lexer_.fail(first.at, "'" + std::string(first.text) + "' begins no line" + guess);
  }

  /// Whether a line of a schedule begins so, and none here.
  static bool begins_in_schedules(std::string_view word) {
    constexpr std::array<std::string_view, 15> words = {
        "let", "map", "schedule", "chips", "timing", "link_seed", "mem",    "vxm",
        "sxm", "mxm", "c2c",      "read",  "write",  "gather",    "scatter"};
    return std::find(words.begin(), words.end(), word) != words.end();
  }
  [[noreturn]] void refuse_schedule(const Token& at) const {
    lexer_.fail(at.at, name_of(at) +
                           " is of a schedule, for [program] tsp; a tensor program has tensors "
                           "without places, and operations without queues and cycles");
  }

  Token new_name() {
    const Token name = lexer_.expect(TokenKind::name, "the tensor's name");
    require_new(name);
    return name;
  }
  void require_new(const Token& name) const {
    const auto found = ids_.find(name.text);
    if (found == ids_.end()) return;
    lexer_.fail(name.at, "tensor '" + std::string(name.text) + "' is there already, from line " +
                             std::to_string(places_.at(found->second).line));
  }
  void add(const Token& name, TensorId id) {
    ids_.emplace(name.text, id);
    places_.emplace(id, name.at);
  }

  /// Adds to the program; what it refuses is of the line at `at`.
  template <typename Build>
  TensorId built(Position at, const Build& build) {
    try {
      return build();
    } catch (const Error& error) {
      lexer_.fail(at, error.what(), error.category());
    }
  }

  void input() {
    const Token name = new_name();
    lexer_.expect(":", "behind the tensor's name");
    const auto type = read_type(lexer_);
    const TensorShape extents = shape();
    if (lexer_.at("in") || lexer_.at("over")) refuse_schedule(lexer_.peek());
    add(name,
        built(name.at, [&] { return program_.input(std::string(name.text), type, extents); }));
  }

  void constant() {
    const Token name = new_name();
    lexer_.expect(":", "behind the tensor's name");
    const auto type = read_type(lexer_);
    const TensorShape extents = shape();
    if (lexer_.at("in") || lexer_.at("over")) refuse_schedule(lexer_.peek());
    lexer_.expect("=", "and the constant's elements");
    std::uint64_t left = (limits_.constant_bytes - bytes_) / numerics::width_of(type);
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : extents) {
      left /= extent;
      elements *= extent;
      if (left == 0) lexer_.fail(name.at, "the constants are too large");
    }
    if (lexer_.accept("pattern")) {
      bytes_ += elements * numerics::width_of(type);
      const std::uint64_t seed = number("a pattern's seed", 0, most_seed);
      return add(name, built(name.at, [&] {
                   return program_.pattern(std::string(name.text), type, extents, seed);
                 }));
    }
    const std::vector<std::byte> bytes = read_elements(lexer_, type, elements);
    bytes_ += bytes.size();
    add(name, built(name.at, [&] {
          return program_.constant(std::string(name.text), type, extents, bytes);
        }));
  }

  void output() {
    do {
      const Token name = lexer_.peek();
      const TensorId id = operand();
      if (program_.at(id).output) {
        lexer_.fail(name.at, "'" + std::string(name.text) + "' is an output already");
      }
      built(name.at, [&] {
        program_.output(id);
        return id;
      });
    } while (lexer_.accept(","));
  }

  /// Operations below are of this chip.
  void chip() {
    program_.chip = static_cast<std::uint32_t>(number("a chip", 0, limits_.chips - 1));
  }

  void result(const Token& name) {
    require_new(name);
    lexer_.take();  // "="
    const Token word = lexer_.expect(TokenKind::name, "an operation");
    name_ = std::string(name.text);
    add(name, operation(word));
  }

  TensorId operation(const Token& word) {
    if (word.text == "matmul") {
      const auto operands = two();
      return built(word.at,
                   [&] { return program_.matmul(operands.first, operands.second, name_); });
    }
    if (word.text == "conv") {
      const auto operands = two();
      const TensorWindow own = window(true);
      return built(word.at, [&] {
        return program_.convolution(operands.first, operands.second, own, name_);
      });
    }
    if (word.text == "max_pool" || word.text == "sum_pool") {
      const TensorId image = operand();
      const TensorWindow own = window(false);
      return built(word.at, [&] {
        return word.text == "max_pool" ? program_.maximum_pool(image, own, name_)
                                       : program_.sum_pool(image, own, name_);
      });
    }
    if (word.text == "reshape") {
      const TensorId a = operand();
      lexer_.expect("to", "and the new shape");
      const TensorShape extents = shape();
      return built(word.at, [&] { return program_.reshape(a, extents, name_); });
    }
    if (word.text == "softmax") {
      const TensorId a = operand();
      return built(word.at, [&] { return program_.softmax(a, name_); });
    }
    if (word.text == "gelu" || word.text == "sigmoid") {
      const TensorId a = operand();
      return built(word.at, [&] {
        return word.text == "gelu" ? program_.gelu(a, name_) : program_.sigmoid(a, name_);
      });
    }
    if (word.text == "gather") {
      const auto [table, indices] = two();
      return built(word.at, [&, table = table, indices = indices] {
        return program_.gather(table, indices, name_);
      });
    }
    if (word.text == "layer_norm") {
      const TensorId a = operand();
      lexer_.expect("epsilon", "behind the operand");
      const std::vector<std::byte> bytes = read_elements(lexer_, numerics::VectorType::f32, 1);
      float epsilon = 0;
      std::memcpy(&epsilon, bytes.data(), sizeof(epsilon));
      return built(word.at, [&] { return program_.layer_norm(a, epsilon, name_); });
    }
    if (word.text == "transpose") {
      const TensorId a = operand();
      lexer_.expect("by", "and the order of the axes");
      const std::vector<std::uint32_t> axes = order();
      return built(word.at, [&] { return program_.transpose(a, axes, name_); });
    }
    return elementwise(word);
  }

  TensorId elementwise(const Token& word) {
    const auto found = numerics::find_vector_operation(word.text);
    if (!found) unknown_operation(word);
    if (*found == VectorOperation::convert) {
      const TensorId a = operand();
      lexer_.expect("to", "and the new type");
      const auto type = read_type(lexer_);
      return built(word.at, [&] { return program_.convert(a, type, name_); });
    }
    if (numerics::traits_of(*found).operands == 1) {
      const TensorId a = operand();
      return built(word.at, [&] { return program_.unary(*found, a, name_); });
    }
    const auto [a, b] = two();
    return built(word.at, [&, a = a, b = b] { return program_.binary(*found, a, b, name_); });
  }

  [[noreturn]] void unknown_operation(const Token& word) const {
    if (word.text == "erf") {
      lexer_.fail(word.at, "the VXM has no erf; gelu is the form with tanh", Category::unsupported);
    }
    lexer_.fail(word.at, "the operation '" + std::string(word.text) + "' is not known" +
                             topology::did_you_mean(word.text, operation_words()));
  }

  TensorId operand() {
    const Token name = lexer_.expect(TokenKind::name, "a tensor's name");
    const auto found = ids_.find(name.text);
    if (found != ids_.end()) {
      used_.insert(found->second);
      return found->second;
    }
    std::vector<std::string> known;
    for (const auto& [text, id] : ids_) known.emplace_back(text);
    lexer_.fail(name.at, "the tensor '" + std::string(name.text) + "' is not known" +
                             topology::did_you_mean(name.text, known));
  }
  std::pair<TensorId, TensorId> two() {
    const TensorId a = operand();
    lexer_.expect(",", "and the second operand");
    return {a, operand()};
  }

  std::uint64_t number(std::string_view what, std::uint64_t least, std::uint64_t most) {
    const Token token = lexer_.expect(TokenKind::whole, what);
    if (token.whole >= least && token.whole <= most) return token.whole;
    lexer_.fail(token.at, std::string(what) + " must be " + std::to_string(least) + " to " +
                              std::to_string(most) + ", is " + std::to_string(token.whole));
  }
  std::uint32_t window_number(std::string_view what, std::uint64_t least) {
    return static_cast<std::uint32_t>(number(what, least, most_window));
  }

  TensorShape shape() {
    TensorShape extents;
    const Position at = lexer_.peek().at;
    lexer_.expect("[", "and the lengths of the axes");
    do {
      extents.push_back(number("a length", 1, most_extent));
      if (extents.size() > most_axes) lexer_.fail(at, "the tensor has too many axes");
    } while (lexer_.accept(","));
    lexer_.expect("]", "behind the lengths");
    return extents;
  }

  /// Which axis of the operand each axis of the result is.
  std::vector<std::uint32_t> order() {
    std::vector<std::uint32_t> axes;
    lexer_.expect("[", "and the axes");
    do {
      axes.push_back(static_cast<std::uint32_t>(number("an axis", 0, most_axes - 1)));
    } while (axes.size() < most_axes && lexer_.accept(","));
    lexer_.expect("]", "behind the axes");
    return axes;
  }

  /// "window H, W" of pools, then "stride Y, X", "pad TOP, BOTTOM, LEFT, RIGHT", of a convolution
  /// "pad_value V" and "groups N", where they are not the usual.
  TensorWindow window(bool convolution) {
    TensorWindow out;
    if (!convolution) {
      lexer_.expect("window", "behind the operand");
      out.height = window_number("the window's height", 1);
      lexer_.expect(",", "and the window's width");
      out.width = window_number("the window's width", 1);
    }
    if (lexer_.accept("stride")) {
      out.stride_y = window_number("the stride in y", 1);
      lexer_.expect(",", "and the stride in x");
      out.stride_x = window_number("the stride in x", 1);
    }
    if (lexer_.accept("pad")) {
      std::uint32_t* const sides[] = {&out.pad_top, &out.pad_bottom, &out.pad_left, &out.pad_right};
      for (std::size_t i = 0; i < std::size(sides); ++i) {
        if (i > 0) lexer_.expect(",", "between top, bottom, left and right");
        *sides[i] = window_number("the padding", 0);
      }
    }
    if (convolution && lexer_.accept("pad_value")) {
      const bool negative = lexer_.accept("-");
      const auto value = static_cast<int>(number("the pad value", 0, negative ? 128 : 127));
      out.pad_value = static_cast<std::int8_t>(negative ? -value : value);
    }
    if (convolution && lexer_.accept("groups")) {
      out.groups = static_cast<std::uint32_t>(number("the groups", 1, most_extent));
    }
    return out;
  }

  Lexer lexer_;
  const ReadLimits& limits_;
  TensorProgram program_;
  std::string name_;  ///< of the result that is read
  std::uint64_t bytes_ = 0;
  std::map<std::string_view, TensorId> ids_;
  std::map<TensorId, Position> places_;
  std::set<TensorId> used_;
};

}  // namespace

TensorProgram parse_tensors(std::string_view text, const std::string& file,
                            const ReadLimits& limits) {
  if (text.size() > limits.text_bytes) {
    fail(Category::input, file + ": is longer than the " + counted(limits.text_bytes, "byte") +
                              " that a tensor program may have");
  }
  return TensorParser(text, file, limits).parse();
}

TensorProgram read_tensor_file(const std::string& path, const ReadLimits& limits) {
  return parse_tensors(text_of_file(path), path, limits);
}

}  // namespace weft::tsp
