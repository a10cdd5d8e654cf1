// SPDX-License-Identifier: Apache-2.0
// Writers that are at work at the same time: iterations side by side, and children of a Parallel.
// Nothing says which of them is last, so that they may not write the same word.
#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using rdu_tree::MemoryKind;
using rdu_tree::Operation;

namespace {

constexpr std::size_t words_looked_at = 65536;

}  // namespace

/// The write that an access is; none: something else, a load of a tile for one.
std::uint32_t Mapper::write_of(const Access& access) const {
  for (const rdu_tree::Step& step : shape_.controller(access.controller).steps) {
    if (step.is_controller || shape_.order_of(step.index) != access.order) continue;
    return node(step.index).operation == Operation::write ? step.index : none;
  }
  return none;
}

/// Counters below `from` that a number follows from; false where it follows from something else too
/// that is no constant.
bool Mapper::follows_from(std::uint32_t of, const Scope& scope, std::size_t from,
                          std::set<std::uint32_t>& iterators) const {
  const rdu_tree::Node& made = node(of);
  if (known_number(of, scope)) return true;
  if (made.operation == Operation::iterator) {
    iterators.insert(of);
    const auto begin = scope.path.begin() + static_cast<std::ptrdiff_t>(from);
    const std::uint32_t loop = shape_.iterator_of(of).controller;
    return std::find(begin, scope.path.end(), loop) != scope.path.end();
  }
  if (rdu_tree::is_memory_operation(made.operation) || made.arguments.empty()) return false;
  return std::all_of(made.arguments.begin(), made.arguments.end(), [&](std::uint32_t argument) {
    return follows_from(argument, scope, from, iterators);
  });
}

/// Whether iterations side by side may have different numbers of it.
bool Mapper::depends_on_lane(std::uint32_t of) const {
  const rdu_tree::Node& made = node(of);
  if (made.operation == Operation::iterator) {
    const TreeShape::Iterator at = shape_.iterator_of(of);
    return shape_.unrolled(at.controller, at.counter) > 1;
  }
  if (rdu_tree::is_memory_operation(made.operation) || made.operation == Operation::parameter) {
    return true;
  }
  return std::any_of(made.arguments.begin(), made.arguments.end(),
                     [&](std::uint32_t argument) { return depends_on_lane(argument); });
}

/// The numbers that a counter counts in a scope; empty where they are not known.
std::vector<std::int64_t> Mapper::indices_of(std::uint32_t iterator, const Scope& scope) const {
  const TreeShape::Iterator at = shape_.iterator_of(iterator);
  const rdu_tree::Counter& counter = shape_.controller(at.controller).counters[at.counter];
  const auto known = [&](std::uint32_t n, std::int64_t otherwise) {
    return n == none ? std::optional<std::int64_t>(otherwise) : known_integer(n);
  };
  const auto min = known(counter.min, 0);
  const auto step = known(counter.step, 1);
  const auto max = known(counter.max, 0);
  if (counter.scan != none || counter.max == none || !min || !max || !step || *step <= 0) return {};
  const auto found = std::find(scope.path.begin(), scope.path.end(), at.controller);
  const std::uint32_t lane = scope.lanes[static_cast<std::size_t>(found - scope.path.begin())];
  const std::int64_t copies = shape_.unrolled(at.controller, at.counter);
  if (lane == all_lanes) return {};
  const std::int64_t mine = shape_.lane_of(at.controller, at.counter, lane);
  std::vector<std::int64_t> out;
  for (std::int64_t i = *min + mine * *step; i < *max; i += copies * *step) {
    out.push_back(i);
    if (out.size() > words_looked_at) return {};
  }
  return out;
}

