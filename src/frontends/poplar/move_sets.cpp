// SPDX-License-Identifier: Apache-2.0
// Sorts and merges moves, and tells those that go word by word from the rest.
#include "frontends/poplar/move_sets.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/release.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

/// From here on an unaligned move is worth being cut into whole words and two ends.
constexpr std::uint32_t worth_cutting_bytes = 64;

bool continues(const ipu::Move& last, const ipu::Move& next) {
  return last.from_tile == next.from_tile && last.to_tile == next.to_tile &&
         last.from_address + last.bytes == next.from_address &&
         last.to_address + last.bytes == next.to_address;
}

void add_move(const ipu::Move& move, std::vector<ipu::Move>& moves) {
  if (!moves.empty() && continues(moves.back(), move)) {
    moves.back().bytes += move.bytes;
  } else {
    moves.push_back(move);
  }
}

/// By (to_tile, to_address). Moves mostly come tile by tile: then each tile's are sorted alone.
void sort(std::vector<ipu::Move>& moves) {
  const auto earlier_tile = [](const ipu::Move& a, const ipu::Move& b) {
    return a.to_tile < b.to_tile;
  };
  const auto earlier_address = [](const ipu::Move& a, const ipu::Move& b) {
    return a.to_address < b.to_address;
  };
  if (!std::is_sorted(moves.begin(), moves.end(), earlier_tile)) {
    std::sort(moves.begin(), moves.end(), [](const ipu::Move& a, const ipu::Move& b) {
      return a.to_tile != b.to_tile ? a.to_tile < b.to_tile : a.to_address < b.to_address;
    });
    return;
  }
  for (auto first = moves.begin(); first != moves.end();) {
    const auto end = std::upper_bound(first, moves.end(), *first, earlier_tile);
    if (!std::is_sorted(first, end, earlier_address)) std::sort(first, end, earlier_address);
    first = end;
  }
}

void sort_and_merge(std::vector<ipu::Move>& moves) {
  sort(moves);
  std::size_t kept = 0;
  for (const ipu::Move& move : moves) {
    if (kept > 0 && continues(moves[kept - 1], move)) {
      moves[kept - 1].bytes += move.bytes;
    } else {
      moves[kept++] = move;
    }
  }
  moves.resize(kept);
}

/// Its first `bytes`, which are taken off it.
ipu::Move take_front(ipu::Move& move, std::uint32_t bytes) {
  ipu::Move front = move;
  front.bytes = bytes;
  move.from_address += bytes;
  move.to_address += bytes;
  move.bytes -= bytes;
  return front;
}

/// Deals merged moves of narrow elements to those that go word by word and those that don't.
void split(const std::vector<ipu::Move>& moves, std::vector<ipu::Move>& words,
           std::vector<ipu::Move>& elements) {
  for (ipu::Move move : moves) {
    const std::uint32_t skew = (move.from_address ^ move.to_address) % word_bytes;
    const bool whole = skew == 0 && move.to_address % word_bytes == 0;
    if (whole && move.bytes % word_bytes == 0) {
      words.push_back(move);
    } else if (skew == 0 && move.bytes >= worth_cutting_bytes) {
      const std::uint32_t head = (word_bytes - move.to_address % word_bytes) % word_bytes;
      if (head > 0) elements.push_back(take_front(move, head));
      words.push_back(take_front(move, move.bytes / word_bytes * word_bytes));
      if (move.bytes > 0) elements.push_back(move);
    } else {
      elements.push_back(move);
    }
  }
}

std::uint64_t hash_of(const std::vector<ipu::Move>& moves, std::uint64_t seed) {
  std::uint64_t hash = seed;
  const auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29U;
  };
  for (const ipu::Move& move : moves) {
    mix(std::uint64_t{move.from_tile} << 32U | move.from_address);
    mix(std::uint64_t{move.to_tile} << 32U | move.to_address);
    mix(move.bytes);
  }
  return hash;
}

