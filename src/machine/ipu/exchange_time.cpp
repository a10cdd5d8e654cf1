// SPDX-License-Identifier: Apache-2.0
// Buses and links: who is busiest decides.
#include "machine/ipu/exchange_time.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>
#include <utility>

namespace weft::machine::ipu {

namespace {

using program::ipu::Move;

constexpr std::uint64_t word_bytes = 4;
__extension__ using Wide = unsigned __int128;

std::uint64_t words_up(std::uint64_t bytes) {
  return (bytes + word_bytes - 1) / word_bytes * word_bytes;
}

Cycle divide_up(Wide numerator, Wide denominator) {
  return static_cast<Cycle>((numerator + denominator - 1) / denominator);
}

/// What leaves a tile for another IPU: places, merged, so that a multicast counts once.
struct Sent {
  std::uint32_t to = 0;  ///< the route
  std::uint32_t tile = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Bytes of the union of a sorted range of places of one (to, tile).
template <typename Each>
void union_bytes(const std::vector<Sent>& sent, const Each& each) {
  for (std::size_t i = 0; i < sent.size();) {
    std::uint64_t bytes = 0;
    std::size_t j = i;
    std::uint32_t begin = sent[i].begin;
    std::uint32_t end = sent[i].end;
    for (; j < sent.size() && sent[j].to == sent[i].to && sent[j].tile == sent[i].tile; ++j) {
      if (sent[j].begin > end) {
        bytes += words_up(end - begin);
        begin = sent[j].begin;
        end = sent[j].end;
      } else {
        end = std::max(end, sent[j].end);
      }
    }
    each(sent[i].to, sent[i].tile, bytes + words_up(end - begin));
    i = j;
  }
}

void sort(std::vector<Sent>& sent) {
  std::sort(sent.begin(), sent.end(), [](const Sent& a, const Sent& b) {
    return std::tie(a.to, a.tile, a.begin, a.end) < std::tie(b.to, b.tile, b.begin, b.end);
  });
}

/// Bytes that each tile sends, a word that several tiles take counted once.
class SentBytes {
 public:
  explicit SentBytes(std::span<const Move> moves) {
    for (const Move& move : moves) {
      if (move.from_tile >= first_.size()) first_.resize(std::size_t{move.from_tile} + 1, 0);
      ++first_[move.from_tile];
    }
    std::size_t before = 0;
    for (std::size_t& count : first_) before += std::exchange(count, before);
    std::vector<std::size_t> next = first_;
    first_.push_back(before);
    places_.resize(before);
    for (const Move& move : moves) {
      places_[next[move.from_tile]++] = {move.from_address, move.from_address + move.bytes};
    }
  }

  /// Calls each(tile, bytes) for the tiles that send, in order.
  template <typename Each>
  void each_tile(const Each& each) {
    for (std::size_t tile = 0; tile + 1 < first_.size(); ++tile) {
      const std::span own(places_.data() + first_[tile], first_[tile + 1] - first_[tile]);
      if (!own.empty()) each(static_cast<std::uint32_t>(tile), bytes_of(own));
    }
  }

  using Place = std::pair<std::uint32_t, std::uint32_t>;  ///< begin, end

