// SPDX-License-Identifier: Apache-2.0
// Outer products that are added up in a memory: the shape of a covariance.
#include <string>
#include <vector>

#include "cli/bench/rdu_graphs.hpp"
#include "program/rdu_make.hpp"

namespace weft::cli::bench {

using namespace program::rdu;
using numerics::word_f32;

namespace {

std::int32_t signed_of(std::uint32_t value) { return static_cast<std::int32_t>(value); }

/// What the pieces of the graph have in common.
struct Outer {
  GraphMaker& g;
  std::uint32_t rows;
  std::uint32_t columns;

  std::uint32_t channel(const std::string& name, Channel::Kind kind) const {
    return g.channel(name, kind);
  }
  /// Commands of `count` times `bytes`, one behind the other.
  void commands(std::uint32_t unit, const std::string& name, std::uint32_t count,
                std::uint32_t bytes, std::uint32_t first, std::uint32_t at,
                std::uint32_t size) const {
    ContextMaker c = g.context(name, unit, 1, true);
    const std::uint32_t i = c.index(c.counter("i", signed_of(count)));
    const auto offset = c.operation(WordOperation::multiply, i, c.integer(signed_of(bytes)));
    c.give(at, c.operation(WordOperation::add, offset, c.integer(signed_of(first))));
    c.give(size, c.integer(signed_of(bytes)));
  }
};

/// Rows less the mean, in a buffer; from there as words, each as often as a row has vectors, and as
/// vectors, all of them for each word.
void add_rows(const Outer& o, std::uint32_t data, std::uint32_t left, std::uint32_t right) {
  const std::uint32_t centre = o.g.channel("centred", Channel::Kind::vector);
  ContextMaker subtract = o.g.context("subtract", o.g.unit("centre", Unit::Kind::compute), 16);
  subtract.counter("j", signed_of(o.columns));
  const std::uint32_t x = subtract.take(data, word_f32);
  subtract.give(centre, subtract.operation(WordOperation::subtract, x, subtract.real(0.5)));
  const std::uint32_t unit = o.g.unit("of_rows", Unit::Kind::memory);
  const std::uint32_t row = o.g.memory("row", unit, o.columns, 2);
  const std::uint32_t copy = o.g.memory("row_copy", unit, o.columns, 2);
  ContextMaker write = o.g.context("write_row", unit, 16);
  write.counter("j", signed_of(o.columns));
  const std::uint32_t value = write.take(centre, word_f32);
  write.store(row, write.index(0), value, 0);
  write.store(copy, write.index(0), value, 0);
  ContextMaker words = o.g.context("read_words", unit);
  words.counter("i", signed_of(o.columns));
  words.counter("j", signed_of(o.columns / 16));
  words.give(left, words.load(row, word_f32, words.index(0), 0));
  o.g.hand_over("words", write, 0, words, 0, 2);
  ContextMaker vectors = o.g.context("read_vectors", unit, 16);
  vectors.counter("i", signed_of(o.columns));
  vectors.counter("j", signed_of(o.columns));
  vectors.give(right, vectors.load(copy, word_f32, vectors.index(1), 0));
  o.g.hand_over("vectors", write, 0, vectors, 0, 2);
}

/// Adds products to where those before were added; behind the last row the sums are read.
void add_totals(const Outer& o, std::uint32_t products, std::uint32_t data) {
  const std::uint32_t unit = o.g.unit("of_sums", Unit::Kind::memory);
  const std::uint32_t sums = o.g.memory("sums", unit, o.columns * o.columns);
  const std::uint32_t full = o.g.channel("full", Channel::Kind::bit);
  ContextMaker add = o.g.context("add_up", unit, 16);
  add.counter("row", signed_of(o.rows));
  add.counter("w", signed_of(o.columns * o.columns));
  const std::uint32_t at = add.index(1);
  const std::uint32_t before = add.load(sums, word_f32, at);
  add.store(sums, at, add.operation(WordOperation::add, before, add.take(products, word_f32)));
  add.give(full, none, 0);
  ContextMaker read = o.g.context("read_sums", unit, 16);
  read.input(full, 0);
  read.counter("w", signed_of(o.columns * o.columns));
  read.give(data, read.load(sums, word_f32, read.index(0)));
}

}  // namespace

Program rdu_outer(std::uint32_t rows, std::uint32_t columns) {
  GraphMaker g;
  const Outer o{g, rows, columns};
  const std::uint32_t dram = g.unit("dram", Unit::Kind::dram);
  const std::uint32_t ags = g.unit("ags", Unit::Kind::address);
  using Kind = Channel::Kind;
  const std::uint32_t in = o.channel("in", Kind::vector);
  const std::uint32_t in_at = o.channel("in.at", Kind::word);
  const std::uint32_t in_size = o.channel("in.size", Kind::word);
  const std::uint32_t out = o.channel("out", Kind::vector);
  const std::uint32_t out_at = o.channel("out.at", Kind::word);
  const std::uint32_t out_size = o.channel("out.size", Kind::word);
  const std::uint32_t done = o.channel("done", Kind::bit);
  const auto input = Array::Role::input;
  const auto output = Array::Role::output;
  const std::uint32_t x = g.dram_array("x", input, word_f32, {rows, columns}, dram);
  const std::uint32_t sums = g.dram_array("sums", output, word_f32, {columns, columns}, dram);
  g.transfer("load", dram, Transfer::Kind::load, in_at, in_size, in);
  g.transfer("store", dram, Transfer::Kind::store, out_at, out_size, out, done);
  o.commands(ags, "rows", rows, 4 * columns, x, in_at, in_size);
  o.commands(ags, "all", 1, 4 * columns * columns, sums, out_at, out_size);
  g.context("stored", g.unit("host", Unit::Kind::host)).input(done);
  const std::uint32_t left = o.channel("left", Kind::word);
  const std::uint32_t right = o.channel("right", Kind::vector);
  add_rows(o, in, left, right);
  const std::uint32_t products = o.channel("products", Kind::vector);
  ContextMaker multiply = g.context("multiply", g.unit("pcu", Unit::Kind::compute), 16);
  const std::uint32_t word = multiply.take(left, word_f32);
  const std::uint32_t vector = multiply.take(right, word_f32);
  multiply.counter("j", signed_of(columns));
  multiply.give(products, multiply.operation(WordOperation::multiply, word, vector));
  add_totals(o, products, out);
  return g.take();
}

}  // namespace weft::cli::bench
