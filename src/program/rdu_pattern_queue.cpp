// SPDX-License-Identifier: Apache-2.0
// A matrix that several take.
#include <algorithm>

#include "program/rdu_pattern_graph.hpp"

namespace weft::program::rdu {

using UnitKind = Unit::Kind;
using numerics::word_u32;

void PatternGraph::share(const Pattern& of, std::uint32_t in,
                         const std::vector<std::uint32_t>& users,
                         const std::vector<std::uint32_t>& stores) {
  const std::string name = of.name + ".share";
  std::vector<std::uint32_t> copies = stores;
  for (std::uint32_t i = 0; i < users.size(); ++i) {
    if (users.size() == 1) {
      copies.push_back(users.front());
      continue;
    }
    copies.push_back(stream(name + ".copy" + std::to_string(i)));
    queue(of.name + ".queue" + std::to_string(i), of, copies.back(), users[i]);
  }
  ContextMaker copy = g_.context(name, g_.unit(name, UnitKind::compute), pair_lanes);
  count_words(copy, of.rows, of.columns_count);
  const std::uint32_t taken = copy.take(in, word_u32);
  for (const std::uint32_t to : copies) copy.give(to, taken);
}

void PatternGraph::queue(const std::string& name, const Pattern& of, std::uint32_t in,
                         std::uint32_t out) {
  const std::uint32_t words = vectors_of_row(of.columns_count) * pair_lanes;
  const std::uint32_t most = std::max(timing_.memory_words / words, 1U);
  const std::uint32_t units = parts_of(of.rows, most);
  for (std::uint32_t i = 0; i < units; ++i) {
    const std::string part = i == 0 ? name : name + "." + std::to_string(i);
    const std::uint32_t held_rows = std::min(most, of.rows - i * most);
    const std::uint32_t unit = g_.unit(part, UnitKind::memory);
    const std::uint32_t held = memory(part, of, unit, std::uint64_t{held_rows} * words, 1);
    const std::uint32_t next = i + 1 == units ? out : stream(part + ".next");
    const auto place = [&](ContextMaker& c) {
      std::uint32_t row = c.index(0);
      if (held_rows < of.rows) row = rest(c, row, held_rows);
      return add(c, times(c, row, words), c.index(1));
    };
    ContextMaker write = g_.context(part + ".write", unit, pair_lanes);
    count_words(write, of.rows, of.columns_count);
    write.store(held, place(write), write.take(in, word_u32));
    ContextMaker read = g_.context(part + ".read", unit, pair_lanes);
    count_words(read, of.rows, of.columns_count);
    read.give(next, read.load(held, word_u32, place(read)));
    g_.hand_over(part, write, 1, read, 1, held_rows);
    in = next;
  }
}

}  // namespace weft::program::rdu
