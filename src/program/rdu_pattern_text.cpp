// SPDX-License-Identifier: Apache-2.0
// Printing patterns.
#include "program/rdu_pattern_text.hpp"

#include <cmath>

#include "base/number_text.hpp"

namespace weft::program::rdu {

namespace {

constexpr std::string_view kinds[] = {
    "input",     "product",   "convolution", "map",        "add",     "multiply", "softmax",
    "normalise", "transpose", "columns",     "join",       "largest", "mean",     "depthwise",
    "view",      "stack",     "subtract",    "divide",     "maximum", "minimum",  "gather",
    "power",     "equal",     "less",        "less_equal", "select",  "smallest", "times",
    "lstm",      "gru",       "pick"};
static_assert(std::size(kinds) == static_cast<std::size_t>(Pattern::Kind::count_));
constexpr std::string_view steps[] = {
    "scale",     "relu",  "exp",    "tanh",     "sigmoid", "silu",       "plus",  "clip",
    "log",       "erf",   "sqrt",   "recip",    "abs",     "sin",        "cos",   "gelu",
    "gelu_tanh", "leaky", "elu",    "softplus", "mish",    "hard_swish", "floor", "ceil",
    "round",     "sign",  "is_nan", "is_inf",   "positive"};
static_assert(std::size(steps) == static_cast<std::size_t>(Step::Kind::count_));

/// The shortest text that is this number of fp32.
std::string text_of(float value) {
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  for (int digits = 1; digits < 9; ++digits) {
    const std::string text = general(static_cast<double>(value), digits);
    const auto read = real_of(text);
    if (read && static_cast<float>(*read) == value) return text;
  }
  return general(static_cast<double>(value), 9);
}

std::string number(std::string_view word, std::uint32_t value) {
  return " " + std::string(word) + " " + std::to_string(value);
}

std::string window_text(const Window& of) {
  const auto sides = [](std::string_view word, std::uint32_t a, std::uint32_t b) {
    return number(word, a) + " x " + std::to_string(b);
  };
  std::string out = sides("image", of.height, of.width);
  out += sides("window", of.window_height, of.window_width);
  const auto pair = [&](std::string_view word, std::uint32_t a, std::uint32_t b,
                        std::uint32_t usual) {
    if (a == usual && b == usual) return;
    out += a == b ? number(word, a) : sides(word, a, b);
  };
  pair("stride", of.down.stride, of.across.stride, 1);
  pair("dilation", of.down.dilation, of.across.dilation, 1);
  pair("padding", of.down.before, of.across.before, 0);
  const bool alike = of.down.behind == of.down.before && of.across.behind == of.across.before;
  if (!alike) out += sides("behind", of.down.behind, of.across.behind);
  return out;
}

std::string strides_text(const Pattern& of) {
  std::string out = number("columns", of.columns_count);
  if (of.strides.first != 0) out += number("from", of.strides.first);
  for (std::size_t axis = 0; axis < of.strides.extents.size(); ++axis) {
    out += number("axis", of.strides.extents[axis]) + " by " +
           std::to_string(of.strides.strides[axis]);
    if (of.kind == Pattern::Kind::pick) {
      out += " of " + std::to_string(of.picks.numbers.strides[axis]);
    }
  }
  if (of.kind != Pattern::Kind::pick) return out;
  if (of.picks.numbers.first != 0) out += number("first", of.picks.numbers.first);
  for (std::size_t i = 0; i < of.picks.extents.size(); ++i) {
    out += number("number", of.picks.extents[i]) + " by " + std::to_string(of.picks.strides[i]);
  }
  return out;
}

bool has_window(Pattern::Kind kind) {
  return kind == Pattern::Kind::convolution || kind == Pattern::Kind::largest ||
         kind == Pattern::Kind::mean || kind == Pattern::Kind::depthwise ||
         kind == Pattern::Kind::smallest || kind == Pattern::Kind::times;
}

std::string options_text(const Pattern& of) {
  std::string out;
  if (has_window(of.kind)) out += window_text(of.window);
  if (of.kind == Pattern::Kind::view || of.kind == Pattern::Kind::pick) out += strides_text(of);
  if (of.kind == Pattern::Kind::columns) {
    out += number("from", of.first) + number("count", of.columns_count);
  }
  if (of.kind == Pattern::Kind::normalise) out += " epsilon " + text_of(of.epsilon);
  if (of.inside) out += " inside";
  if (of.transposed) out += " transposed";
  if (of.causal) out += " causal";
  if (of.uncentred) out += " uncentred";
  if (of.groups != 1) out += number("groups", of.groups);
  if (of.kind == Pattern::Kind::lstm || of.kind == Pattern::Kind::gru) {
    out += number("steps", of.length);
    if (of.reset_first) out += " reset_first";
  }
  if (of.par != 1) out += number("par", of.par);
  for (const Step& step : of.steps) {
    out += " then " + std::string(name_of(step.kind));
    if (numbers_of(step.kind) > 0) out += " " + text_of(step.factor);
    if (numbers_of(step.kind) > 1) out += " " + text_of(step.upper);
  }
  return out;
}

}  // namespace

std::string_view name_of(Pattern::Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Step::Kind kind) { return steps[static_cast<std::size_t>(kind)]; }
std::uint32_t numbers_of(Step::Kind kind) {
  if (kind == Step::Kind::clip) return 2;
  const bool has_factor = kind == Step::Kind::scale || kind == Step::Kind::plus ||
                          kind == Step::Kind::leaky || kind == Step::Kind::elu;
  return has_factor ? 1 : 0;
}

std::string shape_text(const Pattern& of) {
  return "[" + std::to_string(of.rows) + ", " + std::to_string(of.columns_count) + "]";
}

std::string line_of(const Patterns& patterns, std::uint32_t pattern) {
  const Pattern& of = patterns.list().at(pattern);
  if (of.whole) return "indices " + of.name + " " + std::to_string(of.rows);
  if (of.kind == Pattern::Kind::input) {
    return "input " + of.name + " " + std::to_string(of.rows) + " x " +
           std::to_string(of.columns_count);
  }
  std::string out = of.name + " = " + std::string(name_of(of.kind)) + "(";
  for (std::size_t i = 0; i + (of.adds ? 1 : 0) < of.operands.size(); ++i) {
    out += (i == 0 ? "" : ", ") + patterns.list().at(of.operands[i]).name;
  }
  out += ")";
  if (of.adds) out += " add " + patterns.list().at(of.operands.back()).name;
  return out + options_text(of);
}

std::string layer_line(const Patterns& patterns, std::uint32_t layer) {
  return "layer \"" + (layer == none ? "" : patterns.layers().at(layer)) + "\"\n";
}

std::string text_of(const Patterns& patterns) {
  std::string out;
  std::uint32_t chip = 0;
  std::uint32_t layer = none;
  for (std::uint32_t p = 0; p < patterns.list().size(); ++p) {
    const Pattern& of = patterns.list()[p];
    if (of.kind != Pattern::Kind::input) {
      if (of.cuts) out += "cut\n";
      if (of.chip != chip) out += "chip " + std::to_string(of.chip) + "\n";
      chip = of.chip;
      if (of.layer != layer) out += layer_line(patterns, of.layer);
      layer = of.layer;
    }
    out += line_of(patterns, p) + "\n";
  }
  for (const Pattern& of : patterns.list()) {
    if (of.is_output) out += "output " + of.name + "\n";
  }
  return out;
}

}  // namespace weft::program::rdu
