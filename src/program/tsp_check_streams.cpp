// SPDX-License-Identifier: Apache-2.0
// Who drives what an operand takes: streams, chains of ALUs, rows of sums.
//
// An eastward value keeps cycle - stop, a westward one cycle + stop: its place. On one stream a
// driver's run and an operand's run are progressions of places, and an operand takes, of the values
// at its place, the one driven last upstream of it: by the nearest stop. A sweep over places finds
// which runs overlap at all.
#include <algorithm>
#include <array>
#include <limits>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

// Lanes of the sweep: streams, chains of ALUs, rows of sums of a hemisphere's planes and pair.
constexpr std::uint32_t chain_lanes = 2 * streams_a_direction;
constexpr std::uint32_t row_lanes = chain_lanes + alus;
constexpr std::uint32_t row_lanes_a_hemisphere = planes_a_hemisphere + 1;

constexpr std::uint32_t all_lanes = row_lanes + 2 * row_lanes_a_hemisphere;

struct Run {
  std::int64_t first = 0;  ///< place
  std::int64_t last = 0;
  std::uint32_t interval_cycles = 1;
  std::uint32_t count = 1;
  std::uint32_t instruction = 0;
  std::uint8_t operand = 0;  ///< of three; or `drives`
  std::uint8_t stream = 0;   ///< of the operand's or result's group, from 0
  std::uint8_t stop = 0;

  Progression places() const { return {first, std::int64_t{interval_cycles}, count}; }
};
constexpr std::uint8_t drives = 3;

std::uint32_t lane_of(Direction direction, std::uint32_t stream) {
  return stream + (direction == Direction::east ? streams_a_direction : 0);
}
bool is_stream(std::uint32_t lane) { return lane < chain_lanes; }
bool is_east(std::uint32_t lane) { return is_stream(lane) && lane >= streams_a_direction; }

std::uint32_t row_lane(const Instruction& i) {
  const Queue& queue = queue_at(i.queue);
  const std::uint32_t first =
      row_lanes + (queue.hemisphere == Hemisphere::east ? row_lanes_a_hemisphere : 0);
  return first + (takes_both_planes(i) ? planes_a_hemisphere : std::uint32_t{queue.index});
}

/// An operand under way through the sweep, and the drivers met so far that may feed it.
struct Taker {
  std::uint32_t run = 0;
  std::vector<std::uint32_t> drivers;
};

/// Elements [first, first + count) of an operand that nobody has been found for.
struct Gap {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

class Streams {
 public:
  explicit Streams(Work& work) : work_(work) {}

  void run() {
    for (std::uint32_t index = 0; index < work_.size(); ++index) {
      if (!work_.malformed[index]) add(index);
    }
    for (lane_ = 0; lane_ < all_lanes; ++lane_) sweep();
  }

 private:
  void add_run(std::uint32_t index, std::uint32_t lane, Cycle delay, std::uint8_t operand,
               std::uint32_t stream) {
    const Instruction& i = work_.at(index);
    const std::uint32_t stop = is_stream(lane) ? stop_at(i.queue) : 0;
    const std::int64_t moved = is_east(lane) ? -std::int64_t{stop} : std::int64_t{stop};
    Run run;
    run.first = static_cast<std::int64_t>(i.cycle + delay) + moved;
    run.last = run.first + std::int64_t{i.count - 1} * i.interval_cycles;
    run.interval_cycles = i.interval_cycles;
    run.count = i.count;
    run.instruction = index;
    run.operand = operand;
    run.stream = static_cast<std::uint8_t>(stream);
    run.stop = static_cast<std::uint8_t>(stop);
    lanes_.at(lane).push_back(run);
  }

  void add_group(std::uint32_t index, const StreamGroup& group, Cycle delay, std::uint8_t operand) {
    for (std::uint32_t s = 0; s < group.width; ++s) {
      add_run(index, lane_of(group.direction, group.first + s), delay, operand, s);
    }
  }

