// SPDX-License-Identifier: Apache-2.0
// Weights of the MXM: rows land in buffers, installs take them to arrays, activates use those.
#include <algorithm>
#include <bitset>
#include <queue>
#include <unordered_map>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

using Rows = std::bitset<lanes>;

/// Element of a load that landed, or of an install.
struct Element {
  std::uint32_t instruction = none;
  std::uint32_t number = 0;
  friend bool operator==(const Element&, const Element&) = default;
};

struct Landed {
  Element load;
  std::uint32_t first_row = 0;
};

struct Buffer {
  Rows rows;  ///< that landed since the last install
  VectorType type = VectorType::i8;
  std::vector<Landed> landed;
  Element install;  ///< the last
  Cycle installed = 0;
  std::uint32_t installs = 0;
};

/// From `from` on the array holds what `install` took; not valid where it is of the other type.
struct Array {
  Cycle from = 0;
  Element install;
  bool valid = false;
};

std::uint32_t rows_a_load(VectorType type) { return type == VectorType::f16 ? 8 : 16; }

Rows row_range(std::uint32_t first, std::uint32_t count) {
  Rows out;
  out.set();
  out >>= lanes - count;
  return out << first;
}

class Weights {
 public:
  Weights(Work& work, Hemisphere hemisphere) : work_(work), hemisphere_(hemisphere) {}

