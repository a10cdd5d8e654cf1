// SPDX-License-Identifier: Apache-2.0
// Index lists of copies and exchanges, made once from the program.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "machine/ipu/build.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

template <typename T>
Array<T> copy_of(const std::string& label, const std::vector<T>& values) {
  Array<T> array(label, std::max<std::size_t>(1, values.size()));
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

/// Whether a move of the stretch reads what another one of it writes.
bool reads_written(const std::vector<LocalMove>& moves, std::uint64_t first, std::uint64_t count) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> written;
  for (std::uint64_t m = first; m < first + count; ++m) {
    written.emplace_back(moves[m].to, moves[m].to + moves[m].bytes);
  }
  std::sort(written.begin(), written.end());
  for (std::uint64_t m = first; m < first + count; ++m) {
    const std::uint64_t end = moves[m].from + moves[m].bytes;
    const auto after = std::lower_bound(written.begin(), written.end(), std::pair(end, end));
    if (after != written.begin() && std::prev(after)->second > moves[m].from) return true;
  }
  return false;
}

Cycle copy_cycles(const Constants& c, std::uint64_t bytes, std::uint32_t element_bytes) {
  const std::uint64_t rate = element_bytes == 0 ? c.copy_bytes_per_cycle : element_bytes;
  return c.copy_prologue_cycles + (bytes + rate - 1) / rate;
}

/// Bytes that cross from one slice to another in an exchange, each once, in order of the moves.
class Crossing {
 public:
  /// Where the move's bytes stand in the message; `fresh` when they are new to it.
  std::uint64_t add(const form::Move& move, bool& fresh) {
    const auto [at, added] =
        seen_.try_emplace({move.from_tile, move.from_address, move.bytes}, bytes_);
    if (added) bytes_ += move.bytes;
    fresh = added;
    return at->second;
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint64_t> seen_;
  std::uint64_t bytes_ = 0;
};

/// Owner of every tile of the region: a neighbour's index, or `mine`.
constexpr std::uint32_t mine = 0xffffffffU;
std::vector<std::uint32_t> owners(const Slice& slice) {
  std::vector<std::uint32_t> owner(slice.region.tiles(), mine);
  for (std::uint32_t n = 0; n < slice.neighbours.size(); ++n) {
    const Rectangle& r = slice.neighbours[n].tiles;
    for (std::uint32_t y = r.y0; y < r.y1(); ++y) {
      for (std::uint32_t x = r.x0; x < r.x1(); ++x) owner[y * slice.region.width + x] = n;
    }
  }
  return owner;
}

class ExchangeBuilder {
 public:
  ExchangeBuilder(State& state, const form::Program& program, const Slice& slice)
      : s_(state), p_(program), slice_(slice), owner_(owners(slice)) {}

  void add(const form::MoveSet& set, std::vector<LocalMove>& moves) {
    LocalExchange exchange;
    const std::span all(p_.moves.data() + set.first, set.count);
    ExchangePlan plan = plan_exchange(s_.constants, p_.tiles_per_ipu, all);
    exchange.time = plan.time;
    for (TileTraffic t : plan.traffic) {
      exchange.received_bytes += t.received_bytes;
      if (owner_[t.tile] != mine) continue;
      t.tile = local_tile(slice_, t.tile);
      exchange.traffic.push_back(t);
    }
    exchange.neighbours.resize(slice_.neighbours.size());
    std::vector<std::vector<Piece>> sends(slice_.neighbours.size());
    std::vector<std::vector<Piece>> receives(slice_.neighbours.size());
    std::vector<Crossing> out(slice_.neighbours.size());
    std::vector<Crossing> in(slice_.neighbours.size());
    exchange.inside.first = moves.size();
    for (const form::Move& move : all) {
      const std::uint32_t from = owner_[move.from_tile];
      const std::uint32_t to = owner_[move.to_tile];
      bool fresh = false;
      if (from == mine && to == mine) {
        moves.push_back({from_place(move), to_place(move), move.bytes});
      } else if (from == mine) {
        const std::uint64_t offset = out[to].add(move, fresh);
        if (fresh) sends[to].push_back({from_place(move), offset, move.bytes});
      } else if (to == mine) {
        const std::uint64_t offset = in[from].add(move, fresh);
        receives[from].push_back({to_place(move), offset, move.bytes});
      }
    }
    exchange.inside.count = moves.size() - exchange.inside.first;
    exchange.staged = reads_written(moves, exchange.inside.first, exchange.inside.count);
    for (std::size_t n = 0; n < slice_.neighbours.size(); ++n) {
      NeighbourLists& lists = exchange.neighbours[n];
      append(sends_, sends[n], lists.send);
      append(receives_, receives[n], lists.receive);
      lists.send_bytes = out[n].bytes();
      lists.receive_bytes = in[n].bytes();
    }
    s_.exchanges.push_back(std::move(exchange));
  }

  void finish() {
    s_.sends = copy_of("sends", sends_);
    s_.receives = copy_of("receives", receives_);
  }

 private:
  static void append(std::vector<Piece>& all, const std::vector<Piece>& more, Range& range) {
    range = {all.size(), more.size()};
    all.insert(all.end(), more.begin(), more.end());
  }

  std::uint64_t from_place(const form::Move& move) const {
    return s_.base(local_tile(slice_, move.from_tile)) + move.from_address;
  }
  std::uint64_t to_place(const form::Move& move) const {
    return s_.base(local_tile(slice_, move.to_tile)) + move.to_address;
  }

  State& s_;
  const form::Program& p_;
  const Slice& slice_;
  std::vector<std::uint32_t> owner_;
  std::vector<Piece> sends_;
  std::vector<Piece> receives_;
};

void add_copies(State& s, const form::Program& program, const Slice& slice,
                const form::MoveSet& set, std::vector<LocalMove>& moves) {
  std::vector<form::Move> own;
  for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
    if (holds(slice.tiles, slice.region, program.moves[m].to_tile)) own.push_back(program.moves[m]);
  }
  std::stable_sort(own.begin(), own.end(),
                   [](const form::Move& a, const form::Move& b) { return a.to_tile < b.to_tile; });
  std::vector<TileCopies> tiles;
  for (std::size_t m = 0; m < own.size();) {
    TileCopies work;
    work.tile = local_tile(slice, own[m].to_tile);
    work.first = moves.size();
    const std::uint64_t base = s.base(work.tile);
    for (const std::uint32_t tile = own[m].to_tile; m < own.size() && own[m].to_tile == tile; ++m) {
      moves.push_back({base + own[m].from_address, base + own[m].to_address, own[m].bytes});
      work.bytes += own[m].bytes;
      work.cycles += copy_cycles(s.constants, own[m].bytes, set.element_bytes);
    }
    work.count = moves.size() - work.first;
    work.staged = reads_written(moves, work.first, work.count) ? 1 : 0;
    tiles.push_back(work);
  }
  s.rearrangements.push_back(std::move(tiles));
}

}  // namespace

void build_rearrangements(State& s, const form::Program& program, const Slice& slice) {
  std::vector<LocalMove> moves;
  for (const form::MoveSet& set : program.rearrangements) {
    add_copies(s, program, slice, set, moves);
  }
  s.moves = copy_of("moves", moves);
}

void build_exchanges(State& s, const form::Program& program, const Slice& slice) {
  std::vector<LocalMove> moves(s.moves.data(), s.moves.data() + s.moves.extent(0));
  ExchangeBuilder builder(s, program, slice);
  for (const form::MoveSet& set : program.exchanges) builder.add(set, moves);
  s.moves = copy_of("moves", moves);
  builder.finish();
}

}  // namespace weft::machine::ipu