  void add(std::uint32_t index) {
    const Instruction& i = work_.at(index);
    add_group(index, i.result, result_delay_cycles(work_.timing, i), drives);
    for (std::uint8_t o = 0; o < 2; ++o) {
      const Operand& operand = i.operands[o];
      if (operand.kind == Operand::Kind::stream) {
        add_group(index, operand.group, 0, o);
      } else if (operand.kind == Operand::Kind::chain) {
        add_run(index, chain_lanes + operand.alu, operand_delay_cycles(work_.timing, i, o), o, 0);
      }
    }
    if (i.opcode == Opcode::alu) {
      const std::uint32_t alu = queue_at(i.queue).index;
      add_run(index, chain_lanes + alu, result_delay_cycles(work_.timing, i), drives, 0);
    } else if (i.opcode == Opcode::activate) {
      add_run(index, row_lane(i), effect_delay_cycles(work_.timing, i), drives, 0);
    } else if (i.opcode == Opcode::accumulate) {
      add_run(index, row_lane(i), 0, 2, 0);
    }
  }

  /// Which runs of a lane meet.
  void sweep() {
    runs_ = std::move(lanes_.at(lane_));
    std::sort(runs_.begin(), runs_.end(), [](const Run& a, const Run& b) {
      return a.first != b.first ? a.first < b.first : a.instruction < b.instruction;
    });
    for (std::uint32_t r = 0; r < runs_.size(); ++r) {
      retire(runs_[r].first);
      runs_[r].operand == drives ? enter_driver(r) : enter_taker(r);
    }
    retire(std::numeric_limits<std::int64_t>::max());
  }

  /// Whether the driver's values get to the operand, or are what a chain takes.
  bool reaches(const Run& driver, const Run& taker) const {
    if (is_stream(lane_)) {
      return is_east(lane_) ? driver.stop < taker.stop : driver.stop > taker.stop;
    }
    if (lane_ >= row_lanes) return true;
    return numerics::width_of(work_.at(driver.instruction).result_type) >=
           numerics::width_of(work_.at(taker.instruction).type);
  }

  void enter_driver(std::uint32_t r) {
    work_.examined += drivers_.size() + takers_.size();
    for (const std::uint32_t other : drivers_) {
      if (runs_[other].stop == runs_[r].stop) clash(runs_[other], runs_[r]);
    }
    for (Taker& taker : takers_) {
      if (reaches(runs_[r], runs_[taker.run])) taker.drivers.push_back(r);
    }
    drivers_.push_back(r);
  }

  void enter_taker(std::uint32_t r) {
    Taker taker;
    if (!spare_.empty()) taker = std::move(spare_.back()), spare_.pop_back();
    taker.run = r;
    taker.drivers.clear();
    work_.examined += drivers_.size();
    for (const std::uint32_t driver : drivers_) {
      if (reaches(runs_[driver], runs_[r])) taker.drivers.push_back(driver);
    }
    takers_.push_back(std::move(taker));
  }

  /// Drops what ended before `place`.
  void retire(std::int64_t place) {
    std::erase_if(drivers_, [&](std::uint32_t r) { return runs_[r].last < place; });
    std::size_t kept = 0;
    for (std::size_t t = 0; t < takers_.size(); ++t) {
      if (runs_[takers_[t].run].last < place) {
        resolve(takers_[t]);
        spare_.push_back(std::move(takers_[t]));
      } else {
        if (kept != t) takers_[kept] = std::move(takers_[t]);
        ++kept;
      }
    }
    takers_.resize(kept);
  }

  void clash(const Run& a, const Run& b) {
    if (lane_ >= row_lanes) return;  // one queue, one delay: it was used twice
    const Common both = common(a.places(), b.places());
    if (both.count == 0) return;
    const Instruction& i = work_.at(a.instruction);
    const std::uint32_t stream = is_stream(lane_) ? lane_ % streams_a_direction : none;
    work_.report_pair(FaultCode::two_drivers, {a.instruction, both.a}, {b.instruction, both.b},
                      dispatch_cycle(i, both.a) + result_delay_cycles(work_.timing, i), stream);
  }

  /// Finds what every element takes.
  void resolve(Taker& taker) {
    const Run& run = runs_[taker.run];
    const auto distance = [&](std::uint32_t r) {
      return std::abs(int{runs_[r].stop} - int{run.stop});
    };
    std::sort(taker.drivers.begin(), taker.drivers.end(), [&](std::uint32_t a, std::uint32_t b) {
      return distance(a) != distance(b) ? distance(a) < distance(b) : a < b;
    });
    const Progression taken = run.places();
    gaps_.assign(1, {0, taken.count});
    for (const std::uint32_t driver : taker.drivers) {
      const Common both = common(taken, runs_[driver].places());
      if (both.count == 0) continue;
      fill(run, runs_[driver], both);
      if (gaps_.empty()) return;
    }
    undriven(run);
  }

