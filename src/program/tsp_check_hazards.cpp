// SPDX-License-Identifier: Apache-2.0
// Runs that touch the same words or accumulator rows: which of their elements keep their order.
#include <algorithm>
#include <span>

#include "program/tsp_check_needs.hpp"

namespace weft::program::tsp::checks {
namespace {

/// Elements [first, end) of a block of a run.
struct Elements {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

std::int64_t ceiling(std::int64_t a, std::int64_t b) { return a > 0 ? (a - 1) / b + 1 : -(-a / b); }

/// Of `count` elements from `first` on, the first at `address`, every `stride`: those in [least,
/// most].
Elements within(std::uint32_t first, std::uint32_t count, std::int64_t address, std::int64_t stride,
                std::int64_t least, std::int64_t most) {
  if (stride == 0)
    return address < least || address > most ? Elements{} : Elements{first, first + count};
  const bool up = stride > 0;
  const std::int64_t step = up ? stride : -stride;
  const std::int64_t from = ceiling(up ? least - address : address - most, step);
  const std::int64_t past = ceiling(up ? most + 1 - address : address - least + 1, step);
  const std::int64_t begin = std::clamp<std::int64_t>(from, 0, count);
  const std::int64_t end = std::clamp<std::int64_t>(past, begin, count);
  return {first + static_cast<std::uint32_t>(begin), first + static_cast<std::uint32_t>(end)};
}

class Hazards {
 public:
  explicit Hazards(Work& work) : work_(work) {}

  std::vector<Need> run() {
    for (const Hazard& hazard : work_.hazards) add(hazard);
    std::sort(found_.begin(), found_.end(), [](const Need& a, const Need& b) {
      if (a.consumer != b.consumer) return a.consumer < b.consumer;
      return a.first != b.first ? a.first < b.first : a.producer_first < b.producer_first;
    });
    return std::move(found_);
  }

 private:
  struct Access {
    std::int64_t address;
    std::int64_t time;
    std::uint32_t instruction;
    std::uint32_t element;
    bool writes;
  };

  void add(const Hazard& hazard) {
    const auto [a, b] = hazard;
    ++work_.examined;
    const auto [a_least, a_most] = range_of(a);
    const auto [b_least, b_most] = range_of(b);
    const std::int64_t least = std::max(a_least, b_least);
    const std::int64_t most = std::min(a_most, b_most);
    if (least > most) return;
    list_.clear();
    collect(a, least, most);
    collect(b, least, most);
    std::sort(list_.begin(), list_.end(), [](const Access& x, const Access& y) {
      if (x.address != y.address) return x.address < y.address;
      return x.time != y.time ? x.time < y.time : x.instruction < y.instruction;
    });
    needs_.clear();
    for (std::size_t first = 0, end = 0; first < list_.size(); first = end) {
      while (end < list_.size() && list_[end].address == list_[first].address) ++end;
      order_accesses(std::span(list_).subspan(first, end - first));
    }
    append();
  }

  /// Where the data says where, it may be anywhere.
  static bool goes_anywhere(const Instruction& i) {
    return i.opcode == Opcode::gather || i.opcode == Opcode::scatter;
  }

  std::pair<std::int64_t, std::int64_t> range_of(std::uint32_t index) const {
    const Instruction& i = work_.at(index);
    if (goes_anywhere(i)) return {0, words_a_bank - 1};
    return address_range(i);
  }

  /// Elements whose address is in [least, most].
  void collect(std::uint32_t index, std::int64_t least, std::int64_t most) {
    const Instruction& i = work_.at(index);
    const bool writes = i.opcode != Opcode::read && i.opcode != Opcode::gather;
    const auto take = [&](const Elements& elements) {
      look_at(std::uint64_t{elements.end - elements.first} + 1);
      for (std::uint32_t element = elements.first; element < elements.end; ++element) {
        list_.push_back(
            {i.address_of(element), time_of(work_, i, element), index, element, writes});
      }
    };
    if (goes_anywhere(i)) return take({0, i.count});
    for (std::uint32_t first = 0; first < i.count;) {
      const std::uint32_t count = std::min(i.inner, i.count - first);
      take(within(first, count, i.address_of(first), i.stride, least, most));
      first += count;
    }
  }

  void look_at(std::uint64_t elements) {
    work_.enumerate(elements);
    work_.examined += elements;
  }

  /// Of one address, by time: a reader after the last writer, a writer after all since that.
  void order_accesses(std::span<const Access> list) {
    std::size_t last_writer = list.size();
    for (std::size_t x = 0; x < list.size(); ++x) {
      const Access& later = list[x];
      const std::size_t from = last_writer == list.size() ? 0 : last_writer;
      for (std::size_t y = from; y < x; ++y) {
        if (!later.writes && y != last_writer) break;
        if (list[y].instruction == later.instruction) continue;
        needs_.push_back({later.instruction, later.element, 1, list[y].instruction,
                          std::int64_t{list[y].element}, 1});
      }
      if (later.writes) last_writer = x;
    }
  }

  /// Joins what goes on element by element.
  void append() {
    std::sort(needs_.begin(), needs_.end(), [](const Need& a, const Need& b) {
      if (a.consumer != b.consumer) return a.consumer < b.consumer;
      return a.first != b.first ? a.first < b.first : a.producer_first < b.producer_first;
    });
    for (const Need& one : needs_) {
      if (!found_.empty()) {
        Need& last = found_.back();
        const bool next = last.consumer == one.consumer && last.producer == one.producer &&
                          last.end() == one.first &&
                          last.producer_first + std::int64_t{last.count} == one.producer_first;
        if (next) {
          ++last.count;
          continue;
        }
      }
      found_.push_back(one);
    }
  }

  Work& work_;
  std::vector<Access> list_;
  std::vector<Need> needs_;  ///< of a hazard
  std::vector<Need> found_;
};

}  // namespace

std::vector<Need> needs_of_hazards(Work& work) { return Hazards(work).run(); }

}  // namespace weft::program::tsp::checks
