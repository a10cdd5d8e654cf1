// SPDX-License-Identifier: Apache-2.0
// Counts of runs before a cycle.
#include "machine/tsp/counts.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "machine/tsp/memory.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

using form::Opcode;

using Span = std::pair<Cycle, Cycle>;  ///< begin, end

/// Joins what touches.
std::vector<Span> merged(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  std::vector<Span> out;
  for (const Span& span : spans) {
    if (!out.empty() && span.first <= out.back().second) {
      out.back().second = std::max(out.back().second, span.second);
    } else {
      out.push_back(span);
    }
  }
  return out;
}

/// Runs of one interval: those of a residue meet like spans.
void add_alike(const std::vector<Progression>& runs, std::vector<Progression>& out) {
  const std::uint64_t interval = runs.front().interval_cycles;
  std::map<std::uint64_t, std::vector<Span>> by_residue;
  for (const Progression& run : runs) {
    const Cycle first = run.cycle / interval;
    by_residue[run.cycle % interval].push_back({first, first + run.count});
  }
  for (auto& [residue, spans] : by_residue) {
    for (const Span& span : merged(std::move(spans))) {
      out.push_back({span.first * interval + residue, span.second - span.first, interval});
    }
  }
}

/// Runs of several intervals, one by one where they leave gaps.
void add_unlike(const std::vector<Progression>& runs, std::vector<Progression>& out) {
  std::vector<Span> spans;
  for (const Progression& run : runs) {
    if (run.interval_cycles == 1) spans.push_back({run.cycle, run.cycle + run.count});
  }
  spans = merged(std::move(spans));
  const std::vector<Span> dense = spans;
  for (const Progression& run : runs) {
    if (run.interval_cycles == 1) continue;
    for (std::uint64_t k = 0; k < run.count; ++k) {
      const Cycle cycle = run.cycle + k * run.interval_cycles;
      const auto after = std::upper_bound(dense.begin(), dense.end(), Span{cycle, never});
      const bool known = after != dense.begin() && cycle < after[-1].second;
      if (!known) spans.push_back({cycle, cycle + 1});
    }
  }
  for (const Span& span : merged(std::move(spans))) {
    out.push_back({span.first, span.second - span.first, 1});
  }
}

/// Counts of one instruction.
class Count {
 public:
  Count(const Flow& flow, std::uint32_t begin, std::uint32_t end, Cycle before,
        std::vector<std::uint64_t>& values)
      : flow_(flow), begin_(begin), end_(end), before_(before), values_(values) {}

  void add(std::uint32_t number) {
    const form::Instruction& i = flow_.schedule().instructions[number];
    const std::uint32_t stop = flow_.stop_of_instruction(number);
    passing(number, i, stop);
    if (i.opcode == Opcode::activate) passes(number, i, stop);
    if (stop < begin_ || stop >= end_) return;
    const std::uint64_t dispatched = run(i, 0).before(before_);
    add(stop, column_dispatched, dispatched);
    add(stop, column_repeats, i.count > 1 && i.cycle + i.interval_cycles < before_ ? 1 : 0);
    const std::uint64_t taken = i.operands[0].group.width + i.operands[1].group.width;
    add(stop, column_checked_words, dispatched * taken * form::superlanes);
    if (i.opcode == Opcode::read || i.opcode == Opcode::gather) {
      add(stop, column_read_bytes, dispatched * vector_bytes);
    }
    if (i.opcode == Opcode::write || i.opcode == Opcode::scatter) {
      add(stop, column_written_bytes, dispatched * vector_bytes);
    }
    if (i.opcode == Opcode::alu) add(stop, column_alu_operations, dispatched * form::lanes);
  }

 private:
  static Progression run(const form::Instruction& i, Cycle delay) {
    return {i.cycle + delay, i.count, i.interval_cycles};
  }
  void add(std::uint32_t stop, std::uint32_t column, std::uint64_t value) {
    if (stop < begin_ || stop >= end_) return;
    values_[std::size_t{stop - begin_} * columns + column] += value;
  }

