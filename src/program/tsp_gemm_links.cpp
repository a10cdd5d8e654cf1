// SPDX-License-Identifier: Apache-2.0
// Finds cycles for a split product's exchanges in which nothing that they want is taken.
#include "program/tsp_gemm_links.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_links.hpp"

namespace weft::program::tsp {
namespace {

/// Reads and writes of all slices: of either one a cycle, and not both of one bank.
class SliceUse {
 public:
  explicit SliceUse(const Schedule& schedule) : uses_(queues) {
    for (const Instruction& one : schedule.instructions) {
      const bool writes = one.opcode == Opcode::write || one.opcode == Opcode::scatter;
      if (!writes && one.opcode != Opcode::read && one.opcode != Opcode::gather) continue;
      for (std::uint32_t k = 0; k < one.count; ++k) {
        uses_[one.queue][writes ? 1 : 0].emplace(one.cycle + Cycle{k} * one.interval_cycles,
                                                 one.bank);
      }
    }
  }

  bool is_free(const Place& place, bool writes, Cycle cycle) const {
    const auto& of_slice = uses_[queue(place)];
    if (of_slice[writes ? 1 : 0].count(cycle) != 0) return false;
    const auto other = of_slice[writes ? 0 : 1].find(cycle);
    return other == of_slice[writes ? 0 : 1].end() || other->second != place.bank;
  }
  void take(const Place& place, bool writes, Cycle cycle) {
    uses_[queue(place)][writes ? 1 : 0].emplace(cycle, place.bank);
  }

 private:
  static std::uint32_t queue(const Place& place) {
    return number_of({Unit::mem, place.hemisphere, static_cast<std::uint8_t>(place.slice), 0});
  }
  std::vector<std::array<std::map<Cycle, std::uint8_t>, 2>> uses_;  ///< [queue][writes]
};

/// When the streams on which sums take their parts are driven, in the half of the chip where they
/// lead to the VXM: weights may cross it there. A value keeps its phase: cycle less stop, or plus.
class PartStreams {
 public:
  PartStreams(const Timing& timing, const Schedule& schedule) {
    for (const Instruction& one : schedule.instructions) {
      const StreamGroup& group = one.result;
      const std::uint32_t stop = stop_of(queue_of(one.queue));
      const bool east = group.direction == Direction::east;
      const bool inwards = east ? stop < vxm_stop : stop > vxm_stop;
      if (!inwards || group.first + group.width <= gemm_streams::parts ||
          group.first >= gemm_streams::parts + 2 * planes_an_element) {
        continue;
      }
      for (std::uint32_t k = 0; k < one.count; ++k) {
        const Cycle driven =
            one.cycle + Cycle{k} * one.interval_cycles + result_delay_cycles(timing, one);
        phases_[east ? 0 : 1].insert(phase(east, stop, driven));
      }
    }
  }
  /// For `count` cycles from `cycle` on, at the VXM, from a hemisphere.
  bool are_free(Hemisphere from, Cycle cycle, std::uint32_t count) const {
    const bool east = from == Hemisphere::west;
    const std::int64_t first = phase(east, vxm_stop, cycle);
    const auto next = phases_[east ? 0 : 1].lower_bound(first);
    return next == phases_[east ? 0 : 1].end() || *next >= first + std::int64_t{count};
  }

 private:
  static std::int64_t phase(bool east, std::uint32_t stop, Cycle cycle) {
    const auto at = static_cast<std::int64_t>(cycle);
    return east ? at - std::int64_t{stop} : at + std::int64_t{stop};
  }
  std::array<std::set<std::int64_t>, 2> phases_;
};

/// From when on each word of a bank can be read, by (queue, bank); 0: nothing writes it.
class ReadyWords {
 public:
  ReadyWords(const Timing& timing, const Schedule& schedule) {
    for (const Instruction& one : schedule.instructions) {
      if (one.opcode != Opcode::write) continue;
      auto& words = ready_[{one.queue, one.bank}];
      words.resize(words_a_bank, 0);
      for (std::uint32_t k = 0; k < one.count; ++k) {
        Cycle& word = words.at(static_cast<std::size_t>(one.address_of(k)));
        word = std::max(word, one.cycle + Cycle{k} * one.interval_cycles + timing.mem_write_cycles);
      }
    }
  }
  /// Of all bytes of a piece's word.
  Cycle of(const Piece& piece, std::uint32_t word) const {
    Cycle last = 0;
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      const auto queue = static_cast<std::uint16_t>(
          number_of({Unit::mem, piece.hemisphere, piece.slices.at(byte), 0}));
      const auto address = std::int64_t{piece.address} + std::int64_t{word} * piece.stride;
      last = std::max(last, ready_.at({queue, piece.bank}).at(static_cast<std::size_t>(address)));
    }
    return last;
  }

