// SPDX-License-Identifier: Apache-2.0
// The reader of patterns' text: a line a pattern.
#include "frontends/rdu/patterns.hpp"

#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "base/text_file.hpp"
#include "frontends/rdu/lexer.hpp"
#include "frontends/rdu/pattern_words.hpp"
#include "program/rdu_pattern_text.hpp"

namespace weft::rdu {

using program::rdu::none;
using program::rdu::Pattern;
using program::rdu::Patterns;
using program::rdu::Step;
using program::rdu::Strides;
using program::rdu::Window;
using PatternKind = Pattern::Kind;

namespace {

/// What may stand behind a pattern's operands.
struct Said {
  Window window;
  Strides strides;
  program::rdu::Picks picks;
  std::uint32_t columns = 0, first = 0, count = 0;
  std::optional<float> epsilon;
  bool causal = false;
  bool inside = false;
  bool uncentred = false;
  Patterns::ProductOptions product;
  Patterns::RecurrentOptions recurrent;
  std::set<std::string, std::less<>> words;
};

class PatternReader {
 public:
  PatternReader(std::string_view text, const std::string& file, bool nodes)
      : lexer_(text, file), nodes_(nodes) {}

  Patterns read() {
    lexer_.skip_newlines();
    while (lexer_.peek().kind != TokenKind::end) {
      statement();
      lexer_.expect_line_end();
      lexer_.skip_newlines();
    }
    if (!has_output_) lexer_.fail(lexer_.peek().at, "no line names an output");
    return std::move(patterns_);
  }

 private:
  void statement() {
    const Token word = lexer_.expect(TokenKind::name, "a pattern's name or a statement");
    if (patterns_.list().size() >= patterns_most) {
      lexer_.fail(word.at, "there are more than " + counted(patterns_most, "pattern"));
    }
    if (lexer_.accept("=")) return pattern(word);
    if (word.text == "input" || word.text == "indices") return input(word);
    if (word.text == "output" || word.text == "node") return output(word.text == "output");
    if (word.text == "cut") return patterns_.cut();
    if (word.text == "chip") return patterns_.on_chip(small("a chip's number", 1023));
    if (word.text == "layer") {
      const Token name = lexer_.expect(TokenKind::text, "the layer's name between quotes");
      return patterns_.layer(std::string(name.text));
    }
    lexer_.fail(word.at, "'" + std::string(word.text) +
                             "' begins no statement: there are NAME = ..., input, indices, output, "
                             "node, cut, chip, layer");
  }

  void input(const Token& word) {
    const Token name = lexer_.expect(TokenKind::name, "a name for the input");
    const std::uint32_t rows = extent("its rows");
    if (word.text == "indices") {
      return add(name, [&] { return patterns_.indices(std::string(name.text), rows); });
    }
    lexer_.expect("x");
    const std::uint32_t columns = extent("its columns");
    add(name, [&] { return patterns_.input(std::string(name.text), rows, columns); });
  }

  void output(bool always) {
    const std::uint32_t of = known();
    if (always || nodes_) patterns_.output(of);
    has_output_ = has_output_ || always;
  }

  /// What the builder refuses is told with the place.
  template <typename Make>
  void add(const Token& name, const Make& make) {
    try {
      names_[std::string(name.text)] = make();
    } catch (const Error& error) {
      if (error.category() != Category::input) throw;
      lexer_.fail(name.at, error.what());
    }
  }

  std::uint32_t small(std::string_view what, std::uint64_t most = 1U << 30) {
    return static_cast<std::uint32_t>(lexer_.whole(what, most));
  }
  std::uint32_t extent(std::string_view what) { return small(what, 1U << 20); }
  std::uint32_t known() {
    const Token token = lexer_.expect(TokenKind::name, "a pattern's name");
    const auto found = names_.find(token.text);
    if (found != names_.end()) return found->second;
    lexer_.fail(token.at, "pattern '" + std::string(token.text) + "' does not stand before this");
  }
  float real(std::string_view what) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    if (lexer_.accept("inf")) return infinity;
    if (lexer_.accept("-")) {
      lexer_.expect("inf");
      return -infinity;
    }
    const Token token = lexer_.expect(TokenKind::number, what);
    const auto value = real_of(token.text);
    if (!value || static_cast<double>(static_cast<float>(*value)) - *value == infinity) {
      lexer_.fail(token.at, std::string(what) + " is a number that fp32 holds");
    }
    return static_cast<float>(*value);
  }

  PatternKind kind_named(const Token& token) {
    std::string known_kinds;
    for (auto k = static_cast<std::uint8_t>(PatternKind::product);
         k < static_cast<std::uint8_t>(PatternKind::count_); ++k) {
      const auto kind = static_cast<PatternKind>(k);
      if (name_of(kind) == token.text) return kind;
      known_kinds += (known_kinds.empty() ? "" : ", ") + std::string(name_of(kind));
    }
    lexer_.fail(token.at,
                "'" + std::string(token.text) + "' is no pattern: there are " + known_kinds);
  }

