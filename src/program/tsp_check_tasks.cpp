// SPDX-License-Identifier: Apache-2.0
// Runs in an order in which they can be computed whole, or split where they can't.
//
// Every element has an order: four times the cycle in which it takes its operands; what changes
// state comes just before the first cycle that sees it. An element's order is above those of all
// elements that it needs. A task has its first element's, so a run must be cut where one of its
// elements needs a task that begins at or after the run's own, or whose first element has not come
// as far as the run's stop when the run begins: between stops there may be a cut, and what is not
// through it is not there.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <unordered_map>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

/// Elements [first, first + count) of `consumer` come after elements producer_first + j *
/// producer_step of `producer`.
struct Need {
  std::uint32_t consumer = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t producer = 0;
  std::int64_t producer_first = 0;
  std::int64_t producer_step = 1;
  bool flows = false;  ///< on streams: what is needed travels
};

Need need_of(const Edge& edge) {
  return {edge.consumer,       edge.first,         edge.count,    edge.producer,
          edge.producer_first, edge.producer_step, edge.width > 0};
}

/// What tasks are ordered by.
struct Order {
  std::int64_t time = 0;
  std::uint32_t queue = 0;
  std::uint32_t instruction = 0;
  std::uint32_t first = 0;
  friend auto operator<=>(const Order&, const Order&) = default;
};

class Tasks {
 public:
  Tasks(Work& work, const std::vector<Edge>& edges) : work_(work), edges_(edges) {}

  std::vector<Task> run() {
    starts_.reserve(work_.size());
    for (std::uint32_t index = 0; index < work_.size(); ++index) {
      starts_.push_back(packed(order_of(index, 0)));
    }
    for (const ForcedCut& cut : work_.cuts) cut_at(cut.instruction, cut.element);
    for (std::uint32_t index = 0; index < work_.size(); ++index) cut_repeats(index);
    for (const Hazard& hazard : work_.hazards) add_hazard(hazard);
    const auto edges = static_cast<std::uint32_t>(edges_.size());
    const auto needs = edges + static_cast<std::uint32_t>(needs_.size());
    dirty_.clear();
    for (std::uint32_t n = 0; n < needs; ++n) settle(n, 0);
    while (!dirty_.empty()) {
      const auto [instruction, element] = dirty_.front();
      dirty_.pop_front();
      for (const std::uint32_t n : needs_from(instruction)) settle_from(n, element);
    }
    return listed();
  }

 private:
  std::int64_t time_of(const Instruction& i, std::uint32_t element) const {
    const auto cycle = static_cast<std::int64_t>(dispatch_cycle(i, element));
    const auto effect = static_cast<std::int64_t>(effect_delay_cycles(work_.timing, i));
    switch (i.opcode) {
      case Opcode::write:
      case Opcode::scatter:
      case Opcode::load_weights:
        return 4 * (cycle + effect) - 2;
      case Opcode::install_weights:
        return effect == 0 ? 4 * cycle - 1 : 4 * (cycle + effect - 1) + 1;
      default:
        return 4 * cycle;
    }
  }

  Order order_of(std::uint32_t instruction, std::uint32_t first) const {
    const Instruction& i = work_.at(instruction);
    return {time_of(i, first), i.queue, instruction, first};
  }

  /// Time and queue in one number.
  static std::uint64_t packed(const Order& order) {
    constexpr std::int64_t least = 4;  // times begin above -4
    return static_cast<std::uint64_t>(order.time + least) << 8U | order.queue;
  }

  /// First element of the task that holds `element`.
  std::uint32_t start_of(std::uint32_t instruction, std::uint32_t element) const {
    if (cuts_.empty()) return 0;
    const auto found = cuts_.find(instruction);
    if (found == cuts_.end()) return 0;
    const std::vector<std::uint32_t>& cuts = found->second;
    const auto after = std::upper_bound(cuts.begin(), cuts.end(), element);
    return after == cuts.begin() ? 0 : *(after - 1);
  }
  std::uint32_t end_of(std::uint32_t instruction, std::uint32_t element) const {
    if (cuts_.empty()) return work_.at(instruction).count;
    const auto found = cuts_.find(instruction);
    if (found == cuts_.end()) return work_.at(instruction).count;
    const auto after = std::upper_bound(found->second.begin(), found->second.end(), element);
    return after == found->second.end() ? work_.at(instruction).count : *after;
  }

