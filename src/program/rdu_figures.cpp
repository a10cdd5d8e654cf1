// SPDX-License-Identifier: Apache-2.0
// Graphs of published programs. How the published compiler cut them into contexts is not public:
// a loop's body, its sum and what takes the sum are a context each.
#include "program/rdu_figures.hpp"

#include <string>
#include <vector>

#include "program/rdu_make.hpp"

namespace weft::program::rdu::figures {

using numerics::word_i32;
using Op = WordOperation;

Program sum_square(std::uint32_t lanes, std::uint32_t copies) {
  constexpr std::int32_t words = 1024;
  constexpr std::int32_t tile = 32;
  const std::int32_t stride = tile * static_cast<std::int32_t>(copies);
  GraphMaker g;
  std::vector<std::uint32_t> tile_sums;
  for (std::uint32_t u = 0; u < copies; ++u) {
    const std::string number = std::to_string(u);
    const auto squares = g.channel("squares" + number, Channel::Kind::vector);
    tile_sums.push_back(g.channel("sums" + number, Channel::Kind::word));
    auto square =
        g.context("square" + number, g.unit("a" + number, Unit::Kind::compute), lanes, true);
    const std::int32_t first = tile * static_cast<std::int32_t>(u);
    square.counter("i", {first, none}, {words, none}, {stride, none});
    square.counter("j", tile);
    const auto k = square.operation(Op::add, square.index(0), square.index(1));
    square.give(squares, square.operation(Op::multiply, k, k));
    auto inner = g.context("inner" + number, g.unit("b" + number, Unit::Kind::compute), lanes);
    inner.counter("j", tile);
    const auto sum = inner.reduce(Op::add, inner.take(squares, word_i32));
    inner.give(tile_sums.back(), inner.accumulate(Op::add, sum, 0), 0);
  }
  auto outer = g.context("outer", g.unit("c", Unit::Kind::compute));
  outer.counter("i", words / stride);
  std::uint32_t all = outer.take(tile_sums[0], word_i32);
  for (std::uint32_t u = 1; u < copies; ++u) {
    all = outer.operation(Op::add, all, outer.take(tile_sums[u], word_i32));
  }
  const auto total = g.channel("total", Channel::Kind::word);
  outer.give(total, outer.accumulate(Op::add, all, 0), 0);
  g.result("out", word_i32, g.unit("host", Unit::Kind::host), total);
  return g.take();
}

Program endless_wait() {
  GraphMaker g;
  const auto queue = g.channel("queue", Channel::Kind::bit, 16);
  const auto found = g.channel("found", Channel::Kind::word);
  auto fill = g.context("fill", g.unit("a", Unit::Kind::compute), 1, true);
  const auto i = fill.index(fill.counter("i", 10));
  fill.give(queue, fill.operation(Op::equal, i, fill.integer(11)));
  auto wait = g.context("wait", g.unit("b", Unit::Kind::compute));
  wait.counter("i", 1);
  wait.context().counters[0].endless = true;
  const auto stop = wait.take(queue, numerics::word_bit);
  const auto at = wait.operation(Op::add, wait.index(0), wait.integer(0));
  wait.give(found, at, every, stop);
  g.result("out", word_i32, g.unit("host", Unit::Kind::host), found);
  return g.take();
}

Program two_queues(std::uint32_t depth) {
  GraphMaker g;
  const auto first = g.channel("first", Channel::Kind::word, 16);
  const auto second = g.channel("second", Channel::Kind::word, depth);
  const auto sum = g.channel("sum", Channel::Kind::word);
  const auto total = g.channel("total", Channel::Kind::word);
  auto fill = g.context("fill", g.unit("a", Unit::Kind::compute), 1, true);
  const auto i = fill.index(fill.counter("i", 1000));
  const auto sent = fill.operation(Op::add, i, fill.integer(0));
  fill.give(first, sent);
  fill.give(second, sent);
  auto add = g.context("add", g.unit("b", Unit::Kind::compute));
  add.counter("i", 1000);
  add.give(sum, add.accumulate(Op::add, add.take(first, word_i32), 0), 0);
  auto all = g.context("all", g.unit("c", Unit::Kind::compute));
  all.counter("i", 1000);
  const auto both = all.operation(Op::add, all.take(sum, word_i32, 0), all.take(second, word_i32));
  all.give(total, all.accumulate(Op::add, both, 0), 0);
  g.result("total", word_i32, g.unit("host", Unit::Kind::host), total);
  return g.take();
}

Program two_stages(std::uint32_t tiles, std::uint32_t depth) {
  GraphMaker g;
  const auto place = g.unit("m", Unit::Kind::memory);
  const auto words = g.memory("buffer", place, 64, depth);
  auto write = g.context("write", place, 1, true);
  write.counter("tile", static_cast<std::int32_t>(tiles));
  write.counter("i", 64);
  const auto i = write.index(1);
  write.store(words, i, write.operation(Op::add, i, write.index(0)), 1);
  auto read = g.context("read", place);
  read.counter("i", 64);
  const auto host = g.unit("host", Unit::Kind::host);
  const auto out = g.channel("out", Channel::Kind::word);
  read.give(out, read.accumulate(Op::add, read.load(words, word_i32, read.index(0), 0), 0), 0);
  g.hand_over("words", write, 1, read, 0, depth);
  g.result("out", word_i32, host, out);
  return g.take();
}

}  // namespace weft::program::rdu::figures