  void pattern(const Token& name) {
    const Token word = lexer_.expect(TokenKind::name, "what the pattern is");
    const PatternKind kind = kind_named(word);
    std::vector<std::uint32_t> operands;
    lexer_.expect("(");
    do {
      operands.push_back(known());
    } while (lexer_.accept(","));
    lexer_.expect(")");
    const auto [least, most] = operands_of(kind);
    if (operands.size() < least || operands.size() > most) {
      lexer_.fail(word.at, std::string(word.text) + " takes " + std::to_string(least) +
                               (least == most ? "" : " or more") +
                               (most == 1 ? " operand, " : " operands, ") +
                               std::to_string(operands.size()) + " are given");
    }
    Said said;
    while (lexer_.peek().kind == TokenKind::name) option(kind, said);
    require_options(word, kind, said);
    if (operands.size() > 2) said.product.bias = operands[2];
    if (said.words.count("behind") == 0) {
      said.window.down.behind = said.window.down.before;
      said.window.across.behind = said.window.across.before;
    }
    add(name, [&] { return make(kind, std::string(name.text), operands, said); });
  }

  void option(PatternKind kind, Said& said) {
    const Token word = lexer_.take();
    if (!has_word(options_of(kind), word.text)) {
      lexer_.fail(word.at,
                  "'" + std::string(word.text) + "' is no option of " + std::string(name_of(kind)));
    }
    const bool again = !said.words.insert(std::string(word.text)).second;
    if (again && word.text != "then" && word.text != "axis" && word.text != "number") {
      lexer_.fail(word.at, "'" + std::string(word.text) + "' is there twice");
    }
    if (word.text == "then") return step(said);
    if (word.text == "axis") return axis(kind, said);
    if (word.text == "number") return picked(said);
    if (word.text == "image") return sides(said.window.height, said.window.width);
    if (word.text == "window") return sides(said.window.window_height, said.window.window_width);
    if (word.text == "add") said.product.addend = known();
    if (word.text == "transposed") said.product.transposed = true;
    if (word.text == "causal") said.causal = true;
    if (word.text == "inside") said.inside = true;
    if (word.text == "reset_first") said.recurrent.reset_first = true;
    if (word.text == "uncentred") said.uncentred = true;
    if (word.text == "epsilon") said.epsilon = real("epsilon");
    number(word.text, said);
  }
  void number(std::string_view word, Said& said) {
    Window& of = said.window;
    if (word == "stride") pair(of.down.stride, of.across.stride);
    if (word == "dilation") pair(of.down.dilation, of.across.dilation);
    if (word == "padding") pair(of.down.before, of.across.before);
    if (word == "behind") pair(of.down.behind, of.across.behind);
    if (word == "groups") said.product.groups = extent("a number of groups");
    if (word == "steps") said.recurrent.length = extent("a number of steps");
    if (word == "par") said.product.par = extent("a number of bodies");
    if (word == "columns") said.columns = extent("a number of columns");
    if (word == "count") said.count = extent("a number of columns");
    if (word == "from") said.first = small("where it begins");
    if (word == "first") said.picks.numbers.first = small("the number that is the first");
  }
  void sides(std::uint32_t& height, std::uint32_t& width) {
    height = extent("a height");
    lexer_.expect("x");
    width = extent("a width");
  }
  /// One number for both axes, or one for each.
  void pair(std::uint32_t& down, std::uint32_t& across) {
    down = across = extent("how many pixels");
    if (lexer_.accept("x")) across = extent("how many pixels");
  }
  void axis(PatternKind kind, Said& said) {
    said.strides.extents.push_back(extent("an extent"));
    lexer_.expect("by");
    said.strides.strides.push_back(stride());
    if (kind != PatternKind::pick) return;
    lexer_.expect("of");
    said.picks.numbers.extents.push_back(said.strides.extents.back());
    said.picks.numbers.strides.push_back(stride());
  }
  void picked(Said& said) {
    said.picks.extents.push_back(extent("an extent"));
    lexer_.expect("by");
    said.picks.strides.push_back(stride());
  }
  std::int32_t stride() {
    const Token token = lexer_.expect(TokenKind::number, "a stride");
    const bool down = token.text.starts_with('-');
    const auto value = whole_of(down ? token.text.substr(1) : token.text);
    if (!value || *value > (1U << 30)) {
      lexer_.fail(token.at, "a stride is a whole number from -2^30 to 2^30");
    }
    const auto size = static_cast<std::int32_t>(*value);
    return down ? -size : size;
  }
  void step(Said& said) {
    const Token word = lexer_.expect(TokenKind::name, "a step");
    std::string known_steps;
    for (std::uint8_t k = 0; k < static_cast<std::uint8_t>(Step::Kind::count_); ++k) {
      Step step{static_cast<Step::Kind>(k), 1.0F, 0.0F};
      known_steps += (k == 0 ? "" : ", ") + std::string(name_of(step.kind));
      if (name_of(step.kind) != word.text) continue;
      if (numbers_of(step.kind) > 0) step.factor = real("a step's number");
      if (numbers_of(step.kind) > 1) step.upper = real("a step's second number");
      said.product.steps.push_back(step);
      return;
    }
    lexer_.fail(word.at, "'" + std::string(word.text) + "' is no step: there are " + known_steps);
  }