 private:
  std::uint64_t bytes_of(std::span<Place> places) {
    const bool whole = std::all_of(places.begin(), places.end(), [](const Place& place) {
      return place.first % word_bytes == 0 && place.second % word_bytes == 0;
    });
    return whole ? marked(places) : merged(places);
  }
  /// Whole words: each of them leaves its mark.
  std::uint64_t marked(std::span<const Place> places) {
    std::uint32_t begin = places.front().first;
    std::uint32_t end = 0;
    for (const Place& place : places) {
      begin = std::min(begin, place.first);
      end = std::max(end, place.second);
    }
    marks_.assign((end - begin) / word_bytes / mark_bits + 1, 0);
    for (const Place& place : places) {
      mark((place.first - begin) / word_bytes, (place.second - begin) / word_bytes);
    }
    std::uint64_t words = 0;
    for (const std::uint64_t word : marks_)
      words += static_cast<std::uint64_t>(std::popcount(word));
    return words * word_bytes;
  }
  void mark(std::uint64_t begin, std::uint64_t end) {
    while (begin < end) {
      const std::uint64_t low = begin % mark_bits;
      const std::uint64_t count = std::min(end - begin, mark_bits - low);
      const std::uint64_t bits =
          count == mark_bits ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      marks_[begin / mark_bits] |= bits << low;
      begin += count;
    }
  }
  static std::uint64_t merged(std::span<Place> places) {
    std::sort(places.begin(), places.end());
    std::uint64_t bytes = 0;
    auto [begin, end] = places.front();
    for (const Place& place : places) {
      if (place.first > end) {
        bytes += words_up(end - begin);
        begin = place.first;
      }
      end = std::max(end, place.second);
    }
    return bytes + words_up(end - begin);
  }