  void run() {
    std::vector<std::uint32_t> activates;
    for (std::uint32_t index = 0; index < work_.size(); ++index) {
      const Opcode opcode = work_.at(index).opcode;
      if (!is_mxm(opcode) || opcode == Opcode::accumulate || work_.malformed[index]) continue;
      if (queue_at(work_.at(index).queue).hemisphere != hemisphere_) continue;
      if (opcode == Opcode::activate) {
        activates.push_back(index);
      } else {
        push({index, 0});
      }
    }
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      if (past_fault(event)) break;
      const Element at = event.at;
      const Instruction& i = work_.at(at.instruction);
      i.opcode == Opcode::load_weights ? load(at, i) : install(at, i);
      if (at.number + 1 < i.count) push({at.instruction, at.number + 1});
    }
    for (const std::uint32_t index : activates) activate(index);
  }

 private:
  struct Event {
    Cycle order = 0;  ///< a load's landing is before an install of that cycle
    std::uint32_t queue = 0;
    Element at;
    bool operator>(const Event& other) const {
      if (order != other.order) return order > other.order;
      if (queue != other.queue) return queue > other.queue;
      return at.instruction > other.at.instruction;
    }
  };
  static constexpr std::uint32_t views = planes_a_hemisphere + 1;  ///< of arrays; the last is fp16

  void push(Element at) {
    const Instruction& i = work_.at(at.instruction);
    const Cycle cycle = dispatch_cycle(i, at.number);
    const bool loads = i.opcode == Opcode::load_weights;
    const Cycle order = loads ? 2 * (cycle + effect_delay_cycles(work_.timing, i)) : 2 * cycle + 1;
    events_.push({order, i.queue, at});
  }

  /// Nothing that is dispatched from here on is before the first fault.
  bool past_fault(const Event& event) const {
    const Timing& timing = work_.timing;
    const Cycle landing = timing.mxm_crossing_cycles + timing.mxm_load_cycles;
    return work_.fault && event.order / 2 > work_.fault->cycle + landing;
  }

  /// The planes that an instruction touches: one, or both of a hemisphere.
  static std::pair<std::uint32_t, std::uint32_t> planes(const Instruction& i) {
    const std::uint32_t plane = queue_at(i.queue).index;
    return takes_both_planes(i) ? std::pair{0U, planes_a_hemisphere} : std::pair{plane, plane + 1};
  }

  void refuse(Element at, Element other) {
    const Instruction& i = work_.at(at.instruction);
    Fault fault = work_.fault_of(FaultCode::install_while_in_use, at.instruction, at.number,
                                 dispatch_cycle(i, at.number));
    fault.other = other.instruction;
    fault.other_element = other.number;
    work_.report(fault);
  }

  void load(Element at, const Instruction& i) {
    const Cycle landing = dispatch_cycle(i, at.number) + effect_delay_cycles(work_.timing, i);
    const auto first = static_cast<std::uint32_t>(i.address_of(at.number));
    const Rows rows = row_range(first, rows_a_load(i.type));
    const auto [plane, end] = planes(i);
    for (std::uint32_t p = plane; p < end; ++p) {
      Buffer& buffer = buffers_[p];
      const bool waits = buffer.rows.any();
      if (buffer.install.instruction != none &&
          landing < buffer.installed + work_.timing.mxm_install_cycles) {
        refuse(at, buffer.install);
      } else if (waits && (buffer.type != i.type || (buffer.rows & rows).any())) {
        refuse(at, buffer.landed.back().load);
      }
      if (!waits) buffer.type = i.type;
      buffer.rows |= rows;
      buffer.landed.push_back({at, first});
    }
    // The buffer is taken between two elements: they can't be loaded in one go.
    const std::uint32_t installs = buffers_[plane].installs + buffers_[end - 1].installs;
    const auto [window, added] = windows_.try_emplace(at.instruction, installs);
    if (!added && window->second != installs) {
      window->second = installs;
      work_.cuts.push_back({at.instruction, at.number});
    }
  }

  void install(Element at, const Instruction& i) {
    const auto [plane, end] = planes(i);
    const Rows needed = row_range(0, i.rows);
    const Cycle cycle = dispatch_cycle(i, at.number);
    bool whole = true;
    for (std::uint32_t p = plane; p < end; ++p) {
      const Buffer& buffer = buffers_[p];
      whole = whole && buffer.type == i.type && (buffer.rows & needed) == needed;
    }
    if (!whole) refuse(at, buffers_[plane].install);
    for (const Landed& landed : buffers_[plane].landed) take(at, i, landed);
    for (std::uint32_t p = plane; p < end; ++p) {
      Buffer& buffer = buffers_[p];
      buffer.rows.reset();
      buffer.landed.clear();
      buffer.install = at;
      buffer.installed = cycle;
      ++buffer.installs;
    }
    const bool half = takes_both_planes(i);
    for (std::uint32_t view = 0; view < views; ++view) {
      const bool fp16_view = view == planes_a_hemisphere;
      if (!half && !fp16_view && view != plane) continue;
      arrays_[view].push_back(
          {cycle + effect_delay_cycles(work_.timing, i), at, half == fp16_view});
    }
    if (at.number > 0) work_.cuts.push_back({at.instruction, at.number});
  }

  void take(Element at, const Instruction& i, const Landed& landed) {
    if (landed.first_row >= i.rows) return;
    Edge edge;
    edge.consumer = at.instruction;
    edge.first = at.number;
    edge.count = 1;
    edge.operand = 2;
    edge.producer = landed.load.instruction;
    edge.producer_first = landed.load.number;
    if (landed.first_row == 0) work_.check_name(edge, 0, 0);
    work_.add_edge(edge);
  }

  /// Which arrays the elements of a run of activate use.
  void activate(std::uint32_t index) {
    const Instruction& i = work_.at(index);
    const auto& arrays =
        arrays_[takes_both_planes(i) ? planes_a_hemisphere : queue_at(i.queue).index];
    const auto later = [](Cycle cycle, const Array& array) { return cycle < array.from; };
    auto next = std::upper_bound(arrays.begin(), arrays.end(), i.cycle, later);
    std::uint32_t element = 0;
    while (element < i.count) {
      std::uint64_t end = i.count;
      if (next != arrays.end()) {
        end = std::min(end, element_at(dispatches(i), static_cast<std::int64_t>(next->from)));
      }
      const Array array = next == arrays.begin() ? Array{} : *(next - 1);
      const std::uint32_t count = static_cast<std::uint32_t>(end) - element;
      if (count > 0) use(index, element, count, array);
      element += count;
      if (next == arrays.end()) break;
      if (element < i.count && array.valid && names(i, element, array.install)) {
        refuse(next->install, {index, element});
      }
      ++next;
    }
  }

  bool names(const Instruction& i, std::uint32_t element, const Element& install) const {
    const Operand& operand = i.operands[2];
    if (operand.name_count == 0) return false;
    const Name& name = work_.schedule.names[operand.names];
    return name.producer == install.instruction &&
           name.first + std::int64_t{element} * name.step == std::int64_t{install.number};
  }

  void use(std::uint32_t index, std::uint32_t first, std::uint32_t count, const Array& array) {
    if (!array.valid) {
      Fault fault = work_.fault_of(FaultCode::undriven_operand, index, first,
                                   dispatch_cycle(work_.at(index), first));
      fault.operand = 2;
      work_.report(fault);
      return;
    }
    Edge edge;
    edge.consumer = index;
    edge.first = first;
    edge.count = count;
    edge.operand = 2;
    edge.producer = array.install.instruction;
    edge.producer_first = array.install.number;
    edge.producer_step = 0;
    work_.check_name(edge, 0, 0);
    work_.add_edge(edge);
  }

  Work& work_;
  Hemisphere hemisphere_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::array<Buffer, planes_a_hemisphere> buffers_;
  std::array<std::vector<Array>, views> arrays_;              ///< by `from`
  std::unordered_map<std::uint32_t, std::uint32_t> windows_;  ///< load -> installs before
};

}  // namespace

void check_weights(Work& work) {
  Weights(work, Hemisphere::west).run();
  Weights(work, Hemisphere::east).run();
}

}  // namespace weft::program::tsp::checks