  void cut_at(std::uint32_t instruction, std::uint32_t element) {
    std::vector<std::uint32_t>& cuts = cuts_[instruction];
    const auto place = std::lower_bound(cuts.begin(), cuts.end(), element);
    if (place != cuts.end() && *place == element) return;
    cuts.insert(place, element);
    work_.enumerate(1);
    dirty_.emplace_back(instruction, element);
  }

  /// Tasks write a word or a row once.
  void cut_repeats(std::uint32_t index) {
    const Instruction& i = work_.at(index);
    const bool writes = i.opcode == Opcode::write || i.opcode == Opcode::accumulate;
    if (!writes || !repeats_address(i)) return;
    work_.enumerate(i.count);
    std::unordered_map<std::int64_t, std::uint32_t> task_of;  // address -> task that wrote it last
    std::uint32_t task = 0;
    for (std::uint32_t element = 0; element < i.count; ++element) {
      const auto [last, added] = task_of.try_emplace(i.address_of(element), task);
      if (!added && last->second == task) {
        ++task;
        cut_at(index, element);
      }
      last->second = task;
    }
  }

  Need need(std::uint32_t n) const {
    return n < edges_.size() ? need_of(edges_[n]) : needs_[n - edges_.size()];
  }

  /// Those whose producer is `instruction`.
  std::span<const std::uint32_t> needs_from(std::uint32_t instruction) {
    if (by_producer_.empty()) index_producers();
    const std::uint32_t first = producer_first_[instruction];
    return std::span(by_producer_).subspan(first, producer_first_[instruction + 1] - first);
  }

  void index_producers() {
    const auto all = static_cast<std::uint32_t>(edges_.size() + needs_.size());
    producer_first_.assign(work_.size() + 1, 0);
    for (std::uint32_t n = 0; n < all; ++n) ++producer_first_[need(n).producer + 1];
    for (std::uint32_t i = 0; i < work_.size(); ++i) producer_first_[i + 1] += producer_first_[i];
    by_producer_.resize(all);
    std::vector<std::uint32_t> place = producer_first_;
    for (std::uint32_t n = 0; n < all; ++n) by_producer_[place[need(n).producer]++] = n;
  }

  /// Elements of the producer from `element` on are in another task now.
  void settle_from(std::uint32_t n, std::uint32_t element) {
    const Need one = need(n);
    const std::int64_t before = std::int64_t{element} - one.producer_first;
    std::uint32_t skipped = 0;
    if (one.producer_step > 0 && before > 0) {
      const std::int64_t k = (before + one.producer_step - 1) / one.producer_step;
      if (k >= std::int64_t{one.count}) return;
      skipped = static_cast<std::uint32_t>(k);
    }
    settle(n, skipped);
  }

  /// Cycles from a producer's dispatch to the one in which the consumer's stop has its result.
  Cycle travel_cycles(const Need& one) const {
    if (!one.flows) return 0;
    const auto stop = [&](std::uint32_t index) {
      return static_cast<int>(stop_at(work_.at(index).queue));
    };
    const int hops = std::abs(stop(one.producer) - stop(one.consumer));
    return result_delay_cycles(work_.timing, work_.at(one.producer)) + static_cast<Cycle>(hops);
  }

  /// The producer's task from `producer` on has come to the consumer when its task from `consumer`
  /// on begins.
  bool has_come(const Need& one, Cycle travel, std::uint32_t producer,
                std::uint32_t consumer) const {
    if (!one.flows) return true;
    return dispatch_cycle(work_.at(one.producer), producer) + travel <=
           dispatch_cycle(work_.at(one.consumer), consumer);
  }

  /// Cuts the consumer of a need until none of its tasks comes before what it needs.
  void settle(std::uint32_t n, std::uint32_t skipped) {
    const Need one = need(n);
    const Cycle travel = travel_cycles(one);
    // Whole runs, or a consumer that begins later anyway: the common case.
    if (cuts_.find(one.producer) == cuts_.end() && starts_[one.producer] < starts_[one.consumer] &&
        has_come(one, travel, 0, 0)) {
      return;
    }
    const std::uint32_t end = one.first + one.count;
    std::uint32_t element = one.first + skipped;
    while (element < end) {
      const std::uint32_t start = start_of(one.consumer, element);
      const std::uint32_t stop = std::min(end, end_of(one.consumer, element));
      const std::uint32_t wrong = first_wrong(one, element, stop, start, travel);
      if (wrong < stop) cut_at(one.consumer, wrong);
      element = wrong < stop ? wrong : stop;
    }
  }

