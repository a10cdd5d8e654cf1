// SPDX-License-Identifier: Apache-2.0
// Accumulators of the MXM: a row is stored before it is added to.
#include <algorithm>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

/// Which rows of a plane hold sums, by type.
class Stored {
 public:
  explicit Stored(std::uint32_t rows) : types_(rows, empty) {}
  bool holds(std::int64_t row, VectorType type) const {
    return types_[static_cast<std::size_t>(row)] == static_cast<std::uint8_t>(type);
  }
  void store(std::int64_t row, VectorType type) {
    types_[static_cast<std::size_t>(row)] = static_cast<std::uint8_t>(type);
  }
  bool holds_all(std::int64_t first, std::int64_t last, VectorType type) const {
    return std::all_of(types_.begin() + first, types_.begin() + last + 1,
                       [=](std::uint8_t one) { return one == static_cast<std::uint8_t>(type); });
  }
  void store_all(std::int64_t first, std::int64_t last, VectorType type) {
    std::fill(types_.begin() + first, types_.begin() + last + 1, static_cast<std::uint8_t>(type));
  }

 private:
  static constexpr std::uint8_t empty = 0xff;
  std::vector<std::uint8_t> types_;
};

class Accumulators {
 public:
  Accumulators(Work& work, std::vector<std::uint32_t> runs)
      : work_(work), runs_(std::move(runs)), stored_(work.timing.mxm_accumulator_rows) {}

  void run() {
    std::sort(runs_.begin(), runs_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return work_.at(a).cycle != work_.at(b).cycle ? work_.at(a).cycle < work_.at(b).cycle : a < b;
    });
    for (std::size_t first = 0; first < runs_.size();) {
      Cycle last = work_.at(runs_[first]).last_cycle();
      std::size_t end = first + 1;
      for (; end < runs_.size() && work_.at(runs_[end]).cycle <= last; ++end) {
        last = std::max(last, work_.at(runs_[end]).last_cycle());
      }
      end == first + 1 ? alone(runs_[first]) : together(first, end);
      first = end;
    }
  }

 private:
  /// A run that no other overlaps: where it adds, all rows must be there before it.
  void alone(std::uint32_t index) {
    const Instruction& i = work_.at(index);
    if ((i.stride == 1 || i.stride == -1) && i.count <= i.inner) {
      const auto [first, last] = address_range(i);
      if (i.adds == 0) return stored_.store_all(first, last, i.type);
      if (stored_.holds_all(first, last, i.type)) return;
    }
    const std::uint32_t distinct = distinct_elements(i);
    for (std::uint32_t element = 0; element < distinct; ++element) one(index, element);
  }

  /// Elements after which rows only repeat.
  std::uint32_t distinct_elements(const Instruction& i) const {
    if (i.outer_stride == 0 && i.inner < i.count) return i.inner;
    if (i.stride == 0 && i.inner >= i.count) return 1;
    return i.count;
  }

  void together(std::size_t first, std::size_t end) {
    struct Event {
      Cycle cycle;
      std::uint32_t instruction;
      std::uint32_t element;
    };
    std::vector<Event> events;
    for (std::size_t r = first; r < end; ++r) {
      const Instruction& i = work_.at(runs_[r]);
      work_.enumerate(i.count);
      work_.examined += i.count;
      for (std::uint32_t element = 0; element < i.count; ++element) {
        events.push_back({dispatch_cycle(i, element), runs_[r], element});
      }
    }
    std::sort(events.begin(), events.end(), [this](const Event& a, const Event& b) {
      if (a.cycle != b.cycle) return a.cycle < b.cycle;
      const std::uint32_t qa = work_.at(a.instruction).queue;
      const std::uint32_t qb = work_.at(b.instruction).queue;
      return qa != qb ? qa < qb : a.instruction < b.instruction;
    });
    for (const Event& event : events) one(event.instruction, event.element);
  }

  void one(std::uint32_t index, std::uint32_t element) {
    const Instruction& i = work_.at(index);
    const std::int64_t row = i.address_of(element);
    if (i.adds == 0) {
      stored_.store(row, i.type);
    } else if (!stored_.holds(row, i.type)) {
      Fault fault =
          work_.fault_of(FaultCode::undriven_operand, index, element, dispatch_cycle(i, element));
      fault.operand = 1;
      work_.report(fault);
    }
  }

  Work& work_;
  std::vector<std::uint32_t> runs_;
  Stored stored_;
};

}  // namespace

void check_accumulators(Work& work) {
  // By hemisphere and plane; fp16 counts in both planes.
  std::array<std::vector<std::uint32_t>, 2 * planes_a_hemisphere> runs;
  for (std::uint32_t index = 0; index < work.size(); ++index) {
    const Instruction& i = work.at(index);
    if (i.opcode != Opcode::accumulate || work.malformed[index]) continue;
    const Queue& queue = queue_at(i.queue);
    const std::uint32_t first = static_cast<std::uint32_t>(queue.hemisphere) * planes_a_hemisphere;
    for (std::uint32_t plane = 0; plane < planes_a_hemisphere; ++plane) {
      if (takes_both_planes(i) || plane == queue.index) runs.at(first + plane).push_back(index);
    }
  }
  for (auto& of_plane : runs) Accumulators(work, std::move(of_plane)).run();
}

}  // namespace weft::program::tsp::checks
