// SPDX-License-Identifier: Apache-2.0
// Reads that bring rows past a unit of a TSP: plain, gathered, or by way of the SXM.
#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint8_t behind_results = 16;  // below: results; from it on what goes to the SXM

}  // namespace

ReadStreams add_reads(Fragment& fragment, const Timing& timing, const Store& store,
                      const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                      std::uint8_t high, std::int32_t& shared) {
  ReadStreams out;
  Fragment::Streams request;
  request.width = store.width;
  request.low = low;
  request.high = high;
  request.count = run.count;
  out.first_dispatch = cycle;
  for (std::uint32_t byte = 0; byte < store.width; ++byte) {
    const std::uint32_t from = stop_of_slice(store.hemisphere, store.slices.at(byte));
    request.direction = direction_to(from, stop);
    request.zones |= zones_between(from, stop);
  }
  request.phase = stream_phase(request.direction, stop, cycle);
  out.streams = fragment.streams(request, shared);
  for (std::uint32_t byte = 0; byte < store.width; ++byte) {
    const std::uint32_t from = stop_of_slice(store.hemisphere, store.slices.at(byte));
    Fragment::Item item;
    item.instruction = memory_run(Opcode::read, store, byte, run);
    item.cycle = cycle - hops_between(from, stop) - static_cast<Offset>(timing.mem_read_cycles);
    item.result = out.streams;
    item.result_offset = static_cast<std::uint8_t>(byte);
    item.result_width = 1;
    out.first_dispatch = std::min(out.first_dispatch, item.cycle);
    out.bytes.push_back({false, fragment.add(std::move(item)), 0, 1});
  }
  return out;
}

ReadStreams RepeatedReads::add(Fragment& fragment, const Timing& timing, const Store& store,
                               const AddressRun& run, std::uint32_t stop, Offset cycle,
                               std::uint8_t low, std::uint8_t high) {
  const Direction direction = direction_to(stop_of_slice(store.hemisphere, store.slices[0]), stop);
  const Offset phase = stream_phase(direction, stop, cycle);
  for (const Run& old : runs_) {
    const bool same = old.store.hemisphere == store.hemisphere && old.store.bank == store.bank &&
                      old.store.slices == store.slices && old.store.address == store.address &&
                      old.low == low && old.high == high && old.direction == direction &&
                      old.phase <= phase;
    if (!same) continue;
    ReadStreams out = old.reads;
    const auto count = static_cast<std::uint32_t>(phase - old.phase) + run.count;
    fragment.prolong_streams(out.streams, count);
    for (Fragment::Source& byte : out.bytes) {
      fragment.prolong(byte.item, count);
      byte.first = phase - old.phase;
    }
    return out;
  }
  std::int32_t alone = -1;
  runs_.push_back({store, low, high, direction, phase,
                   add_reads(fragment, timing, store, run, stop, cycle, low, high, alone)});
  return runs_.back().reads;
}

ReadStreams add_gather(Fragment& fragment, const Timing& timing, const Store& store,
                       const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                       std::uint8_t high, const Segment& map, std::int32_t& shared,
                       RepeatedReads& repeated) {
  ReadStreams out = add_reads(fragment, timing, store, run, stop, cycle, low, high, shared);
  AddressRun same;
  same.count = run.count;
  same.address = map.store.address;
  const std::uint32_t at = fragment.items.size() > 0 ? out.bytes[0].item : 0;
  const Offset dispatch = fragment.items[at].cycle + static_cast<Offset>(timing.mem_read_cycles) -
                          static_cast<Offset>(timing.mem_gather_cycles);
  const std::uint32_t own = stop_of_slice(store.hemisphere, store.slices[0]);
  // Outwards: the activations' way, so that planes whose activations are abreast share them.
  const ReadStreams offsets =
      repeated.add(fragment, timing, map.store, same, own, dispatch, low, behind_results);
  Fragment::Item& gather = fragment.items[at];
  gather.instruction.opcode = Opcode::gather;
  gather.cycle = dispatch;
  gather.in[0].kind = Operand::Kind::stream;
  gather.in[0].streams = offsets.streams;
  gather.in[0].sources = offsets.bytes;
  out.first_dispatch = dispatch;
  return out;
}

ReadStreams add_moved(Fragment& fragment, const Timing& timing, const Store& store,
                      const AddressRun& run, Offset cycle, std::uint8_t low, std::uint8_t high,
                      const LaneMove& move, MoveAbreast& abreast) {
  const bool west = store.hemisphere == Hemisphere::west;
  const SxmUnit unit = move.opcode == Opcode::permute ? SxmUnit::permute : SxmUnit::distribute;
  const Queue queue{Unit::sxm, store.hemisphere, 0, static_cast<std::uint8_t>(unit)};
  const std::uint32_t stop = stop_of(queue);
  Fragment::Item item;
  item.instruction.opcode = move.opcode;
  item.instruction.queue = static_cast<std::uint16_t>(number_of(queue));
  item.instruction.map = move.map;
  item.instruction.count = run.count;
  const Offset drive = cycle - hops_between(stop, vxm_stop);
  item.cycle = drive - static_cast<Offset>(result_delay_cycles(timing, item.instruction));
  const Offset dispatch = item.cycle;
  if (abreast.item == none) {
    Fragment::Streams request;
    request.direction = west ? Direction::west : Direction::east;
    request.width = static_cast<std::uint8_t>(store.width * abreast.rows);
    request.low = behind_results;
    request.zones = west ? zone_west : zone_east;
    request.phase = stream_phase(request.direction, stop, dispatch);
    request.count = run.count;
    abreast.out = fragment.streams(request);
    request.direction = west ? Direction::east : Direction::west;
    request.low = low;
    request.high = high;
    request.phase = stream_phase(request.direction, stop, drive);
    abreast.back = fragment.streams(request);
    item.result = abreast.back;
    item.result_width = request.width;
    item.in[0].kind = Operand::Kind::stream;
    item.in[0].streams = abreast.out;
    abreast.item = fragment.add(std::move(item));
  }
  ReadStreams out;
  out.streams = abreast.back;
  out.offset = static_cast<std::uint8_t>(store.width * abreast.taken++);
  out.width = store.width;
  out.bytes = {{false, abreast.item, 0, 1}};
  out.first_dispatch = dispatch;
  for (std::uint32_t byte = 0; byte < store.width; ++byte) {
    const std::uint32_t from = stop_of_slice(store.hemisphere, store.slices.at(byte));
    Fragment::Item read;
    read.instruction = memory_run(Opcode::read, store, byte, run);
    read.cycle = dispatch - hops_between(from, stop) - static_cast<Offset>(timing.mem_read_cycles);
    read.result = abreast.out;
    read.result_offset = static_cast<std::uint8_t>(out.offset + byte);
    read.result_width = 1;
    out.first_dispatch = std::min(out.first_dispatch, read.cycle);
    const std::uint32_t added = fragment.add(std::move(read));
    fragment.items.at(abreast.item).in[0].sources.push_back({false, added, 0, 1});
  }
  return out;
}

Offset needed_shift(std::uint32_t count, Offset first_dispatch,
                    const std::function<Cycle(std::uint32_t)>& ready) {
  Offset needed = 0;
  for (std::uint32_t k = 0; k < count; ++k) {
    const Cycle cycle = ready(k);
    if (cycle == never) fail(Category::internal, "a row is read that nothing has written");
    needed = std::max(needed, static_cast<Offset>(cycle) - first_dispatch - Offset{k});
  }
  return needed;
}

}  // namespace weft::program::tsp