bool same(const ipu::Move& a, const ipu::Move& b) {
  return std::tie(a.from_tile, a.from_address, a.to_tile, a.to_address, a.bytes) ==
         std::tie(b.from_tile, b.from_address, b.to_tile, b.to_address, b.bytes);
}

}  // namespace

void Moves::add(const Segment& from, const Segment& to, std::uint32_t element_bytes) {
  const ipu::Move move{from.tile, from.address, to.tile, to.address, to.bytes};
  if (from.tile != to.tile) {
    add_move(move, between);
  } else {
    add_move(move, within[element_bytes >= word_bytes ? 0 : 3 - element_bytes]);
  }
}

void Moves::add(std::span<const Segment> from, std::span<const Segment> to,
                std::uint32_t element_bytes) {
  std::size_t f = 0;
  std::uint32_t from_done = 0;
  for (const Segment& target : to) {
    for (std::uint32_t done = 0; done < target.bytes;) {
      const std::uint32_t bytes = std::min(target.bytes - done, from[f].bytes - from_done);
      add(Segment{from[f].tile, from[f].address + from_done, bytes},
          Segment{target.tile, target.address + done, bytes}, element_bytes);
      done += bytes;
      from_done += bytes;
      if (from_done == from[f].bytes) {
        ++f;
        from_done = 0;
      }
    }
  }
}

void Moves::append(Moves&& others) {
  const auto join = [](std::vector<ipu::Move>& to, std::vector<ipu::Move>& from) {
    if (to.empty()) {
      to = std::move(from);
    } else {
      to.insert(to.end(), from.begin(), from.end());
    }
  };
  join(between, others.between);
  for (std::size_t w = 0; w < within.size(); ++w) join(within[w], others.within[w]);
}

MoveNumbers MoveSets::take(const std::string& name, Moves& moves) {
  MoveNumbers numbers;
  sort_and_merge(moves.between);
  if (!moves.between.empty()) {
    numbers.exchanges.push_back(add(name, moves.between, 0, program_.exchanges));
  }
  std::array<std::vector<ipu::Move>, 2> narrow;
  for (std::size_t width = 1; width < moves.within.size(); ++width) {
    sort_and_merge(moves.within[width]);
    split(moves.within[width], moves.within[0], narrow[width - 1]);
  }
  sort_and_merge(moves.within[0]);
  if (!moves.within[0].empty()) {
    numbers.rearrangements.push_back(add(name, moves.within[0], 0, program_.rearrangements));
  }
  for (std::uint32_t width = 1; width < moves.within.size(); ++width) {
    std::vector<ipu::Move>& set = narrow[width - 1];
    if (set.empty()) continue;
    numbers.rearrangements.push_back(add(name, set, 3 - width, program_.rearrangements));
  }
  moves = {};
  return numbers;
}

std::uint32_t MoveSets::add(const std::string& name, std::vector<ipu::Move>& moves,
                            std::uint32_t element_bytes, std::vector<ipu::MoveSet>& sets) {
  auto& known = &sets == &program_.exchanges ? known_exchanges_ : known_rearrangements_;
  const std::uint64_t hash = hash_of(moves, element_bytes);
  const auto [begin, end] = known.equal_range(hash);
  for (auto candidate = begin; candidate != end; ++candidate) {
    const ipu::MoveSet& set = sets[candidate->second];
    const auto first = program_.moves.begin() + static_cast<std::ptrdiff_t>(set.first);
    if (set.count == moves.size() && set.element_bytes == element_bytes &&
        std::equal(moves.begin(), moves.end(), first, same)) {
      return candidate->second;
    }
  }
  const auto number = static_cast<std::uint32_t>(sets.size());
  sets.push_back({name, program_.moves.size(), moves.size(), element_bytes});
  program_.moves.insert(program_.moves.end(), moves.begin(), moves.end());
  release(moves);
  known.emplace(hash, number);
  return number;
}

}  // namespace weft::frontends::poplar
