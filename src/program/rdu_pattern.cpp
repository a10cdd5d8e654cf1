// SPDX-License-Identifier: Apache-2.0
// Patterns and their shapes.
#include "program/rdu_pattern.hpp"

#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/rdu_pattern_text.hpp"

namespace weft::program::rdu {

namespace {
constexpr std::uint32_t block_columns = numerics::OutputStationaryBody::columns;

/// Why windows can't lie so along an axis; "" where they can.
std::string fault_of(const WindowSteps& of, std::uint32_t pixels, std::uint32_t places) {
  const std::pair<const char*, std::uint32_t> extents[] = {
      {"an image", pixels}, {"a window", places}, {"stride", of.stride}, {"dilation", of.dilation}};
  for (const auto& [what, extent] : extents) {
    if (extent >= 1 && extent <= Patterns::extent_most) continue;
    return "has " + std::string(what) + " of " + std::to_string(extent) + ": it is 1 to 2^20";
  }
  const std::uint32_t padding = std::max(of.before, of.behind);
  if (padding > Patterns::extent_most) {
    return "has padding of " + counted(padding, "pixel") + ": 2^20 at most";
  }
  if (padding < of.reach(places)) return "";
  return "has padding of " + counted(padding, "pixel") + ", and windows that span " +
         std::to_string(of.reach(places)) + ": the outermost would see no image";
}
}  // namespace

void Patterns::refuse(const Pattern& pattern, const std::string& what) {
  fail(Category::input, "pattern '" + pattern.name + "' " + what);
}

const Pattern& Patterns::at(const Pattern& user, std::uint32_t operand) const {
  if (operand >= list_.size()) refuse(user, "takes a pattern that does not stand before it");
  return list_[operand];
}

std::uint32_t Patterns::push(Pattern pattern) {
  const auto good = [](std::uint32_t extent) { return extent >= 1 && extent <= extent_most; };
  if (!good(pattern.rows) || !good(pattern.columns_count)) {
    refuse(pattern, "is " + shape_text(pattern) + ": extents are 1 to 2^20");
  }
  for (const Pattern& other : list_) {
    if (other.name == pattern.name) refuse(pattern, "is there twice");
  }
  if (pattern.kind != Pattern::Kind::input) {
    pattern.chip = chip_;
    pattern.cuts = cut_;
    pattern.layer = layer_;
    cut_ = false;
  }
  for (const std::uint32_t operand : pattern.operands) {
    Pattern& of = list_[operand];
    const bool takes_numbers =
        pattern.kind == Pattern::Kind::gather || pattern.kind == Pattern::Kind::pick;
    if (of.whole && !takes_numbers) {
      refuse(pattern, "takes '" + of.name + "', whole numbers, which only gather and pick do");
    }
    if (of.kind == Pattern::Kind::input && of.chip == none) of.chip = pattern.chip;
  }
  list_.push_back(std::move(pattern));
  return static_cast<std::uint32_t>(list_.size() - 1);
}

void Patterns::layer(const std::string& name) {
  layer_ = none;
  if (name.empty()) return;
  const auto known = std::find(layers_.begin(), layers_.end(), name);
  layer_ = static_cast<std::uint32_t>(known - layers_.begin());
  if (known == layers_.end()) layers_.push_back(name);
}

std::uint32_t Patterns::input(std::string name, std::uint32_t rows, std::uint32_t columns) {
  Pattern made;
  made.name = std::move(name);
  made.rows = rows;
  made.columns_count = columns;
  made.chip = none;
  return push(std::move(made));
}

std::uint32_t Patterns::product(std::string name, std::uint32_t x, std::uint32_t w,
                                const ProductOptions& options) {
  Pattern made;
  made.kind = Pattern::Kind::product;
  made.name = std::move(name);
  made.operands = {x, w};
  made.transposed = options.transposed;
  made.par = options.par;
  made.steps = options.steps;
  made.groups = options.groups;
  const Pattern& left = at(made, x);
  const Pattern& right = at(made, w);
  const std::uint32_t groups = options.groups;
  if (groups < 1 || left.rows % groups != 0 || right.rows % groups != 0) {
    refuse(made, "has " + counted(groups, "group") + " of the rows of " + shape_text(left) +
                     " and " + shape_text(right));
  }
  const std::uint32_t inner = options.transposed ? right.columns_count : right.rows / groups;
  made.rows = left.rows;
  made.columns_count = options.transposed ? right.rows / groups : right.columns_count;
  if (left.columns_count != inner) {
    refuse(made, "multiplies " + shape_text(left) + " by " + shape_text(right) +
                     (options.transposed ? ", transposed" : "") +
                     (groups > 1 ? ", in " + counted(groups, "group") : ""));
  }
  if (groups > 1 && options.par > 1) refuse(made, "has groups, which one body computes");
  finish_product(made, options);
  return push(std::move(made));
}

/// Its bodies and its bias.
void Patterns::finish_product(Pattern& made, const ProductOptions& options) const {
  const std::uint32_t blocks = (made.columns_count + block_columns - 1) / block_columns;
  if (options.par < 1) refuse(made, "has par 0: it needs a body at least");
  if (options.par > blocks) {
    refuse(made, "has " + counted(blocks, "block") + " of 32 columns: " +
                     counted(options.par, "body", "bodies") + " can't share them");
  }
  add_bias(made, options.bias);
  if (options.addend == none) return;
  const Pattern& more = at(made, options.addend);
  if (more.rows != made.rows || more.columns_count != made.columns_count) {
    refuse(made, "adds " + shape_text(more) + " to " + shape_text(made));
  }
  made.operands.push_back(options.addend);
  made.adds = true;
}

void Patterns::add_bias(Pattern& made, std::uint32_t bias) const {
  if (bias == none) return;
  const Pattern& row = at(made, bias);
  if (row.rows != 1 || row.columns_count != made.columns_count) {
    refuse(made, "adds " + shape_text(row) + " to rows of " + std::to_string(made.columns_count));
  }
  made.operands.push_back(bias);
}

void Patterns::lay_windows(Pattern& made, const Pattern& pixels) const {
  const Window& window = made.window;
  const std::uint64_t image = std::uint64_t{window.height} * window.width;
  for (const std::string& fault : {fault_of(window.down, window.height, window.window_height),
                                   fault_of(window.across, window.width, window.window_width)}) {
    if (!fault.empty()) refuse(made, fault);
  }
  if (window.rows() == 0 || window.columns() == 0 || pixels.rows % image != 0) {
    refuse(made, "has windows of " + std::to_string(window.window_height) + " x " +
                     std::to_string(window.window_width) + " on images of " +
                     std::to_string(window.height) + " x " + std::to_string(window.width) + " in " +
                     counted(pixels.rows, "pixel"));
  }
  const std::uint64_t rows = pixels.rows / image * window.rows() * window.columns();
  made.rows = rows > extent_most ? 0 : static_cast<std::uint32_t>(rows);
}

std::uint32_t Patterns::convolution(std::string name, std::uint32_t x, std::uint32_t w,
                                    const Window& window, const ProductOptions& options) {
  Pattern made;
  made.kind = Pattern::Kind::convolution;
  made.name = std::move(name);
  made.operands = {x, w};
  made.par = options.par;
  made.steps = options.steps;
  made.window = window;
  const Pattern& pixels = at(made, x);
  const Pattern& weights = at(made, w);
  made.columns_count = weights.columns_count;
  if (options.transposed || options.groups != 1) {
    refuse(made, "takes its weights as [window][outputs]");
  }
  lay_windows(made, pixels);
  const std::uint64_t inner =
      std::uint64_t{window.window_height} * window.window_width * pixels.columns_count;
  if (weights.rows != inner) {
    refuse(made,
           "multiplies windows of " + counted(inner, "number") + " by " + shape_text(weights));
  }
  finish_product(made, options);
  return push(std::move(made));
}

std::uint32_t Patterns::map(std::string name, std::uint32_t x, std::vector<Step> steps) {
  Pattern made;
  made.kind = Pattern::Kind::map;
  made.name = std::move(name);
  made.operands = {x};
  made.steps = std::move(steps);
  made.rows = at(made, x).rows;
  made.columns_count = at(made, x).columns_count;
  return push(std::move(made));
}

std::uint32_t Patterns::add(std::string name, std::uint32_t a, std::uint32_t b,
                            std::vector<Step> steps) {
  Pattern made;
  made.kind = Pattern::Kind::add;
  made.name = std::move(name);
  made.operands = {a, b};
  made.steps = std::move(steps);
  made.rows = at(made, a).rows;
  made.columns_count = at(made, a).columns_count;
  const Pattern& other = at(made, b);
  const bool rows_fit = other.rows == made.rows || other.rows == 1;
  if (!rows_fit || other.columns_count != made.columns_count) {
    refuse(made, "takes " + shape_text(made) + " and " + shape_text(other));
  }
  return push(std::move(made));
}

std::uint32_t Patterns::multiply(std::string name, std::uint32_t a, std::uint32_t b,
                                 std::vector<Step> steps) {
  const std::uint32_t made = add(std::move(name), a, b, std::move(steps));
  list_[made].kind = Pattern::Kind::multiply;
  return made;
}

std::uint32_t Patterns::combine(std::string name, Pattern::Kind kind, std::uint32_t a,
                                std::uint32_t b, std::vector<Step> steps) {
  const std::uint32_t made = add(std::move(name), a, b, std::move(steps));
  list_[made].kind = kind;
  return made;
}

std::uint32_t Patterns::softmax(std::string name, std::uint32_t x, bool causal) {
  const std::uint32_t made = map(std::move(name), x, {});
  list_[made].kind = Pattern::Kind::softmax;
  list_[made].causal = causal;
  return made;
}

std::uint32_t Patterns::select(std::string name, std::uint32_t condition, std::uint32_t a,
                               std::uint32_t b) {
  Pattern made;
  made.kind = Pattern::Kind::select;
  made.name = std::move(name);
  made.operands = {condition, a, b};
  made.rows = at(made, condition).rows;
  made.columns_count = at(made, condition).columns_count;
  for (const std::uint32_t operand : {a, b}) {
    const Pattern& of = at(made, operand);
    const bool rows_fit = of.rows == made.rows || of.rows == 1;
    if (rows_fit && of.columns_count == made.columns_count) continue;
    refuse(made, "chooses " + shape_text(of) + " for conditions of " + shape_text(made));
  }
  return push(std::move(made));
}

std::uint32_t Patterns::normalise(std::string name, std::uint32_t x, std::uint32_t gain,
                                  std::uint32_t bias, float epsilon, bool uncentred) {
  Pattern made;
  made.kind = Pattern::Kind::normalise;
  made.name = std::move(name);
  made.operands = {x, gain, bias};
  made.rows = at(made, x).rows;
  made.columns_count = at(made, x).columns_count;
  made.epsilon = epsilon;
  made.uncentred = uncentred;
  for (const std::uint32_t row : {gain, bias}) {
    const Pattern& of = at(made, row);
    if (of.rows == 1 && of.columns_count == made.columns_count) continue;
    refuse(made, "scales rows of " + std::to_string(made.columns_count) + " by " + shape_text(of));
  }
  return push(std::move(made));
}

std::uint32_t Patterns::transpose(std::string name, std::uint32_t x) {
  Pattern made;
  made.kind = Pattern::Kind::transpose;
  made.name = std::move(name);
  made.operands = {x};
  made.rows = at(made, x).columns_count;
  made.columns_count = at(made, x).rows;
  return push(std::move(made));
}

std::uint32_t Patterns::columns(std::string name, std::uint32_t x, std::uint32_t first,
                                std::uint32_t count) {
  Pattern made;
  made.kind = Pattern::Kind::columns;
  made.name = std::move(name);
  made.operands = {x};
  made.rows = at(made, x).rows;
  made.columns_count = count;
  made.first = first;
  const std::uint32_t all = at(made, x).columns_count;
  if (first % block_columns != 0 || first > all || count > all - first) {
    refuse(made, "takes " + counted(count, "column") + " from " + std::to_string(first) +
                     " on, of " + std::to_string(all) + ": they begin at a multiple of 32");
  }
  return push(std::move(made));
}

std::uint32_t Patterns::join(std::string name, std::vector<std::uint32_t> parts) {
  Pattern made;
  made.kind = Pattern::Kind::join;
  made.name = std::move(name);
  made.operands = std::move(parts);
  if (made.operands.empty()) refuse(made, "joins nothing");
  for (std::size_t i = 0; i < made.operands.size(); ++i) {
    const Pattern& of = at(made, made.operands[i]);
    const Pattern& front = at(made, made.operands.front());
    const bool is_last = i + 1 == made.operands.size();
    if (of.rows != front.rows || (!is_last && of.columns_count % block_columns != 0)) {
      refuse(made, "joins " + shape_text(front) + " and " + shape_text(of) +
                       ": parts have as many rows, and 32 divides the columns of all but the last");
    }
    made.rows = of.rows;
    made.columns_count = std::min(made.columns_count + of.columns_count, extent_most + 1);
  }
  return push(std::move(made));
}

std::uint32_t Patterns::recurrent(std::string name, Pattern::Kind kind,
                                  const RecurrentOptions& options) {
  const bool lstm = kind == Pattern::Kind::lstm;
  const std::uint32_t gates = lstm ? 4 : 3;
  Pattern made;
  made.kind = kind;
  made.name = std::move(name);
  made.operands = {options.gates, options.recurrence, options.bias, options.hidden};
  if (lstm) made.operands.push_back(options.cell);
  made.length = options.length;
  made.reset_first = options.reset_first;
  made.par = options.par;
  const Pattern& inputs = at(made, options.gates);
  const Pattern& states = at(made, options.recurrence);
  const std::uint32_t units = states.rows;
  const auto is = [&](std::uint32_t operand, std::uint32_t rows, std::uint32_t columns) {
    const Pattern& of = at(made, operand);
    if (of.rows == rows && of.columns_count == columns) return;
    refuse(made, "takes " + shape_text(of) + " where [" + std::to_string(rows) + ", " +
                     std::to_string(columns) + "] is due");
  };
  if (units % block_columns != 0 || units > extent_most / gates) {
    refuse(made, "has " + counted(units, "unit") + ": 32 divides them, and there are 2^20 / " +
                     std::to_string(gates) + " at most");
  }
  if (options.length < 1 || inputs.rows % options.length != 0) {
    refuse(made, "has " + counted(options.length, "step") + " in " + counted(inputs.rows, "row"));
  }
  const std::uint32_t sequences = inputs.rows / options.length;
  is(options.gates, inputs.rows, gates * units);
  is(options.recurrence, units, gates * units);
  is(options.bias, 1, gates * units);
  is(options.hidden, sequences, units);
  if (lstm) is(options.cell, sequences, units);
  if (options.par < 1 || options.par > gates * units / block_columns) {
    refuse(made, "has par " + std::to_string(options.par) + " for " +
                     counted(gates * units / block_columns, "block") + " of 32 columns");
  }
  made.rows = inputs.rows + (lstm ? sequences : 0);
  made.columns_count = units;
  return push(std::move(made));
}

std::uint32_t Patterns::indices(std::string name, std::uint32_t rows) {
  const std::uint32_t made = input(std::move(name), rows, 1);
  list_[made].whole = true;
  return made;
}

std::uint32_t Patterns::pool(std::string name, Pattern::Kind kind, std::uint32_t x,
                             const Window& window, bool inside) {
  Pattern made;
  made.inside = inside;
  made.kind = kind;
  made.name = std::move(name);
  made.operands = {x};
  made.window = window;
  made.columns_count = at(made, x).columns_count;
  lay_windows(made, at(made, x));
  return push(std::move(made));
}

std::uint32_t Patterns::depthwise(std::string name, std::uint32_t x, std::uint32_t w,
                                  const Window& window, const ProductOptions& options) {
  Pattern made;
  made.kind = Pattern::Kind::depthwise;
  made.name = std::move(name);
  made.operands = {x, w};
  made.window = window;
  made.steps = options.steps;
  const Pattern& pixels = at(made, x);
  const Pattern& weights = at(made, w);
  made.columns_count = pixels.columns_count;
  lay_windows(made, pixels);
  const std::uint64_t places = std::uint64_t{window.window_height} * window.window_width;
  if (weights.rows != places || weights.columns_count != pixels.columns_count) {
    refuse(made, "multiplies windows of " + counted(places, "place") + " and " +
                     counted(pixels.columns_count, "channel") + " by " + shape_text(weights));
  }
  add_bias(made, options.bias);
  return push(std::move(made));
}

}  // namespace weft::program::rdu