 private:
  std::map<std::pair<std::uint16_t, std::uint8_t>, std::vector<Cycle>> ready_;
};

std::vector<GemmBlock> blocks_of(const Timing& timing, const GemmLocal& local) {
  const ReadyWords ready(timing, local.scheduled.program.schedules.at(0));
  std::vector<GemmBlock> out;
  for (const GemmPart& part : local.parts) {
    for (const Piece& piece : local.find(part.result).pieces) {
      for (std::uint32_t word = 0; word < piece.words; ++word) {
        const Cycle cycle = ready.of(piece, word);
        const bool follows = word > 0 && cycle == out.back().ready + 1;
        if (!follows) out.push_back({&part, &piece, word, 0, 0});
        ++out.back().count;
        out.back().ready = cycle;
      }
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const GemmBlock& a, const GemmBlock& b) { return a.ready < b.ready; });
  return out;
}

class Timetabler {
 public:
  Timetabler(const Timing& timing, const GemmLocal& local, std::uint32_t rows, Cycle aligned)
      : timing_(timing),
        use_(local.scheduled.program.schedules.at(0)),
        streams_(timing, local.scheduled.program.schedules.at(0)),
        rows_(rows),
        link_free_(aligned) {}

  GemmTimetable run(const std::vector<GemmBlock>& blocks) {
    GemmTimetable out;
    std::uint64_t all = 0;
    for (const GemmBlock& block : blocks) all += block.count;
    // Twice what the links would take by themselves, and the chip's own time.
    const Cycle ready = blocks.empty() ? 0 : blocks.back().ready;
    flight_ = crossing_cycles(timing_, ready + 2 * all * link_element_cycles + 20'000);
    out.flight_cycles = flight_;
    for (const GemmBlock& block : blocks) {
      out.exchanges.push_back({block, {}, {}, {}, {}});
      make_room(out.exchanges.back());
    }
    for (std::uint32_t d = 1; d < rows_; ++d) fill_link(out.exchanges, d);
    std::stable_sort(
        out.exchanges.begin(), out.exchanges.end(),
        [&](const GemmExchange& a, const GemmExchange& b) { return arrived(a) < arrived(b); });
    for (GemmExchange& one : out.exchanges) add_parts(one);
    return out;
  }

 private:
  static std::size_t side(Hemisphere hemisphere) { return hemisphere == Hemisphere::west ? 0 : 1; }
  std::uint32_t most_rows(const GemmBlock& block) const {
    std::uint32_t most = 0;
    for (std::uint32_t r = 0; r < rows_; ++r) most = std::max(most, block.count_of(r, rows_));
    return most;
  }

  /// Room in one of the groups next to the VXM. Banks take turns: what comes in does not meet what
  /// is read.
  Vectors room(Hemisphere hemisphere, std::uint32_t group, std::uint32_t turn,
               std::uint32_t count) {
    const auto bank = static_cast<std::uint8_t>(turn % banks_a_slice);
    std::uint32_t& next = next_[side(hemisphere)].at(group).at(bank);
    if (next + count > words_a_bank) {
      fail(Category::limit, "a product on several chips: its sums fill the slices next to the VXM");
    }
    const Vectors out{{hemisphere, group}, bank, next, count};
    next += count;
    return out;
  }

  static Place own(const GemmBlock& block, std::uint32_t byte) {
    return {block.piece->hemisphere, block.piece->slices.at(byte), block.piece->bank, 0, 1};
  }

  void make_room(GemmExchange& one) {
    const Hemisphere hemisphere = one.block.piece->hemisphere;
    const std::uint32_t turn = turns_[side(hemisphere)]++;
    for (std::uint32_t d = 1; d < rows_; ++d) {
      one.received.push_back(room(hemisphere, 0, turn, most_rows(one.block)));
    }
    one.runs.resize(rows_ - 1);
  }

  /// A value needs a read and at most the whole chip to its link.
  Cycle first_send(const GemmBlock& block) const {
    return block.ready + timing_.mem_read_cycles + stops;
  }

  /// A link takes rows of the block at hand as long as they can go, and otherwise of the one that
  /// has waited longest: a block whose slices are read all the time holds up no other.
  void fill_link(std::vector<GemmExchange>& exchanges, std::uint32_t d) {
    std::vector<std::uint32_t> gone(exchanges.size(), 0);
    std::size_t hand = 0;
    std::size_t first = 0;  // all before it are over
    for (Cycle at = link_free_;;) {
      const auto can = [&](std::size_t n) {
        const GemmExchange& one = exchanges[n];
        return gone[n] < most_rows(one.block) && first_send(one.block) <= at &&
               can_go(one.block, one.received[d - 1], at);
      };
      while (first < exchanges.size() && gone[first] == most_rows(exchanges[first].block)) ++first;
      if (first == exchanges.size()) break;
      if (!can(hand)) {
        hand = first;
        while (hand < exchanges.size() && first_send(exchanges[hand].block) <= at && !can(hand)) {
          ++hand;
        }
        if (hand == exchanges.size() || first_send(exchanges[hand].block) > at) {
          hand = first;
          at = std::max(at + 1, first_send(exchanges[first].block));
          continue;
        }
      }
      send_row(exchanges[hand], d, gone[hand]++, at);
      at += link_element_cycles;
    }
  }

  void send_row(GemmExchange& one, std::uint32_t d, std::uint32_t row, Cycle at) {
    go(one.block, one.received[d - 1], at);
    std::vector<GemmRun>& runs = one.runs[d - 1];
    GemmRun* last = runs.empty() ? nullptr : &runs.back();
    if (last != nullptr && last->sent + Cycle{last->count} * link_element_cycles == at) {
      ++last->count;
    } else {
      runs.push_back({row, 1, at});
    }
  }

  /// Reads of the four bytes, by whichever side they leave, and writes where they arrive.
  template <typename Body>
  void each_access(const GemmBlock& block, const Vectors& into, Cycle sent, const Body& body) {
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      const Cycle at = sent + Cycle{byte} * link_vector_cycles;
      const Place from = own(block, byte);
      for (const Hemisphere to : {Hemisphere::west, Hemisphere::east}) {
        body(from, false, at - timing_.mem_read_cycles - stops_from(to, stop_of(from)));
      }
      const Place place = into.group.byte(byte, into.bank, 0);
      body(place, true, at + flight_ + written_after(timing_, stop_of(place)));
    }
  }