  /// First of the elements [element, stop), all of the task from `start` on, that needs a later
  /// task.
  std::uint32_t first_wrong(const Need& one, std::uint32_t element, std::uint32_t stop,
                            std::uint32_t start, Cycle travel) const {
    const Order order = order_of(one.consumer, start);
    const auto wrong = [&](std::uint32_t k) {
      const auto p = static_cast<std::uint32_t>(one.producer_first +
                                                std::int64_t{k - one.first} * one.producer_step);
      const std::uint32_t from = start_of(one.producer, p);
      return !(order_of(one.producer, from) < order) || !has_come(one, travel, from, start);
    };
    if (one.producer_step <= 0) return wrong(element) ? element : stop;
    if (!wrong(stop - 1)) return stop;
    std::uint32_t good = element;  // ends at the first wrong one
    std::uint32_t bad = stop - 1;
    while (good < bad) {
      const std::uint32_t middle = good + (bad - good) / 2;
      if (wrong(middle)) {
        bad = middle;
      } else {
        good = middle + 1;
      }
    }
    return good;
  }

  struct Access {
    std::int64_t address;
    std::int64_t time;
    std::uint32_t instruction;
    std::uint32_t element;
    bool writes;
  };

  /// Elements of two runs that touch the same word keep their order.
  void add_hazard(const Hazard& hazard) {
    const auto [a, b] = hazard;
    const auto [a_least, a_most] = range_of(a);
    const auto [b_least, b_most] = range_of(b);
    const std::int64_t least = std::max(a_least, b_least);
    const std::int64_t most = std::min(a_most, b_most);
    if (least > most) return;
    std::vector<Access> list;
    collect(a, least, most, list);
    collect(b, least, most, list);
    std::sort(list.begin(), list.end(), [](const Access& x, const Access& y) {
      if (x.address != y.address) return x.address < y.address;
      return x.time != y.time ? x.time < y.time : x.instruction < y.instruction;
    });
    std::vector<Need> needs;
    for (std::size_t first = 0, end = 0; first < list.size(); first = end) {
      while (end < list.size() && list[end].address == list[first].address) ++end;
      order_accesses(std::span(list).subspan(first, end - first), needs);
    }
    append(needs);
  }

  std::pair<std::int64_t, std::int64_t> range_of(std::uint32_t index) const {
    const Instruction& i = work_.at(index);
    // Where the data says where, it may be anywhere.
    if (i.opcode == Opcode::gather || i.opcode == Opcode::scatter) return {0, words_a_bank - 1};
    return address_range(i);
  }

  void collect(std::uint32_t index, std::int64_t least, std::int64_t most,
               std::vector<Access>& list) const {
    const Instruction& i = work_.at(index);
    const bool writes = i.opcode != Opcode::read && i.opcode != Opcode::gather;
    work_.enumerate(i.count);
    const bool everywhere = i.opcode == Opcode::gather || i.opcode == Opcode::scatter;
    for (std::uint32_t element = 0; element < i.count; ++element) {
      const std::int64_t address = i.address_of(element);
      if (!everywhere && (address < least || address > most)) continue;
      list.push_back({address, time_of(i, element), index, element, writes});
    }
  }

  /// Of one address, by time: a reader after the last writer, a writer after all since that.
  static void order_accesses(std::span<const Access> list, std::vector<Need>& needs) {
    std::size_t last_writer = list.size();
    for (std::size_t x = 0; x < list.size(); ++x) {
      const Access& later = list[x];
      const std::size_t from = last_writer == list.size() ? 0 : last_writer;
      for (std::size_t y = from; y < x; ++y) {
        if (!later.writes && y != last_writer) break;
        if (list[y].instruction == later.instruction) continue;
        needs.push_back({later.instruction, later.element, 1, list[y].instruction,
                         std::int64_t{list[y].element}, 1});
      }
      if (later.writes) last_writer = x;
    }
  }

