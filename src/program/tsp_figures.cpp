// SPDX-License-Identifier: Apache-2.0
// The schedules behind published cycle counts: a few instructions each, laid out by hand.
#include "program/tsp_figures.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "program/tsp_make.hpp"

namespace weft::program::tsp::figures {
namespace {

using make::from;
using make::streams;

/// A program that grows instruction by instruction, in the west.
class Builder {
 public:
  explicit Builder(const Timing& timing) : timing_(timing) {
    figure_.program.schedules.resize(1);
    figure_.program.schedule_of_chip = {0};
  }
  std::uint32_t add(const Instruction& instruction) {
    all().push_back(instruction);
    return static_cast<std::uint32_t>(all().size() - 1);
  }
  std::vector<Instruction>& all() { return schedule().instructions; }
  Schedule& schedule() { return figure_.program.schedules.front(); }

  /// Cycle in which what an instruction drives is at a stop.
  Cycle arrival(std::uint32_t index, std::uint32_t stop) {
    const Instruction& run = all()[index];
    return run.cycle + result_delay_cycles(timing_, run) +
           hops(stop_of(queue_of(run.queue)), stop, run.result.direction).value();
  }

  Figure take(Cycle cycles, std::uint32_t last) {
    figure_.cycles = cycles;
    figure_.last = last;
    return std::move(figure_);
  }