  /// On a link's side no two vectors come by at once, and none is driven at once: what differs
  /// between ways to the one and the other hemisphere is two cycles.
  bool can_go(const GemmBlock& block, const Vectors& into, Cycle sent) {
    bool free = true;
    each_access(block, into, sent, [&](const Place& place, bool writes, Cycle cycle) {
      free = free && use_.is_free(place, writes, cycle);
    });
    for (std::uint32_t byte = 0; free && byte < planes_an_element; ++byte) {
      const Cycle at = sent + Cycle{byte} * link_vector_cycles;
      const auto near = sends_.lower_bound(at - 2);
      free = near == sends_.end() || *near > at + 2;
    }
    return free;
  }
  void go(const GemmBlock& block, const Vectors& into, Cycle sent) {
    each_access(block, into, sent, [&](const Place& place, bool writes, Cycle cycle) {
      use_.take(place, writes, cycle);
    });
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      sends_.insert(sent + Cycle{byte} * link_vector_cycles);
    }
  }

  /// The own part and the first that came, then the sum and the next one, and so on.
  void add_parts(GemmExchange& one) {
    const std::uint32_t most = most_rows(one.block);
    const Hemisphere hemisphere = one.block.piece->hemisphere;
    for (std::uint32_t n = 0; n + 1 < rows_; ++n) {
      const Vectors& part = one.received[rows_ - 2 - n];  // of the chip n + 1 behind
      const Vectors sum = rows_ == 2 ? room(hemisphere, 0, part.bank + 1U, most)
                                     : room(hemisphere, 1 + n % 2, sums_[side(hemisphere)]++, most);
      Cycle at = std::max(sums_free_[side(hemisphere)], arrived(one) + stops);
      if (n > 0) at = std::max(at, one.starts.back() + most + settle());
      while (!can_sum(one, n, part, sum, at)) ++at;
      each_sum_access(one, n, part, sum, at, [&](const Place& place, bool writes, Cycle cycle) {
        use_.take(place, writes, cycle);
      });
      one.sums.push_back(sum);
      one.starts.push_back(at);
      sums_free_[side(hemisphere)] = at + most;
    }
  }
  Cycle settle() const {
    return timing_.vxm_entry_cycles + timing_.vxm_operation_cycles + timing_.mem_write_cycles +
           timing_.mem_read_cycles + stops;
  }
  Cycle arrived(const GemmExchange& one) const {
    Cycle last = 0;
    for (const auto& runs : one.runs) {
      for (const GemmRun& run : runs) {
        last = std::max(last, run.sent + Cycle{run.count} * link_element_cycles);
      }
    }
    return last + flight_ + written_after(timing_, 0) + timing_.mem_write_cycles;
  }

