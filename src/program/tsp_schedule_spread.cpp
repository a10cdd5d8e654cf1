// SPDX-License-Identifier: Apache-2.0
// Copies a TSP's rows to where 16 of them are read at once, and finds loads of weights there.
#include "program/tsp_schedule_spread.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint8_t copied_streams = 16;  // below: the weights' way is free

/// Byte planes of rows [to, to + count) of a spread, as their copies come by.
Offset add_spread_writes(Fragment& fragment, const Spread& spread, std::uint64_t to,
                         std::uint32_t count, std::uint32_t item, std::int32_t streams,
                         Offset drive) {
  Offset last = drive;
  for (std::uint32_t j = 0; j < std::min(count, load_streams); ++j) {
    const auto within = static_cast<std::uint32_t>((to + j) % load_streams);
    for (std::uint32_t b = 0; b < spread.width; ++b) {
      const std::uint8_t slice = spread.slice_of(within, b);
      Fragment::Item write;
      write.instruction.opcode = Opcode::write;
      write.instruction.queue =
          static_cast<std::uint16_t>(number_of({Unit::mem, spread.hemisphere, slice, 0}));
      write.instruction.bank = spread.bank;
      write.instruction.address = spread.address_of(to + j);
      write.instruction.stride = 1;
      write.instruction.count = (count - j + load_streams - 1) / load_streams;
      write.instruction.interval_cycles = load_streams;
      write.cycle =
          drive + hops_between(vxm_stop, stop_of_slice(spread.hemisphere, slice)) + Offset{j};
      write.in[0].kind = Operand::Kind::stream;
      write.in[0].streams = streams;
      write.in[0].offset = static_cast<std::uint8_t>(b);
      write.in[0].width = 1;
      write.in[0].sources = {{false, item, j, load_streams}};
      last = std::max(last, write.cycle + Offset{write.instruction.count - 1} * load_streams);
      fragment.add(std::move(write));
    }
  }
  return last;
}

}  // namespace

Spread allocate_spread(SchedulerState& state, Hemisphere hemisphere, VectorType type,
                       std::uint32_t pitch, Cycle wanted, bool high, const std::string& name) {
  Spread out;
  out.hemisphere = hemisphere;
  out.width = numerics::width_of(type);
  out.pitch = pitch;
  const auto& slices = state.memory.weight_slices(hemisphere);
  std::copy(slices.begin(), slices.end(), out.slices.begin());
  const Memory::WeightStore store =
      state.memory.allocate_computed(hemisphere, pitch * out.width, wanted, high, name);
  out.bank = store.bank;
  out.address = store.address;
  out.free_from = store.free_from;
  return out;
}

void release_spread(SchedulerState& state, const Spread& spread, Cycle cycle) {
  const std::uint32_t words = spread.pitch * spread.width;
  state.memory.release(
      Memory::WeightStore{spread.hemisphere, spread.bank, spread.address, words, 0}, cycle);
}

Cycle first_ready(const Placed& tensor, std::uint32_t tile, const RowMap& from,
                  std::uint64_t count) {
  Cycle first = never;
  for (std::uint64_t k = 0; k < count; ++k) {
    first = std::min(first, source_of(tensor, tile, from ? from(k) : k).ready);
  }
  return first;
}

Offset copy_to_spread(SchedulerState& state, std::uint32_t label, VectorType type,
                      const Placed& tensor, std::uint32_t tile, const RowMap& from,
                      std::uint64_t count, std::uint64_t to, Spread& spread) {
  const Timing& timing = state.timing;
  std::vector<AddressRef> refs;
  std::vector<Cycle> ready;
  for (std::uint64_t k = 0; k < count; ++k) {
    const Product::Source source = source_of(tensor, tile, from ? from(k) : k);
    refs.push_back(source.ref);
    ready.push_back(source.ready);
  }
  Offset first = Offset{1} << 60U;
  RowRuns rows;
  rows.add(std::move(refs));
  std::uint32_t column = 0;
  const auto runs = rows.runs();
  for (const AddressRun& run : runs[0]) {
    Fragment fragment;
    std::int32_t shared = -1;
    const Store& store = tensor.segments[run.source].store;
    const ReadStreams reads =
        add_reads(fragment, timing, store, run, vxm_stop, 0, 0, copied_streams, shared);
    Fragment::Item copy;
    copy.instruction.opcode = Opcode::alu;
    copy.instruction.type = copy.instruction.result_type = type;
    copy.instruction.count = run.count;
    // Copies feed no other ALU: any column will do.
    copy.alu =
        fragment.alu({static_cast<std::uint8_t>(column++ % alu_columns), false, 0, run.count, 0});
    copy.in[0].kind = Operand::Kind::stream;
    copy.in[0].streams = reads.streams;
    copy.in[0].sources = reads.bytes;
    const auto drive = static_cast<Offset>(result_delay_cycles(timing, copy.instruction));
    Fragment::Streams request;
    const bool west = spread.hemisphere == Hemisphere::west;
    request.direction = west ? Direction::west : Direction::east;
    request.width = store.width;
    request.high = copied_streams;
    request.zones = west ? zone_west : zone_east;
    request.phase = stream_phase(request.direction, vxm_stop, drive);
    request.count = run.count;
    copy.result = fragment.streams(request);
    copy.result_width = store.width;
    const std::int32_t streams = copy.result;
    const std::uint32_t item = fragment.add(std::move(copy));
    const Offset last =
        add_spread_writes(fragment, spread, to + run.first, run.count, item, streams, drive);
    if (fragment.clashes_with_itself()) {
      // It reads and writes one bank: few rows at a time may pass before they are written.
      const std::uint32_t half = run.count / 2;
      if (half == 0) fail(Category::internal, "a copy of one row wants one bank twice");
      const auto part = [&](std::uint64_t begin, std::uint64_t some) {
        const RowMap own = [&](std::uint64_t k) { return from ? from(begin + k) : begin + k; };
        return copy_to_spread(state, label, type, tensor, tile, own, some, to + begin, spread);
      };
      first = std::min(first, part(run.first, half));
      first = std::min(first, part(run.first + half, run.count - half));
      continue;
    }
    const Offset needed = needed_shift(run.count, reads.first_dispatch,
                                       [&](std::uint32_t k) { return ready[run.first + k]; });
    const Offset earliest =
        std::max({state.barrier, needed, static_cast<Offset>(spread.free_from)});
    const Offset shift = state.placer.place(fragment, earliest, label);
    const Offset done = last + shift + static_cast<Offset>(timing.mem_write_cycles);
    spread.ready = std::max(spread.ready, static_cast<Cycle>(done));
    state.note(done);
    first = std::min(first, shift + fragment.first_cycle());
  }
  return first;
}

std::vector<LoadRun> load_runs(const Spread& spread, std::uint64_t first, std::uint32_t rows,
                               std::uint32_t row) {
  std::vector<LoadRun> out;
  const std::uint32_t per = spread.per();
  for (std::uint32_t group = 0; group < spread.width && group * per < rows; ++group) {
    LoadRun run;
    run.row = row + group * per;
    run.row_step = load_streams;
    run.elements = (rows - group * per + load_streams - 1) / load_streams;
    run.hemisphere = spread.hemisphere;
    run.bank = spread.bank;
    run.address = spread.address_of(first + group * per);
    run.ready = spread.ready;
    for (std::uint32_t s = 0; s < load_streams; ++s) {
      run.slices.at(s) = spread.slice_of(group * per + s / spread.width, s % spread.width);
    }
    out.push_back(run);
  }
  return out;
}

}  // namespace weft::program::tsp