/// The words that a write of one iteration of the loop around writes; empty where that is not known
/// or are too many.
std::set<std::vector<std::int64_t>> Mapper::words_of(const Access& access,
                                                     std::size_t shared) const {
  const Scope& scope = access.signals->scope;
  std::set<std::uint32_t> iterators;
  for (const std::uint32_t each : access.address) {
    if (!follows_from(each, scope, shared, iterators)) return {};
  }
  std::vector<std::pair<std::uint32_t, std::vector<std::int64_t>>> counted;
  std::size_t times = 1;
  for (const std::uint32_t iterator : iterators) {
    counted.emplace_back(iterator, indices_of(iterator, scope));
    times *= counted.back().second.size();
    if (times == 0 || times > words_looked_at) return {};
  }
  std::set<std::vector<std::int64_t>> out;
  for (std::size_t t = 0; t < times; ++t) {
    Indices indices;
    std::size_t rest = t;
    for (const auto& [iterator, numbers] : counted) {
      indices[iterator] = numbers[rest % numbers.size()];
      rest /= numbers.size();
    }
    std::vector<std::int64_t> word;
    for (const std::uint32_t each : access.address) {
      const auto number = number_where(each, scope, indices);
      if (!number) return {};
      word.push_back(rdu_tree::to_integer(*number, node(each).type));
    }
    out.insert(std::move(word));
  }
  return out;
}

void Mapper::refuse_two_writers(std::uint32_t memory, std::uint32_t write, const std::string& who,
                                const std::string& what) const {
  const rdu_tree::SourcePlace place = node(write).place;
  const std::string where = place.line == 0
                                ? std::string()
                                : tree_.files[place.file] + ":" + std::to_string(place.line) + ":" +
                                      std::to_string(place.column) + ": ";
  fail(Category::input, where + who + " write " + what + " of '" + tree_.memories[memory].name +
                            "' at the same time: a word has one writer at a time");
}

/// Two iterations of a loop side by side: the same write, whose address no such loop is in.
void Mapper::check_lanes(const MemoryCopy& copy, const Access& a, const Access& b,
                         std::size_t shared) const {
  const std::uint32_t write = write_of(a);
  if (a.order != b.order || write == none || node(write).enable != none) return;
  if (!asked_by(a.controller).empty()) return;
  if (std::any_of(a.address.begin(), a.address.end(),
                  [&](std::uint32_t each) { return depends_on_lane(each); })) {
    return;
  }
  const std::uint32_t loop = a.signals->scope.path[shared];
  refuse_two_writers(copy.memory, write,
                     "parallel iterations of the loop in line " +
                         std::to_string(shape_.controller(loop).place.line),
                     "the same words");
}

void Mapper::check_beside(const MemoryCopy& copy, const Access& a, const Access& b,
                          std::size_t shared) const {
  const std::uint32_t first = write_of(a);
  const std::uint32_t second = write_of(b);
  if (first == none || second == none) return;
  if (node(first).enable != none || node(second).enable != none) return;
  if (!asked_by(a.controller).empty() || !asked_by(b.controller).empty()) return;
  const std::set<std::vector<std::int64_t>> words = words_of(a, shared);
  for (const std::vector<std::int64_t>& word : words_of(b, shared)) {
    if (words.count(word) == 0) continue;
    std::string text = "word (";
    for (const std::int64_t index : word) text += std::to_string(index) + ", ";
    text.replace(text.size() - 2, 2, ")");
    refuse_two_writers(copy.memory, second,
                       "this and line " + std::to_string(node(first).place.line) +
                           ", which stand beside each other,",
                       text);
  }
}

void Mapper::check_writers(const MemoryCopy& copy, const Access& a, const Access& b,
                           std::size_t shared, bool lanes) const {
  if (copy.memory == none || !a.is_write || !b.is_write) return;
  const MemoryKind kind = tree_.memories[copy.memory].kind;
  if (kind != MemoryKind::sram && kind != MemoryKind::register_file) return;
  lanes ? check_lanes(copy, a, b, shared) : check_beside(copy, a, b, shared);
}

}  // namespace weft::program::rdu