  template <typename Body>
  void each_sum_access(const GemmExchange& one, std::uint32_t n, const Vectors& part,
                       const Vectors& sum, Cycle start, const Body& body) {
    const Cycle driven = start + timing_.vxm_entry_cycles + timing_.vxm_operation_cycles;
    for (std::uint32_t row = 0; row < part.count; ++row) {
      for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
        const Place first = n == 0 ? own(one.block, byte)
                                   : one.sums[n - 1].group.byte(byte, one.sums[n - 1].bank, 0);
        for (const Place& from : {first, part.group.byte(byte, part.bank, 0)}) {
          const Cycle lead = timing_.mem_read_cycles + to_vxm(from);
          body(from, false, start + row - lead);
        }
        const Place to = sum.group.byte(byte, sum.bank, 0);
        body(to, true, driven + row + to_vxm(to));
      }
    }
  }
  static Cycle to_vxm(const Place& place) {
    const std::uint32_t stop = stop_of(place);
    return stop < vxm_stop ? vxm_stop - stop : stop - vxm_stop;
  }
  bool can_sum(const GemmExchange& one, std::uint32_t n, const Vectors& part, const Vectors& sum,
               Cycle start) {
    bool free = streams_.are_free(one.block.piece->hemisphere, start, part.count);
    each_sum_access(one, n, part, sum, start, [&](const Place& place, bool writes, Cycle cycle) {
      free = free && use_.is_free(place, writes, cycle);
    });
    return free;
  }

  const Timing& timing_;
  SliceUse use_;
  PartStreams streams_;
  std::uint32_t rows_;
  Cycle flight_ = 0;
  Cycle link_free_ = 0;  ///< from then on
  std::set<Cycle> sends_;
  std::array<std::uint32_t, 2> turns_{};  ///< of banks, by hemisphere
  std::array<std::uint32_t, 2> sums_{};
  std::array<Cycle, 2> sums_free_{};
  std::array<std::array<std::array<std::uint32_t, banks_a_slice>, 3>, 2> next_{};
};

}  // namespace

std::uint32_t stops_from(Hemisphere side, std::uint32_t stop) {
  const std::uint32_t at = stop_of(Queue{Unit::c2c, side, 0, 0});
  return at < stop ? stop - at : at - stop;
}

Cycle written_after(const Timing& timing, std::uint32_t stop) {
  return timing.sxm_crossing_cycles +
         std::max(stops_from(Hemisphere::west, stop), stops_from(Hemisphere::east, stop));
}

GemmTimetable time_gemm(const Timing& timing, const GemmLocal& local, std::uint32_t rows,
                        Cycle aligned) {
  return Timetabler(timing, local, rows, aligned).run(blocks_of(timing, local));
}

}  // namespace weft::program::tsp
