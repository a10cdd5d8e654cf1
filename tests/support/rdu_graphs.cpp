// SPDX-License-Identifier: Apache-2.0
// A graph with a bit of everything.
#include "support/rdu_graphs.hpp"

#include <string>
#include <utility>

#include "program/rdu_make.hpp"

namespace weft::test {

namespace form = program::rdu;

namespace {

constexpr std::uint32_t rows = 6;
constexpr std::uint32_t row_words = 40;
constexpr std::int32_t row_bytes = 4 * static_cast<std::int32_t>(row_words);

using Kind = form::Channel::Kind;
using form::WordOperation;
using numerics::word_i32;

/// Sends address and size of each row.
std::pair<std::uint32_t, std::uint32_t> row_commands(form::GraphMaker& g, const std::string& name,
                                                     std::uint32_t base) {
  auto c = g.context(name, g.unit(name, form::Unit::Kind::address), 1, true);
  const auto row = c.index(c.counter("row", rows));
  const auto address = g.channel(name + ".address", Kind::word);
  const auto size = g.channel(name + ".size", Kind::word);
  const auto offset = c.operation(WordOperation::multiply, row, c.integer(row_bytes));
  c.give(address,
         c.operation(WordOperation::add, offset, c.integer(static_cast<std::int32_t>(base))));
  c.give(size, c.integer(row_bytes));
  return {address, size};
}

form::Program rows_graph(std::int32_t read_rows, std::int32_t beyond) {
  form::GraphMaker g;
  const auto dram = g.unit("dram", form::Unit::Kind::dram);
  const auto x = g.dram_array("x", form::Array::Role::input, word_i32, {rows, row_words}, dram);
  const auto y = g.dram_array("y", form::Array::Role::output, word_i32, {rows, row_words}, dram);
  const auto [load_at, load_size] = row_commands(g, "load", x);
  const auto [store_at, store_size] = row_commands(g, "store", y);
  const auto in = g.channel("in", Kind::vector);
  const auto back = g.channel("back", Kind::vector);
  const auto done = g.channel("done", Kind::bit);
  g.transfer("loads", dram, form::Transfer::Kind::load, load_at, load_size, in);
  g.transfer("stores", dram, form::Transfer::Kind::store, store_at, store_size, back, done);

  const auto pmu = g.unit("pmu", form::Unit::Kind::memory, 1);
  const auto words = g.memory("row", pmu, row_words, 2);
  auto write = g.context("write", pmu, 16);
  write.counter("i", static_cast<std::int32_t>(row_words));
  const auto i = write.index(0);
  const auto value = write.take(in, word_i32);
  write.store(words, i, write.operation(WordOperation::add, value, value), 0);
  auto read = g.context("read", pmu, 16, true);
  read.counter("row", read_rows);
  read.counter("i", static_cast<std::int32_t>(row_words));
  std::uint32_t at = read.index(1);
  if (beyond > 0) {
    const auto row = read.index(0);
    const auto far = read.operation(WordOperation::multiply, row, read.integer(beyond));
    at = read.operation(WordOperation::add, at, far);
  }
  const auto doubled = read.load(words, word_i32, at, 1);
  const auto tosum = g.channel("tosum", Kind::vector, form::none, 3);
  read.give(back, doubled);
  read.give(tosum, doubled);
  g.hand_over("rows", write, 0, read, 1, 2);

  auto sum = g.context("sum", g.unit("pcu", form::Unit::Kind::compute, 1), 16);
  sum.counter("row", static_cast<std::int32_t>(rows));
  sum.counter("i", static_cast<std::int32_t>(row_words));
  const auto part = sum.reduce(WordOperation::add, sum.take(tosum, word_i32));
  const auto out = g.channel("out", Kind::word);
  sum.give(out, sum.accumulate(WordOperation::add, part, 0), 0);
  const auto host = g.unit("host", form::Unit::Kind::host, 1);
  g.result("sum", word_i32, host, out);
  auto end = g.context("end", host);
  end.input(done);
  form::Program program = g.take();
  validate(program);
  return program;
}

}  // namespace

form::Program rdu_rows() { return rows_graph(static_cast<std::int32_t>(rows), 0); }
form::Program rdu_stuck() { return rows_graph(static_cast<std::int32_t>(rows) + 1, 0); }
form::Program rdu_beyond() { return rows_graph(static_cast<std::int32_t>(rows), 3); }

}  // namespace weft::test
