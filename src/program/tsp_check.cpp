// SPDX-License-Identifier: Apache-2.0
// The check of a TSP program: each schedule once, then what goes between the chips.
#include "program/tsp_check.hpp"

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "program/tsp_check_parts.hpp"
#include "program/tsp_links.hpp"

namespace weft::program::tsp {
namespace {

bool holds_text(const Timing& timing, Hemisphere hemisphere, std::uint32_t slice) {
  const auto& slices =
      hemisphere == Hemisphere::west ? timing.text_slices_west : timing.text_slices_east;
  return std::find(slices.begin(), slices.end(), slice) != slices.end();
}

void refuse_tensors_in_text(const Program& program, const Timing& timing) {
  for (const Tensor& tensor : program.tensors) {
    for (const Piece& piece : tensor.pieces) {
      for (std::uint32_t byte = 0; byte < numerics::width_of(tensor.type); ++byte) {
        const std::uint8_t slice = piece.slices.at(byte);
        if (!holds_text(timing, piece.hemisphere, slice)) continue;
        const std::string place = program.file.empty() ? "TSP program" : program.file;
        fail(Category::input, place + ": tensor '" + tensor.name + "' lies in " +
                                  name_of(Queue{Unit::mem, piece.hemisphere, slice, 0}) +
                                  ", which holds program text");
      }
    }
  }
}

Cycle schedule_end(const Schedule& schedule, const Timing& timing) {
  Cycle end = 0;
  for (const Instruction& i : schedule.instructions) {
    end = std::max(end, i.last_cycle() + end_delay_cycles(timing, i));
  }
  return end;
}

/// One schedule, which `chip` is the first to run.
CheckedSchedule check_schedule(const Schedule& schedule, const Timing& timing, std::uint32_t chip,
                               std::uint64_t task_bytes, const std::vector<checks::ForcedCut>& cuts,
                               std::optional<Fault>& fault) {
  checks::Work work{schedule, timing, chip, {}, {}, {}, {}, cuts, 0, 0};
  checks::check_alone(work);
  checks::check_text(work);
  checks::check_queues(work);
  checks::check_streams(work);
  checks::check_weights(work);
  checks::check_accumulators(work);
  CheckedSchedule out;
  out.cycles = schedule_end(schedule, timing);
  if (work.fault) {
    if (!fault || first_of(*work.fault, *fault) < 0) fault = work.fault;
    return out;
  }
  checks::order_edges(work, out);
  checks::order_tasks(work, task_bytes, out);
  out.examined = work.examined;
  return out;
}

/// Cuts runs of receives where they begin before their last vector is sent, and what takes them,
/// until none does.
void cut_late_receives(const Program& program, const Timing& timing, std::uint64_t task_bytes,
                       Checked& checked) {
  std::vector<std::vector<checks::ForcedCut>> cuts(program.schedules.size());
  for (auto late = checks::late_receives(program, timing, checked); !late.empty();
       late = checks::late_receives(program, timing, checked)) {
    for (const auto& [s, more] : late) {
      cuts[s].insert(cuts[s].end(), more.begin(), more.end());
      std::optional<Fault> fault;  // there is none
      checked.schedules[s] =
          check_schedule(program.schedules[s], timing, 0, task_bytes, cuts[s], fault);
    }
  }
}

bool uses_links(const Program& program) {
  for (const Schedule& schedule : program.schedules) {
    for (const Instruction& i : schedule.instructions) {
      if (i.opcode >= Opcode::send && i.opcode <= Opcode::runtime_deskew) return true;
    }
  }
  return false;
}

/// The last element of `write` that is a word of `piece`, if one is.
std::optional<std::uint32_t> last_in(const Instruction& write, const Piece& piece) {
  const auto [least, most] = checks::address_range(write);
  const std::int64_t first = piece.address;
  const std::int64_t last = first + (std::int64_t{piece.words} - 1) * piece.stride;
  if (most < std::min(first, last) || least > std::max(first, last)) return {};
  for (std::uint32_t element = write.count; element-- > 0;) {
    const std::int64_t from = write.address_of(element) - first;
    if (piece.stride == 0 ? from != 0 : from % piece.stride != 0) continue;
    const std::int64_t word = piece.stride == 0 ? 0 : from / piece.stride;
    if (word >= 0 && word < std::int64_t{piece.words}) return element;
  }
  return {};
}

/// A schedule's writes by (queue, bank).
std::vector<std::uint32_t> writes_of(const Schedule& schedule) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < schedule.instructions.size(); ++i) {
    const Opcode opcode = schedule.instructions[i].opcode;
    if (opcode == Opcode::write || opcode == Opcode::scatter) out.push_back(i);
  }
  std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Instruction& x = schedule.instructions[a];
    const Instruction& y = schedule.instructions[b];
    return std::tuple(x.queue, x.bank, a) < std::tuple(y.queue, y.bank, b);
  });
  return out;
}

}  // namespace