  /// Bytes of its result: driven where they are, passed at every stop up to the furthest taker.
  void passing(std::uint32_t number, const form::Instruction& i, std::uint32_t stop) {
    if (i.result.width == 0) return;
    const std::uint64_t bytes = i.result.width * vector_bytes;
    const Cycle delay = result_delay_cycles(flow_.timing(), i);
    add(stop, column_driven_bytes, bytes * run(i, delay).before(before_));
    const std::uint32_t far = flow_.far_stop_of(number);
    const std::uint32_t low = std::max(begin_, std::min(stop, far));
    const std::uint32_t high = std::min(end_, std::max(stop, far) + 1);
    for (std::uint32_t s = low; s < high; ++s) {
      const Cycle hops = s > stop ? s - stop : stop - s;
      if (hops > 0) add(s, column_passed_bytes, bytes * run(i, delay + hops).before(before_));
    }
  }

  /// What planes do in a pass; both of a hemisphere, half each, where it is one of fp16.
  void passes(std::uint32_t number, const form::Instruction& i, std::uint32_t stop) {
    const bool both = i.type == form::VectorType::f16;
    const std::uint32_t outer = stop < form::vxm_stop ? stop - 1 : stop + 1;
    const std::uint64_t dispatched = run(i, 0).before(before_);
    add(stop, plane_column(stop), dispatched);
    if (both) add(outer, plane_column(outer), dispatched);
    const form::CheckedSchedule& checked = flow_.checked();
    for (auto e = checked.edges_from[number]; e < checked.edges_from[number + 1]; ++e) {
      const form::Edge& edge = checked.edges[e];
      if (edge.operand != implied_operand) continue;
      const Progression part{i.cycle + Cycle{edge.first} * i.interval_cycles, edge.count,
                             i.interval_cycles};
      const std::uint64_t rows = flow_.schedule().instructions[edge.producer].rows;
      const std::uint64_t macs = part.before(before_) * rows * form::lanes;
      add(stop, column_macs, both ? macs / 2 : macs);
      if (both) add(outer, column_macs, macs / 2);
    }
  }

  static std::uint32_t plane_column(std::uint32_t stop) {
    constexpr std::uint32_t first_east = form::stops - form::planes_a_hemisphere;
    const std::uint32_t plane =
        stop < form::planes_a_hemisphere ? stop : stop - first_east + form::planes_a_hemisphere;
    return column_planes + plane;
  }

  const Flow& flow_;
  std::uint32_t begin_, end_;
  Cycle before_;
  std::vector<std::uint64_t>& values_;
};

}  // namespace

std::vector<Progression> busy_cycles(std::vector<Progression> runs) {
  std::sort(runs.begin(), runs.end(), [](const Progression& a, const Progression& b) {
    return std::tuple(a.cycle, a.count, a.interval_cycles) <
           std::tuple(b.cycle, b.count, b.interval_cycles);
  });
  std::vector<Progression> out;
  for (auto first = runs.begin(); first != runs.end();) {
    std::vector<Progression> cluster;
    Cycle end = first->cycle;
    bool alike = true;
    for (; first != runs.end() && first->cycle <= end; ++first) {
      if (first->count == 1) first->interval_cycles = 1;
      cluster.push_back(*first);
      end = std::max(end, first->cycle + (first->count - 1) * first->interval_cycles);
      alike = alike && first->interval_cycles == cluster.front().interval_cycles;
    }
    if (alike) {
      add_alike(cluster, out);
    } else {
      add_unlike(cluster, out);
    }
  }
  return out;
}

void count_before(const Flow& flow, std::uint32_t begin, std::uint32_t end, Cycle before,
                  std::vector<std::uint64_t>& values) {
  Count count(flow, begin, end, before, values);
  for (std::uint32_t i = 0; i < flow.schedule().instructions.size(); ++i) count.add(i);
}

}  // namespace weft::machine::tsp
