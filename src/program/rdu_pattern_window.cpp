// SPDX-License-Identifier: Apache-2.0
// Windows of images channel by channel: the largest, the mean, products with weights of each.
#include <bit>

#include "program/rdu_pattern_graph.hpp"
#include "program/rdu_pattern_steps.hpp"

namespace weft::program::rdu {

using UnitKind = Unit::Kind;
using PatternKind = Pattern::Kind;
using numerics::word_u32;

WindowPixel window_pixel(ContextMaker& c, const Window& window, std::uint32_t place,
                         std::uint32_t of_window) {
  WindowPixel out;
  const auto padded = [&](const WindowSteps& of, std::uint32_t at, std::uint32_t more,
                          std::uint32_t all) {
    if (of.dilation != 1) more = times(c, more, of.dilation);
    const std::uint32_t from = add(c, times(c, at, of.stride), more);
    const std::uint32_t begun = c.operation(WordOperation::less_equal,
                                            c.integer(static_cast<std::int32_t>(of.before)), from);
    const std::uint32_t there = both(c, begun, below(c, from, of.before + all));
    out.inside = out.inside == none ? there : both(c, out.inside, there);
    return from;
  };
  out.row = padded(window.down, part(c, place, window.columns()),
                   part(c, of_window, window.window_width), window.height);
  const std::uint32_t x = padded(window.across, rest(c, place, window.columns()),
                                 rest(c, of_window, window.window_width), window.width);
  out.column = plus(c, x, ~window.across.before + 1);
  return out;
}

void PatternGraph::read_windows(const Pattern& of, std::uint32_t images, std::uint32_t channels,
                                std::uint32_t outside, std::uint32_t in, std::uint32_t out) {
  const Window& w = of.window;
  const std::uint32_t vectors = vectors_of_row(channels);
  const std::uint32_t pixel_words = vectors * pair_lanes;
  const std::string name = of.name + ".images";
  const RingMemory held = hold_images(name, of, images, 1, std::uint64_t{w.width} * pixel_words);
  ContextMaker write = write_ring(name, held, channels, pixel_words, in);

  ContextMaker read = g_.context(name + ".read", held.unit, pair_lanes);
  read.counter("image", static_cast<std::int32_t>(images));
  read.counter("place", static_cast<std::int32_t>(w.rows() * w.columns()));
  read.counter("vector", static_cast<std::int32_t>(vectors));
  read.counter("k", static_cast<std::int32_t>(w.window_height * w.window_width));
  read.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  const auto [row, column, inside] = window_pixel(read, w, read.index(1), read.index(3));
  const std::uint32_t word = add(read, times(read, read.index(2), pair_lanes), read.index(4));
  const std::uint32_t begin =
      times(read, ring_place(read, held, read.index(0), row), held.row_words);
  const std::uint32_t at = add(read, begin, add(read, times(read, column, pixel_words), word));
  const std::uint32_t from = read.operation(WordOperation::select, inside, at, read.integer(0));
  const std::uint32_t seen = read.load(held.memory, word_u32, from);
  const std::uint32_t beside = read.constant(word_u32, outside);
  read.give(out, read.operation(WordOperation::select, inside, seen, beside));
  hand_over_ring(name, held, write, read, w.columns(), w.rows() * w.columns());
}

void PatternGraph::repeat_window(const std::string& name, const Pattern& of, std::uint32_t in,
                                 std::uint32_t out) {
  const std::uint32_t places = of.window.window_height * of.window.window_width;
  const std::uint32_t vectors = vectors_of_row(of.columns_count);
  const std::uint32_t row_words = vectors * pair_lanes;
  const std::uint32_t unit = g_.unit(name, UnitKind::memory);
  const std::uint32_t held = memory(name, of, unit, std::uint64_t{places} * row_words, 1);
  ContextMaker write = g_.context(name + ".write", unit, pair_lanes);
  count_words(write, places, of.columns_count);
  const std::uint32_t row = write.index(0);
  write.store(held, add(write, times(write, row, row_words), write.index(1)),
              write.take(in, word_u32));
  ContextMaker read = g_.context(name + ".read", unit, pair_lanes);
  read.counter("place", static_cast<std::int32_t>(of.rows));
  read.counter("vector", static_cast<std::int32_t>(vectors));
  read.counter("k", static_cast<std::int32_t>(places));
  read.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  const std::uint32_t word = add(read, times(read, read.index(1), pair_lanes), read.index(3));
  const std::uint32_t k = read.index(2);
  read.give(out, read.load(held, word_u32, add(read, times(read, k, row_words), word)));
  g_.hand_over(name, write, 0, read, 0, 1);
}

void PatternGraph::windows(const Pattern& of, const Pattern& x,
                           const std::vector<std::uint32_t>& ins, std::uint32_t out) {
  const Window& w = of.window;
  const std::uint32_t vectors = vectors_of_row(of.columns_count);
  const std::uint32_t places = w.window_height * w.window_width;
  const bool has_weights = of.kind == PatternKind::depthwise;
  const std::uint32_t seen = stream(of.name + ".windows");
  const std::uint32_t beside =
      numerics::apply(PairOperation::pack, std::bit_cast<std::uint32_t>(beside_image(of.kind)),
                      std::bit_cast<std::uint32_t>(beside_image(of.kind)), 0);
  read_windows(of, x.rows / (w.height * w.width), x.columns_count, beside, ins[0], seen);
  std::uint32_t weights = none;
  std::uint32_t bias = none;
  if (has_weights) {
    weights = stream(of.name + ".w.again");
    repeat_window(of.name + ".w", of, ins[1], weights);
    if (ins.size() > 2) {
      bias = stream(of.name + ".bias.again");
      repeat_row(of.name + ".bias", of.rows, of.columns_count, ins[2], bias);
    }
  }
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  c.counter("place", static_cast<std::int32_t>(of.rows));
  c.counter("vector", static_cast<std::int32_t>(vectors));
  c.counter("k", static_cast<std::int32_t>(places));
  c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  Halves y = halves(c, c.take(seen, word_u32));
  if (has_weights) {
    const Halves by = halves(c, c.take(weights, word_u32));
    y = {c.operation(WordOperation::multiply, y.low, by.low),
         c.operation(WordOperation::multiply, y.high, by.high)};
  }
  const WordOperation operation = window_operation_of(of.kind);
  y = {c.accumulate(operation, y.low, 2), c.accumulate(operation, y.high, 2)};
  if (bias != none) {
    const Halves more = halves(c, c.take(bias, word_u32, 2));
    y = {c.operation(WordOperation::add, y.low, more.low),
         c.operation(WordOperation::add, y.high, more.high)};
  }
  std::uint32_t count = none;
  if (of.inside) {
    const std::uint32_t place = rest(c, c.index(0), w.rows() * w.columns());
    const std::uint32_t is_inside = window_pixel(c, w, place, c.index(2)).inside;
    count = c.accumulate(WordOperation::add, real_of_bit(NodeArithmetic(c), is_inside), 2);
  }
  const auto behind = [&](std::uint32_t value) {
    if (of.inside) {
      value = c.operation(WordOperation::divide, value, count);
    } else if (of.kind == PatternKind::mean) {
      value =
          c.operation(WordOperation::multiply, value, c.real(1.0F / static_cast<float>(places)));
    }
    return apply_steps(NodeArithmetic(c), of.steps, value);
  };
  y = {behind(y.low), behind(y.high)};
  const std::uint32_t row = c.index(0);
  const std::uint32_t word = add(c, times(c, c.index(1), pair_lanes), c.index(3));
  c.give(out, rounded(c, y, row, word, parts_of(of.columns_count, 2)), 2);
}

}  // namespace weft::program::rdu