std::vector<TensorTime> output_times(const Program& program, const Timing& timing) {
  std::vector<std::vector<std::uint32_t>> writes;
  for (const Schedule& schedule : program.schedules) writes.push_back(writes_of(schedule));
  std::vector<TensorTime> out;
  for (std::uint32_t t = 0; t < program.tensors.size(); ++t) {
    const Tensor& tensor = program.tensors[t];
    if (tensor.role != Tensor::Role::output) continue;
    TensorTime time{t, 0};
    for (const Piece& piece : tensor.pieces) {
      const std::uint32_t s = program.schedule_of_chip.at(piece.chip);
      if (s == none) continue;
      const Schedule& schedule = program.schedules.at(s);
      for (std::uint32_t byte = 0; byte < numerics::width_of(tensor.type); ++byte) {
        const Queue queue{Unit::mem, piece.hemisphere, piece.slices.at(byte), 0};
        const auto wanted = std::pair(number_of(queue), std::uint32_t{piece.bank});
        const auto bank_of = [&](std::uint32_t i) {
          const Instruction& write = schedule.instructions[i];
          return std::pair(std::uint32_t{write.queue}, std::uint32_t{write.bank});
        };
        auto at = std::lower_bound(
            writes[s].begin(), writes[s].end(), wanted,
            [&](std::uint32_t i, const auto& value) { return bank_of(i) < value; });
        for (; at != writes[s].end() && bank_of(*at) == wanted; ++at) {
          const Instruction& write = schedule.instructions[*at];
          const Cycle delay = end_delay_cycles(timing, write);
          if (write.last_cycle() + delay <= time.cycle) continue;
          const std::optional<std::uint32_t> last = last_in(write, piece);
          if (!last) continue;
          time.cycle = std::max(time.cycle, checks::dispatch_cycle(write, *last) + delay);
        }
      }
    }
    out.push_back(time);
  }
  return out;
}

Checked check(const Program& program, const Timing& timing, std::span<const Cable> cables,
              std::uint64_t task_bytes) {
  refuse_tensors_in_text(program, timing);
  Checked out;
  out.schedules.resize(program.schedules.size());
  std::vector<std::uint8_t> done(program.schedules.size(), 0);
  for (std::uint32_t chip = 0; chip < program.chips(); ++chip) {
    const std::uint32_t s = program.schedule_of_chip[chip];
    if (s == none || done[s] != 0) continue;
    done[s] = 1;
    out.schedules[s] =
        check_schedule(program.schedules[s], timing, chip, task_bytes, {}, out.fault);
    out.cycles = std::max(out.cycles, out.schedules[s].cycles);
  }
  if (!uses_links(program)) return out;
  CheckedLinks links = check_links(program, timing, cables);
  if (links.fault && (!out.fault || first_of(*links.fault, *out.fault) < 0)) {
    out.fault = links.fault;
  }
  out.crossings = std::move(links.crossings);
  if (!out.fault) cut_late_receives(program, timing, task_bytes, out);
  return out;
}

void require_sound(const Program& program, const Checked& checked) {
  if (checked.fault) fail(Category::input, describe(program, *checked.fault));
}

}  // namespace weft::program::tsp