  /// Joins what goes on element by element.
  void append(std::vector<Need>& needs) {
    std::sort(needs.begin(), needs.end(), [](const Need& a, const Need& b) {
      if (a.consumer != b.consumer) return a.consumer < b.consumer;
      return a.first != b.first ? a.first < b.first : a.producer_first < b.producer_first;
    });
    for (const Need& one : needs) {
      if (!needs_.empty()) {
        Need& last = needs_.back();
        const bool next = last.consumer == one.consumer && last.producer == one.producer &&
                          last.first + last.count == one.first &&
                          last.producer_first + std::int64_t{last.count} == one.producer_first;
        if (next) {
          ++last.count;
          continue;
        }
      }
      needs_.push_back(one);
    }
  }

  std::vector<Task> listed() const {
    // By time and queue; what that leaves open is in the order of instructions and elements.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    std::vector<Task> tasks;
    order.reserve(work_.size());
    tasks.reserve(work_.size());
    for (std::uint32_t index = 0; index < work_.size(); ++index) {
      const Instruction& i = work_.at(index);
      for (std::uint32_t first = 0; first < i.count;) {
        const std::uint32_t end = end_of(index, first);
        const std::uint64_t key = first == 0 ? starts_[index] : packed(order_of(index, first));
        order.emplace_back(key, static_cast<std::uint32_t>(tasks.size()));
        tasks.push_back({dispatch_cycle(i, first), index, first, end - first});
        first = end;
      }
    }
    std::sort(order.begin(), order.end());
    std::vector<Task> out;
    out.reserve(tasks.size());
    for (const auto& [key, place] : order) out.push_back(tasks[place]);
    return out;
  }

  Work& work_;
  const std::vector<Edge>& edges_;
  std::vector<std::uint64_t> starts_;  ///< [instruction]: packed() order of its first element
  std::vector<Need> needs_;            ///< beside the edges
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> cuts_;  ///< ascending
  std::deque<std::pair<std::uint32_t, std::uint32_t>> dirty_;           ///< cuts not followed yet
  std::vector<std::uint32_t> by_producer_;
  std::vector<std::uint32_t> producer_first_;
};

}  // namespace

void order_edges(const Work& work, CheckedSchedule& out) {
  // Counted by consumer, then sorted among its few.
  out.edges_from.assign(work.size() + std::size_t{1}, 0);
  for (const Edge& edge : work.edges) ++out.edges_from[edge.consumer + 1];
  for (std::uint32_t i = 0; i < work.size(); ++i) out.edges_from[i + 1] += out.edges_from[i];
  out.edges.resize(work.edges.size());
  std::vector<std::uint64_t> place = out.edges_from;
  for (const Edge& edge : work.edges) out.edges[place[edge.consumer]++] = edge;
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < work.size(); ++i) {
    const auto first = out.edges.begin() + static_cast<std::ptrdiff_t>(out.edges_from[i]);
    const auto last = out.edges.begin() + static_cast<std::ptrdiff_t>(out.edges_from[i + 1]);
    std::sort(first, last, [](const Edge& a, const Edge& b) {
      if (a.operand != b.operand) return a.operand < b.operand;
      if (a.first != b.first) return a.first < b.first;
      if (a.stream != b.stream) return a.stream < b.stream;
      return a.producer_first < b.producer_first;
    });
    out.edges_from[i] = kept;
    const std::size_t own = kept;
    for (auto edge = first; edge != last; ++edge) {
      if (kept > own) {
        Edge& before = out.edges[kept - 1];
        const bool joins = edge->width > 0 && before.operand == edge->operand &&
                           before.first == edge->first && before.count == edge->count &&
                           before.producer == edge->producer &&
                           before.producer_first == edge->producer_first &&
                           before.producer_step == edge->producer_step &&
                           before.stream + before.width == edge->stream &&
                           before.byte + before.width == edge->byte;
        if (joins) {
          before.width = static_cast<std::uint8_t>(before.width + edge->width);
          continue;
        }
      }
      out.edges[kept++] = *edge;
    }
  }
  out.edges_from[work.size()] = kept;
  out.edges.resize(kept);
}

void order_tasks(Work& work, CheckedSchedule& out) { out.tasks = Tasks(work, out.edges).run(); }

}  // namespace weft::program::tsp::checks
