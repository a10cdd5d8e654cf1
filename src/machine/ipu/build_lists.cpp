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

Array<Piece> copy_of(const std::string& label, const std::vector<Piece>& values) {
  if (values.empty()) return Array<Piece>(label, 1);
  const Array<Piece> array = unset_array<Piece>(label, values.size());
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

/// State::moves while it is filled; how long it will be is known before, because it may be most of
/// what the state holds.
class MoveList {
 public:
  explicit MoveList(std::uint64_t count) : room_(count) {
    moves_ = count == 0 ? Array<LocalMove>("moves", 1) : unset_array<LocalMove>("moves", count);
  }
  std::uint64_t size() const { return size_; }
  void push_back(const LocalMove& move) {
    if (size_ == room_) fail(Category::internal, "ipu: more moves than were counted");
    moves_(size_++) = move;
  }
  /// The moves from `first` on.
  std::span<const LocalMove> since(std::uint64_t first) const {
    return {moves_.data() + first, size_ - first};
  }
  const Array<LocalMove>& array() const { return moves_; }

 private:
  Array<LocalMove> moves_;
  std::uint64_t room_ = 0;
  std::uint64_t size_ = 0;
};

using Places = std::pair<std::uint64_t, std::uint64_t>;  ///< [begin, end) of State::memory

/// Whether a move reads what another one writes.
bool reads_written(std::span<const LocalMove> moves) {
  std::vector<Places> written;
  written.reserve(moves.size());
  for (const LocalMove& move : moves) written.emplace_back(move.to, move.to + move.bytes);
  if (!std::is_sorted(written.begin(), written.end())) std::sort(written.begin(), written.end());
  for (const LocalMove& move : moves) {
    const std::uint64_t end = move.from + move.bytes;
    const auto after = std::lower_bound(written.begin(), written.end(), Places(end, end));
    if (after != written.begin() && std::prev(after)->second > move.from) return true;
  }
  return false;
}

/// The places that a tile's moves read, or write: from the first to the last.
struct Reach {
  std::uint64_t begin = ~std::uint64_t{0};
  std::uint64_t end = 0;
  void add(std::uint64_t place, std::uint64_t bytes) {
    begin = std::min(begin, place);
    end = std::max(end, place + bytes);
  }
  bool meets(const Reach& other) const { return begin < other.end && other.begin < end; }
};

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
  ExchangeBuilder(State& state, const form::Outline& outline, const Slice& slice)
      : s_(state),
        outline_(outline),
        slice_(slice),
        owner_(owners(slice)),
        local_(local_tiles(slice)) {}

  void add(const form::MoveSet& set, MoveList& moves) {
    LocalExchange exchange;
    outline_.moves.copy(set.first, set.count, all_);
    ExchangePlan plan = plan_exchange(s_.constants, outline_.program.tiles_per_ipu, all_);
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
    read_.assign(s_.tiles, {});
    written_.assign(s_.tiles, {});
    for (const form::Move& move : all_) {
      const std::uint32_t from = owner_[move.from_tile];
      const std::uint32_t to = owner_[move.to_tile];
      bool fresh = false;
      if (from == mine && to == mine) {
        add_inside(move, moves);
      } else if (from == mine) {
        const std::uint64_t offset = out[to].add(move, fresh);
        if (fresh) sends[to].push_back({from_place(move), offset, move.bytes});
      } else if (to == mine) {
        const std::uint64_t offset = in[from].add(move, fresh);
        receives[from].push_back({to_place(move), offset, move.bytes});
      }
    }
    exchange.inside.count = moves.size() - exchange.inside.first;
    exchange.staged = reads_meet_writes() && reads_written(moves.since(exchange.inside.first));
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
    return s_.base(local_[move.from_tile]) + move.from_address;
  }
  std::uint64_t to_place(const form::Move& move) const {
    return s_.base(local_[move.to_tile]) + move.to_address;
  }

  void add_inside(const form::Move& move, MoveList& moves) {
    const LocalMove made{from_place(move), to_place(move), move.bytes};
    read_[local_[move.from_tile]].add(made.from, made.bytes);
    written_[local_[move.to_tile]].add(made.to, made.bytes);
    moves.push_back(made);
  }
  /// Of some tile; where none's do, no move reads what another one writes.
  bool reads_meet_writes() const {
    for (std::uint32_t t = 0; t < s_.tiles; ++t) {
      if (read_[t].meets(written_[t])) return true;
    }
    return false;
  }

  State& s_;
  const form::Outline& outline_;
  std::vector<form::Move> all_;  ///< of the exchange that is added
  const Slice& slice_;
  std::vector<std::uint32_t> owner_;
  std::vector<std::uint32_t> local_;
  std::vector<Reach> read_, written_;  ///< [local tile]: of the exchange that is added
  std::vector<Piece> sends_;
  std::vector<Piece> receives_;
};

void add_copies(State& s, const form::Outline& outline, const Slice& slice,
                const form::MoveSet& set, MoveList& moves) {
  std::vector<form::Move> own;
  for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
    const form::Move move = outline.moves[m];
    if (holds(slice.tiles, slice.region, move.to_tile)) own.push_back(move);
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
    work.staged = reads_written(moves.since(work.first)) ? 1 : 0;
    tiles.push_back(work);
  }
  s.rearrangements.push_back(std::move(tiles));
}

/// Those that begin and end in the slice.
std::uint64_t count_moves(const form::Outline& outline, const Slice& slice) {
  const std::vector<std::uint32_t> local = local_tiles(slice);
  std::uint64_t count = 0;
  for (const auto* sets : {&outline.program.rearrangements, &outline.program.exchanges}) {
    for (const form::MoveSet& set : *sets) {
      for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
        const form::Move move = outline.moves[m];
        if (local[move.from_tile] != elsewhere && local[move.to_tile] != elsewhere) ++count;
      }
    }
  }
  return count;
}

}  // namespace

void build_moves(State& s, const form::Outline& outline, const Slice& slice) {
  MoveList moves(count_moves(outline, slice));
  for (const form::MoveSet& set : outline.program.rearrangements) {
    add_copies(s, outline, slice, set, moves);
  }
  ExchangeBuilder builder(s, outline, slice);
  for (const form::MoveSet& set : outline.program.exchanges) builder.add(set, moves);
  builder.finish();
  s.moves = moves.array();
}

}  // namespace weft::machine::ipu