  static constexpr std::uint64_t mark_bits = 64;
  std::vector<std::size_t> first_;  ///< [tile]: of its places
  std::vector<Place> places_;
  std::vector<std::uint64_t> marks_;  ///< a bit a word
};

/// Moves of one receiver.
struct Receiver {
  std::uint32_t tile = 0;
  std::size_t first = 0;
  std::size_t count = 0;
  std::uint64_t bytes = 0;
};

std::vector<Receiver> receivers(std::span<const Move> moves) {
  std::vector<Receiver> list;
  for (std::size_t m = 0; m < moves.size(); ++m) {
    if (list.empty() || list.back().tile != moves[m].to_tile) {
      list.push_back({moves[m].to_tile, m, 0, 0});
    }
    ++list.back().count;
    list.back().bytes += words_up(moves[m].bytes);
  }
  return list;
}

bool same_words(std::span<const Move> moves, const Receiver& a, const Receiver& b) {
  if (a.count != b.count) return false;
  for (std::size_t i = 0; i < a.count; ++i) {
    const Move& x = moves[a.first + i];
    const Move& y = moves[b.first + i];
    if (x.from_tile != y.from_tile || x.from_address != y.from_address || x.bytes != y.bytes) {
      return false;
    }
  }
  return true;
}

/// Whether all tiles of receiver r's bus take the very words that r takes.
bool shares_bus(const Constants& c, std::span<const Move> moves, const std::vector<Receiver>& all,
                std::size_t r) {
  if (!c.shared_bus_double_rate || c.tiles_per_shared_bus < 2) return false;
  const std::uint32_t first_tile = all[r].tile / c.tiles_per_shared_bus * c.tiles_per_shared_bus;
  const std::size_t back = all[r].tile - first_tile;
  if (back > r || all[r - back].tile != first_tile) return false;
  const std::size_t first = r - back;
  if (first + c.tiles_per_shared_bus > all.size()) return false;
  for (std::uint32_t k = 0; k < c.tiles_per_shared_bus; ++k) {
    const Receiver& other = all[first + k];
    if (other.tile != first_tile + k || !same_words(moves, all[r], other)) return false;
  }
  return true;
}

/// A directed link group: from an IPU, along its rung or its rail up or down.
enum class Way : std::uint32_t { rung, up, down };

Cycle link_cycles(const Constants& c, const std::vector<Sent>& flows) {
  std::map<std::pair<std::uint32_t, Way>, std::uint64_t> load;
  union_bytes(flows, [&](std::uint32_t route, std::uint32_t, std::uint64_t bytes) {
    std::uint32_t from = route >> 16U;
    const std::uint32_t to = route & 0xffffU;
    if ((from ^ to) & 1U) {
      load[{from, Way::rung}] += bytes;
      from ^= 1U;
    }
    for (; from != to; from = from < to ? from + 2 : from - 2) {
      load[{from, from < to ? Way::up : Way::down}] += bytes;
    }
  });
  Cycle most = 0;
  for (const auto& [group, bytes] : load) {
    const std::uint64_t links = group.second == Way::rung ? c.rung_links : c.rail_links;
    const auto numerator = static_cast<Wide>(bytes) * c.clock_hz *
                           static_cast<std::uint64_t>(c.link_efficiency.denominator);
    const auto denominator = static_cast<Wide>(c.link_bytes_per_second) * links *
                             static_cast<std::uint64_t>(c.link_efficiency.numerator);
    most = std::max(most, divide_up(numerator, denominator));
  }
  return most;
}

Cycle bus_cycles(const Constants& c, std::uint64_t bytes, std::uint64_t share) {
  const auto& eta = c.exchange_efficiency;
  return divide_up(static_cast<Wide>(bytes) * static_cast<std::uint64_t>(eta.denominator),
                   static_cast<Wide>(c.exchange_bytes_per_cycle) * share *
                       static_cast<std::uint64_t>(eta.numerator));
}

void add_traffic(std::vector<TileTraffic>& traffic) {
  std::sort(traffic.begin(), traffic.end(),
            [](const TileTraffic& a, const TileTraffic& b) { return a.tile < b.tile; });
  std::size_t kept = 0;
  for (const TileTraffic& t : traffic) {
    if (kept > 0 && traffic[kept - 1].tile == t.tile) {
      traffic[kept - 1].sent_bytes += t.sent_bytes;
      traffic[kept - 1].received_bytes += t.received_bytes;
    } else {
      traffic[kept++] = t;
    }
  }
  traffic.resize(kept);
}

}  // namespace

ExchangePlan plan_exchange(const Constants& c, std::uint32_t tiles_per_ipu,
                           std::span<const Move> moves) {
  ExchangePlan plan;
  Cycle busiest = 0;
  const std::vector<Receiver> list = receivers(moves);
  for (std::size_t r = 0; r < list.size(); ++r) {
    const std::uint64_t share = shares_bus(c, moves, list, r) ? c.tiles_per_shared_bus : 1;
    busiest = std::max(busiest,
                       bus_cycles(c, list[r].bytes, share) + c.exchange_run_cycles * list[r].count);
    plan.traffic.push_back({list[r].tile, 0, list[r].bytes});
  }
  std::vector<Sent> links;
  for (const Move& move : moves) {
    const std::uint32_t from = move.from_tile / tiles_per_ipu;
    const std::uint32_t to = move.to_tile / tiles_per_ipu;
    if (from == to) continue;
    links.push_back(
        {from << 16U | to, move.from_tile, move.from_address, move.from_address + move.bytes});
  }
  SentBytes(moves).each_tile([&](std::uint32_t tile, std::uint64_t bytes) {
    busiest = std::max(busiest, bus_cycles(c, bytes, 1));
    plan.traffic.push_back({tile, bytes, 0});
  });
  add_traffic(plan.traffic);
  plan.time.on_chip_cycles = moves.empty() ? 0 : c.exchange_fixed_cycles + busiest;
  if (!links.empty()) {
    sort(links);
    plan.time.between_ipus = true;
    plan.time.global_cycles = c.link_fixed_cycles + link_cycles(c, links);
  }
  return plan;
}

std::uint64_t planning_bytes(std::uint64_t moves, std::uint64_t between_ipus) {
  return moves * sizeof(SentBytes::Place) + between_ipus * sizeof(Sent);
}

Cycle host_exchange_cycles(const Constants& c, std::span<const std::uint64_t> bytes) {
  std::uint64_t most = 0;
  for (const std::uint64_t b : bytes) most = std::max(most, b);
  return most == 0 ? 0 : c.exchange_fixed_cycles + bus_cycles(c, words_up(most), 1);
}

}  // namespace weft::machine::ipu