  void require_options(const Token& word, PatternKind kind, const Said& said) {
    const std::string_view list = options_of(kind);
    for (std::size_t at = list.find('!'); at != std::string_view::npos;
         at = list.find('!', at + 1)) {
      const std::string needed(list.substr(at + 1, list.find(' ', at) - at - 1));
      if (said.words.count(needed) != 0) continue;
      lexer_.fail(word.at, std::string(word.text) + " says '" + needed + "', which is missing");
    }
  }

  std::uint32_t make(PatternKind kind, std::string name, const std::vector<std::uint32_t>& in,
                     const Said& said) {
    switch (kind) {
      case PatternKind::product:
        return patterns_.product(std::move(name), in[0], in[1], said.product);
      case PatternKind::convolution:
        return patterns_.convolution(std::move(name), in[0], in[1], said.window, said.product);
      case PatternKind::depthwise:
        return patterns_.depthwise(std::move(name), in[0], in[1], said.window, said.product);
      case PatternKind::largest:
      case PatternKind::smallest:
      case PatternKind::times:
      case PatternKind::mean:
        return patterns_.pool(std::move(name), kind, in[0], said.window, said.inside);
      case PatternKind::map:
        return patterns_.map(std::move(name), in[0], said.product.steps);
      case PatternKind::add:
        return patterns_.add(std::move(name), in[0], in[1], said.product.steps);
      case PatternKind::multiply:
        return patterns_.multiply(std::move(name), in[0], in[1], said.product.steps);
      case PatternKind::subtract:
      case PatternKind::divide:
      case PatternKind::maximum:
      case PatternKind::minimum:
      case PatternKind::power:
      case PatternKind::equal:
      case PatternKind::less:
      case PatternKind::less_equal:
        return patterns_.combine(std::move(name), kind, in[0], in[1], said.product.steps);
      case PatternKind::softmax:
        return patterns_.softmax(std::move(name), in[0], said.causal);
      case PatternKind::normalise:
        return patterns_.normalise(std::move(name), in[0], in[1], in[2], *said.epsilon,
                                   said.uncentred);
      case PatternKind::transpose:
        return patterns_.transpose(std::move(name), in[0]);
      case PatternKind::columns:
        return patterns_.columns(std::move(name), in[0], said.first, said.count);
      case PatternKind::join:
        return patterns_.join(std::move(name), in);
      case PatternKind::view: {
        Strides strides = said.strides;
        strides.first = said.first;
        return patterns_.view(std::move(name), in[0], said.columns, std::move(strides));
      }
      case PatternKind::pick: {
        Strides strides = said.strides;
        strides.first = said.first;
        return patterns_.pick(std::move(name), in[0], in[1], said.columns, std::move(strides),
                              said.picks);
      }
      case PatternKind::lstm:
      case PatternKind::gru:
        return recurrent(std::move(name), kind, in, said);
      case PatternKind::select:
        return patterns_.select(std::move(name), in[0], in[1], in[2]);
      case PatternKind::stack:
        return patterns_.stack(std::move(name), in);
      default:
        return patterns_.gather(std::move(name), in[0], in[1]);
    }
  }

  std::uint32_t recurrent(std::string name, PatternKind kind, const std::vector<std::uint32_t>& in,
                          const Said& said) {
    Patterns::RecurrentOptions options = said.recurrent;
    options.gates = in[0];
    options.recurrence = in[1];
    options.bias = in[2];
    options.hidden = in[3];
    if (in.size() > 4) options.cell = in[4];
    options.par = said.product.par;
    return patterns_.recurrent(std::move(name), kind, options);
  }

  Lexer lexer_;
  Patterns patterns_;
  std::map<std::string, std::uint32_t, std::less<>> names_;
  bool nodes_;
  bool has_output_ = false;
};

}  // namespace

Patterns parse_patterns(std::string_view text, const std::string& file, bool nodes,
                        const ReadLimits& limits) {
  if (text.size() > limits.text_bytes) {
    fail(Category::input, file + ": the text is larger than " + counted(limits.text_bytes, "byte"));
  }
  return PatternReader(text, file, nodes).read();
}

Patterns read_patterns(const std::string& path, bool nodes, const ReadLimits& limits) {
  return parse_patterns(text_of_file(path), path, nodes, limits);
}

}  // namespace weft::rdu
