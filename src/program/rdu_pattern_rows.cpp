// SPDX-License-Identifier: Apache-2.0
// Patterns that go over rows as they come: maps, softmax, normalisation.
#include "program/rdu_pattern_graph.hpp"
#include "program/rdu_pattern_steps.hpp"

namespace weft::program::rdu {

using Kind = Channel::Kind;
using UnitKind = Unit::Kind;
using numerics::word_f32;
using numerics::word_u32;

void PatternGraph::map(const Pattern& of, std::uint32_t in, std::uint32_t out) {
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  count_words(c, of.rows, of.columns_count);
  Halves x = halves(c, c.take(in, word_u32));
  x.low = apply_steps(NodeArithmetic(c), of.steps, x.low);
  x.high = apply_steps(NodeArithmetic(c), of.steps, x.high);
  const std::uint32_t row = c.index(0);
  c.give(out, rounded(c, x, row, c.index(1), parts_of(of.columns_count, 2)));
}

void PatternGraph::zip(const Pattern& of, std::uint32_t a, std::uint32_t b, bool repeated,
                       std::uint32_t out) {
  if (repeated) {
    const std::uint32_t row = b;
    b = stream(of.name + ".row.again");
    repeat_row(of.name + ".row", of.rows, of.columns_count, row, b);
  }
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  count_words(c, of.rows, of.columns_count);
  const Halves x = halves(c, c.take(a, word_u32));
  const Halves y = halves(c, c.take(b, word_u32));
  Halves z{combined(NodeArithmetic(c), of.kind, x.low, y.low),
           combined(NodeArithmetic(c), of.kind, x.high, y.high)};
  z.low = apply_steps(NodeArithmetic(c), of.steps, z.low);
  z.high = apply_steps(NodeArithmetic(c), of.steps, z.high);
  const std::uint32_t row = c.index(0);
  c.give(out, rounded(c, z, row, c.index(1), parts_of(of.columns_count, 2)));
}

void PatternGraph::select(const Pattern& of, std::vector<std::uint32_t> ins,
                          const std::vector<std::uint32_t>& rows, std::uint32_t out) {
  for (std::uint32_t i = 1; i < 3; ++i) {
    if (rows[i] == of.rows) continue;
    const std::string name = of.name + ".row" + std::to_string(i);
    const std::uint32_t row = ins[i];
    ins[i] = stream(name + ".again");
    repeat_row(name, of.rows, of.columns_count, row, ins[i]);
  }
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  count_words(c, of.rows, of.columns_count);
  const Halves condition = halves(c, c.take(ins[0], word_u32));
  const Halves a = halves(c, c.take(ins[1], word_u32));
  const Halves b = halves(c, c.take(ins[2], word_u32));
  const Halves made{chosen(NodeArithmetic(c), condition.low, a.low, b.low),
                    chosen(NodeArithmetic(c), condition.high, a.high, b.high)};
  const std::uint32_t row = c.index(0);
  c.give(out, rounded(c, made, row, c.index(1), parts_of(of.columns_count, 2)));
}

namespace {

/// Both halves of all lanes, then of the row.
std::uint32_t total(ContextMaker& c, WordOperation operation, Halves of) {
  const std::uint32_t low = c.reduce(operation, of.low);
  const std::uint32_t high = c.reduce(operation, of.high);
  return c.accumulate(operation, c.operation(operation, low, high), 1);
}

/// Elements behind the row's own number are `otherwise`.
Halves up_to_row(ContextMaker& c, Halves of, float otherwise) {
  const std::uint32_t row = c.index(0);
  const std::uint32_t low = times(c, c.index(1), 2);
  const std::uint32_t word = c.real(otherwise);
  const auto kept = [&](std::uint32_t column, std::uint32_t value) {
    const std::uint32_t there = c.operation(WordOperation::less_equal, column, row);
    return c.operation(WordOperation::select, there, value, word);
  };
  return {kept(low, of.low), kept(plus(c, low, 1), of.high)};
}

}  // namespace

void PatternGraph::softmax(const Pattern& of, std::uint32_t in, std::uint32_t out) {
  constexpr float least = -__builtin_inff();
  const std::uint32_t columns = of.columns_count;
  const std::uint32_t seen = stream(of.name + ".seen");
  const std::uint32_t again = stream(of.name + ".again");
  hold_rows(of.name + ".rows", of.rows, columns, in, again, seen);

  const std::uint32_t most = g_.channel(of.name + ".largest", Kind::word);
  ContextMaker m =
      g_.context(of.name + ".most", g_.unit(of.name + ".most", UnitKind::compute), pair_lanes);
  count_words(m, of.rows, columns);
  Halves x = halves(m, m.take(seen, word_u32));
  x.high = inside(m, x.high, m.index(1), columns, least);
  if (of.causal) x = up_to_row(m, x, least);
  m.give(most, total(m, WordOperation::maximum, x), 1);

  const std::uint32_t exponents = stream(of.name + ".e");
  const std::uint32_t sum = g_.channel(of.name + ".sum", Kind::word);
  ContextMaker e =
      g_.context(of.name + ".exp", g_.unit(of.name + ".exp", UnitKind::compute), pair_lanes);
  count_words(e, of.rows, columns);
  x = halves(e, e.take(again, word_u32));
  const std::uint32_t largest = e.take(most, word_f32, 1);
  const auto exponent = [&](std::uint32_t of_half) {
    return e.operation(WordOperation::exponent,
                       e.operation(WordOperation::subtract, of_half, largest));
  };
  x = {exponent(x.low), exponent(x.high)};
  x.high = inside(e, x.high, e.index(1), columns, 0.0F);
  if (of.causal) x = up_to_row(e, x, 0.0F);
  e.give(exponents, e.pair(PairOperation::pack, x.low, x.high));
  e.give(sum, total(e, WordOperation::add, x), 1);

  const std::uint32_t held = stream(of.name + ".held");
  hold_rows(of.name + ".exps", of.rows, columns, exponents, held, none);
  ContextMaker d =
      g_.context(of.name + ".scale", g_.unit(of.name + ".scale", UnitKind::compute), pair_lanes);
  count_words(d, of.rows, columns);
  x = halves(d, d.take(held, word_u32));
  const std::uint32_t factor = d.operation(WordOperation::reciprocal, d.take(sum, word_f32, 1));
  x = {d.operation(WordOperation::multiply, x.low, factor),
       d.operation(WordOperation::multiply, x.high, factor)};
  const std::uint32_t row = d.index(0);
  d.give(out, rounded(d, x, row, d.index(1), parts_of(columns, 2)));
}

void PatternGraph::normalise(const Pattern& of, const std::vector<std::uint32_t>& ins,
                             std::uint32_t out) {
  const std::uint32_t columns = of.columns_count;
  const float share = 1.0F / static_cast<float>(columns);
  const auto row_context = [&](const std::string& name) {
    ContextMaker c = g_.context(name, g_.unit(name, UnitKind::compute), pair_lanes);
    count_words(c, of.rows, columns);
    return c;
  };

  // The squares are those of what is off the mean: their own sum less the mean's square would
  // lose all digits where the mean is much larger than the spread.
  std::uint32_t rows = ins[0];
  std::uint32_t mean = none;
  if (!of.uncentred) {
    const std::uint32_t seen = stream(of.name + ".summed");
    rows = stream(of.name + ".once");
    hold_rows(of.name + ".first", of.rows, columns, ins[0], rows, seen);
    mean = g_.channel(of.name + ".mean", Kind::word);
    ContextMaker s = row_context(of.name + ".sums");
    Halves x = halves(s, s.take(seen, word_u32));
    x.high = inside(s, x.high, s.index(1), columns, 0.0F);
    const std::uint32_t sum = total(s, WordOperation::add, x);
    s.give(mean, s.operation(WordOperation::multiply, sum, s.real(share)), 1);
  }

  const std::uint32_t seen = stream(of.name + ".seen");
  const std::uint32_t again = stream(of.name + ".again");
  hold_rows(of.name + ".rows", of.rows, columns, rows, again, seen);
  const std::uint32_t squares = g_.channel(of.name + ".squares", Kind::word);
  const std::uint32_t centre = g_.channel(of.name + ".centre", Kind::word);
  ContextMaker q = row_context(of.name + ".spread");
  Halves x = halves(q, q.take(seen, word_u32));
  const std::uint32_t middle = of.uncentred ? q.real(0.0F) : q.take(mean, word_f32, 1);
  if (!of.uncentred) {
    x = {q.operation(WordOperation::subtract, x.low, middle),
         q.operation(WordOperation::subtract, x.high, middle)};
  }
  x.high = inside(q, x.high, q.index(1), columns, 0.0F);
  const Halves square{q.operation(WordOperation::multiply, x.low, x.low),
                      q.operation(WordOperation::multiply, x.high, x.high)};
  q.give(squares, total(q, WordOperation::add, square), 1);
  q.give(centre, middle, 1);

  const std::uint32_t factor = g_.channel(of.name + ".factor", Kind::word);
  ContextMaker v =
      g_.context(of.name + ".moments", g_.unit(of.name + ".moments", UnitKind::compute));
  const std::uint32_t variance =
      v.operation(WordOperation::multiply, v.take(squares, word_f32), v.real(share));
  const std::uint32_t root = v.operation(
      WordOperation::square_root, v.operation(WordOperation::add, variance, v.real(of.epsilon)));
  v.give(factor, v.operation(WordOperation::reciprocal, root));

  const std::uint32_t gain = stream(of.name + ".gain");
  const std::uint32_t bias = stream(of.name + ".bias");
  repeat_row(of.name + ".gains", of.rows, columns, ins[1], gain);
  repeat_row(of.name + ".biases", of.rows, columns, ins[2], bias);
  ContextMaker d = row_context(of.name + ".scale");
  x = halves(d, d.take(again, word_u32));
  const std::uint32_t of_mean = d.take(centre, word_f32, 1);
  const std::uint32_t of_factor = d.take(factor, word_f32, 1);
  const Halves g = halves(d, d.take(gain, word_u32));
  const Halves b = halves(d, d.take(bias, word_u32));
  const auto scaled = [&](std::uint32_t value, std::uint32_t by, std::uint32_t more) {
    const std::uint32_t centred = d.operation(WordOperation::subtract, value, of_mean);
    const std::uint32_t unit = d.operation(WordOperation::multiply, centred, of_factor);
    return d.operation(WordOperation::add, d.operation(WordOperation::multiply, unit, by), more);
  };
  x = {scaled(x.low, g.low, b.low), scaled(x.high, g.high, b.high)};
  const std::uint32_t row = d.index(0);
  d.give(out, rounded(d, x, row, d.index(1), parts_of(columns, 2)));
}

}  // namespace weft::program::rdu