 private:
  const Timing& timing_;
  Figure figure_;
};

std::vector<std::uint32_t> data_slices(const std::vector<std::uint32_t>& text) {
  std::vector<std::uint32_t> slices;  // the outermost first
  for (std::uint32_t slice = slices_a_hemisphere; slice-- > 0;) {
    if (std::count(text.begin(), text.end(), slice) == 0) slices.push_back(slice);
  }
  return slices;
}

constexpr std::uint32_t sxm_stop = planes_a_hemisphere;  ///< in the west
constexpr Cycle start_cycle = 30;

/// 16 words into the transposer at start_cycle; its results leave inwards on streams 0 to 15.
std::uint32_t transpose(Builder& builder, const Timing& timing) {
  const std::vector<std::uint32_t> slices = data_slices(timing.text_slices_west);
  for (std::uint32_t s = 0; s < 16; ++s) {
    const std::uint32_t way = stop_of_slice(Hemisphere::west, slices.at(s)) - sxm_stop;
    builder.add(make::read(make::mem(Hemisphere::west, slices.at(s)),
                           start_cycle - way - timing.mem_read_cycles, 0,
                           streams(Direction::west, s)));
  }
  Instruction sxm =
      make::run(Opcode::transpose, make::sxm(Hemisphere::west, SxmUnit::transpose0), start_cycle);
  sxm.operands[0] = from(streams(Direction::west, 0, 16));
  sxm.result = streams(Direction::east, 0, 16);
  return builder.add(sxm);
}

/// Words whose addresses come on streams 0 and 1.
std::uint32_t gather(Builder& builder, std::uint32_t slice, std::uint32_t addresses,
                     const StreamGroup& result) {
  const Queue queue = make::mem(Hemisphere::west, slice);
  Instruction made = make::run(Opcode::gather, queue, builder.arrival(addresses, stop_of(queue)));
  made.operands[0] = from(streams(Direction::east, 0, 2));
  made.result = result;
  return builder.add(made);
}

/// Lane 0 of every superlane to all its lanes, and the figure's end.
Figure distribute(Builder& builder, const Timing& timing, std::uint32_t source) {
  Instruction made = make::run(Opcode::distribute, make::sxm(Hemisphere::west, SxmUnit::distribute),
                               builder.arrival(source, sxm_stop));
  made.operands[0] = from(builder.all()[source].result);
  made.result = streams(Direction::east, 20);
  made.map = 0;
  builder.schedule().maps.emplace_back(lanes_per_superlane, std::uint16_t{0});
  const std::uint32_t last = builder.add(made);
  const Queue target = make::mem(Hemisphere::west, data_slices(timing.text_slices_west).front());
  builder.add(
      make::write(target, builder.arrival(last, stop_of(target)), streams(Direction::east, 20), 1));
  // From inside the transposer to inside the distributor: the ways in and out are as long.
  return builder.take(made.cycle + timing.sxm_distribute_cycles - start_cycle, last);
}

/// Reads, loads and the install of one plane; gives the install. Element k of the 16 reads is at
/// the plane in load + k.
std::uint32_t one_plane(Builder& builder, const Timing& timing, Hemisphere side,
                        std::uint32_t plane, const std::vector<std::uint32_t>& slices, Cycle load) {
  const Direction out = side == Hemisphere::west ? Direction::west : Direction::east;
  const Queue queue = make::mxm(side, plane, MxmQueue::weights);
  const std::uint32_t loads = lanes / 16;
  for (std::uint32_t s = 0; s < 16; ++s) {
    const Queue slice = make::mem(side, slices.at(s));
    const Cycle way = hops(stop_of(slice), stop_of(queue), out).value() + timing.mem_read_cycles;
    builder.add(make::read(slice, load - way, 0, streams(out, 16 * plane + s), loads));
  }
  Instruction made = make::run(Opcode::load_weights, queue, load, loads);
  made.operands[0] = from(streams(out, 16 * plane, 16));
  made.stride = 16;
  builder.add(made);
  Instruction install = make::run(Opcode::install_weights, queue,
                                  made.last_cycle() + effect_delay_cycles(timing, made));
  install.rows = lanes;
  return builder.add(install);
}

}  // namespace

Figure four_planes(const Timing& timing) {
  Builder builder(timing);
  std::uint32_t last = 0;
  for (const Hemisphere side : {Hemisphere::west, Hemisphere::east}) {
    const Direction out = side == Hemisphere::west ? Direction::west : Direction::east;
    const auto slices =
        data_slices(side == Hemisphere::west ? timing.text_slices_west : timing.text_slices_east);
    // The outer plane takes the outermost slices: both wait for their innermost one.
    const std::vector<std::uint32_t> outer(slices.begin(), slices.begin() + 16);
    const std::vector<std::uint32_t> inner(slices.begin() + 16, slices.begin() + 32);
    const std::uint32_t stop = stop_of(make::mxm(side, 0, MxmQueue::weights));
    const Cycle load =
        hops(stop_of_slice(side, inner.back()), stop, out).value() + timing.mem_read_cycles;
    one_plane(builder, timing, side, 1, outer, load);
    last = one_plane(builder, timing, side, 0, inner, load);
  }
  const Instruction& install = builder.all()[last];
  return builder.take(install.cycle + effect_delay_cycles(timing, install), last);
}

Figure barrier(const Timing& timing) {
  Builder builder(timing);
  const Queue parked = make::mem(Hemisphere::west, 0);
  builder.add(make::run(Opcode::sync, parked, 0));
  const Instruction notify = make::run(Opcode::notify, make::mem(Hemisphere::east, 0), 3);
  builder.add(notify);
  const Instruction read =
      make::read(parked, notify.cycle + timing.barrier_cycles, 0, streams(Direction::east, 0));
  const std::uint32_t last = builder.add(read);
  return builder.take(read.cycle - notify.cycle, last);
}

Figure transpose_to_distribute(const Timing& timing) {
  Builder builder(timing);
  const std::uint32_t addresses = transpose(builder, timing);
  std::uint32_t before = gather(builder, 0, addresses, streams(Direction::east, 16));
  Cycle cycle = builder.arrival(before, vxm_stop);
  for (const std::uint32_t alu : {0U, 4U, 8U}) {
    const bool first = alu == 0;
    Instruction made =
        make::alu(alu, cycle, VectorOperation::negate, VectorType::i8,
                  first ? from(streams(Direction::east, 16)) : make::chained(alu - alu_columns));
    if (alu == 8) made.result = streams(Direction::west, 16);
    before = builder.add(made);
    cycle += result_delay_cycles(timing, made) - timing.vxm_entry_cycles;
  }
  return distribute(builder, timing, before);
}

Figure transpose_gather_distribute(const Timing& timing) {
  Builder builder(timing);
  const std::uint32_t addresses = transpose(builder, timing);
  const std::uint32_t words = gather(builder, data_slices(timing.text_slices_west).front(),
                                     addresses, streams(Direction::west, 16));
  return distribute(builder, timing, words);
}

Figure unpack(const Timing& timing) {
  Builder builder(timing);
  const Queue near = make::mem(Hemisphere::west, data_slices(timing.text_slices_west).front());
  const Queue result = make::mem(Hemisphere::west, 0);
  const StreamGroup outwards = streams(Direction::west, 0);
  const Queue far = make::mem(Hemisphere::east, 22);  // group 5, stop 20
  Cycle cycle = 0;
  std::uint32_t last = 0;
  for (std::uint32_t lane = 0; lane < lanes_per_superlane; ++lane) {
    builder.schedule().maps.emplace_back(lanes_per_superlane, static_cast<std::uint16_t>(lane));
  }
  for (std::uint32_t superlane = 0; superlane < superlanes; ++superlane) {
    // The vector 16 times; shifted it lies in `near`, in a word of its own.
    Instruction read =
        make::read(superlane == 0 ? far : near, cycle, superlane, outwards, lanes_per_superlane);
    read.stride = 0;
    const Cycle first = builder.arrival(builder.add(read), sxm_stop);
    for (std::uint32_t lane = 0; lane < lanes_per_superlane; ++lane) {
      Instruction made = make::run(Opcode::distribute,
                                   make::sxm(Hemisphere::west, SxmUnit::distribute), first + lane);
      made.operands[0] = from(outwards);
      made.result = streams(Direction::east, 1);
      made.map = lane;
      last = builder.add(made);
    }
    const Cycle written = builder.arrival(last, stop_of(result)) - (lanes_per_superlane - 1);
    last = builder.add(make::write(result, written, streams(Direction::east, 1),
                                   superlane * lanes_per_superlane, lanes_per_superlane));
    if (superlane + 1 == superlanes) break;
    // The last of the 16 is shifted too.
    Instruction shift = make::run(Opcode::shift, make::sxm(Hemisphere::west, SxmUnit::shift),
                                  first + lanes_per_superlane - 1);
    shift.operands[0] = from(outwards);
    shift.result = streams(Direction::east, 2);
    shift.amount = lanes_per_superlane;
    const std::uint32_t shifted = builder.add(shift);
    const Instruction write = make::write(near, builder.arrival(shifted, stop_of(near)),
                                          streams(Direction::east, 2), superlane + 1);
    builder.add(write);
    cycle = write.cycle + effect_delay_cycles(timing, write);
  }
  const Instruction& write = builder.all()[last];
  return builder.take(
      write.last_cycle() + end_delay_cycles(timing, write) - timing.superlane_stagger_cycles, last);
}

}  // namespace weft::program::tsp::figures