  /// Gaps that reach beyond the first common element and begin before the last's end.
  void fill(const Run& taker, const Run& driver, const Common& both) {
    const std::uint64_t last = both.a + std::uint64_t{both.count - 1} * both.a_step;
    const auto begin = std::partition_point(gaps_.begin(), gaps_.end(), [&](const Gap& gap) {
      return std::uint64_t{gap.first} + gap.count <= both.a;
    });
    const auto end =
        std::partition_point(begin, gaps_.end(), [&](const Gap& gap) { return gap.first <= last; });
    next_.clear();
    for (auto gap = begin; gap != end; ++gap) fill(taker, driver, both, *gap);
    work_.examined += static_cast<std::uint64_t>(end - begin);
    // As many of their places as there are, then the rest.
    const auto kept = std::min(end - begin, static_cast<std::ptrdiff_t>(next_.size()));
    const auto behind = std::copy_n(next_.begin(), kept, begin);
    if (behind != end) {
      gaps_.erase(behind, end);
    } else {
      gaps_.insert(behind, next_.begin() + kept, next_.end());
    }
  }

  void fill(const Run& taker, const Run& driver, const Common& both, const Gap& gap) {
    // Elements a + j * a_step within the gap: each a piece of its own unless they are dense.
    const std::uint64_t end = std::uint64_t{gap.first} + gap.count;
    const Progression elements = {both.a, both.a_step, both.count};
    const std::uint64_t j = element_at(elements, gap.first);
    const std::uint64_t j_end =
        std::min<std::uint64_t>(element_at(elements, static_cast<std::int64_t>(end)), both.count);
    std::uint64_t open = gap.first;
    if (both.a_step == 1 && j < j_end) {
      open = join(taker, driver, both, j, j_end - j, open);
    } else if (j < j_end) {
      work_.enumerate(j_end - j);
      work_.examined += j_end - j;
      for (std::uint64_t one = j; one < j_end; ++one) {
        open = join(taker, driver, both, one, 1, open);
      }
    }
    if (open < end) keep_open(open, end);
  }

  void keep_open(std::uint64_t first, std::uint64_t end) {
    next_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end - first)});
  }

  /// `count` elements from the j-th common one on take what the driver drives. `open` is where the
  /// gap begins; the end of the elements is where it goes on.
  std::uint64_t join(const Run& taker, const Run& driver, const Common& both, std::uint64_t j,
                     std::uint64_t count, std::uint64_t open) {
    const std::uint64_t first = both.a + j * both.a_step;
    if (open < first) keep_open(open, first);
    Edge edge;
    edge.consumer = taker.instruction;
    edge.first = static_cast<std::uint32_t>(first);
    edge.count = static_cast<std::uint32_t>(count);
    edge.operand = taker.operand;
    edge.producer = driver.instruction;
    edge.producer_first = static_cast<std::int64_t>(both.b + j * both.b_step);
    edge.producer_step = count == 1 ? 1 : both.b_step;
    const bool stream = is_stream(lane_);
    if (stream) {
      edge.stream = taker.stream;
      edge.width = 1;
      edge.byte = driver.stream;
    }
    work_.check_name(edge, taker.stream, stream ? lane_ % streams_a_direction : 0);
    work_.add_edge(edge);
    return first + count;
  }

  void undriven(const Run& run) {
    const std::uint32_t element = gaps_.front().first;
    const Instruction& i = work_.at(run.instruction);
    Fault fault = work_.fault_of(
        FaultCode::undriven_operand, run.instruction, element,
        dispatch_cycle(i, element) + operand_delay_cycles(work_.timing, i, run.operand));
    fault.operand = run.operand;
    fault.stream = is_stream(lane_) ? lane_ % streams_a_direction : 0;
    work_.report(fault);
  }

  Work& work_;
  std::array<std::vector<Run>, all_lanes> lanes_;
  std::uint32_t lane_ = 0;              ///< under way
  std::vector<Run> runs_;               ///< its
  std::vector<std::uint32_t> drivers_;  ///< that have not ended before this place
  std::vector<Taker> takers_;
  std::vector<Taker> spare_;
  std::vector<Gap> gaps_;
  std::vector<Gap> next_;
};

}  // namespace

void check_streams(Work& work) { Streams(work).run(); }

}  // namespace weft::program::tsp::checks
