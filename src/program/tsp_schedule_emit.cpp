// SPDX-License-Identifier: Apache-2.0
// Puts reads, ALUs and writes of a chain into a fragment, so that they meet.
#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {
namespace {

// Streams towards the VXM: sums of two planes below 8 (fp32 and int32: four each), what streams
// beside them above. From it: results below 16, the weights' way.
constexpr std::uint8_t sum_streams = 8;
constexpr std::uint8_t result_streams = 16;

Instruction memory_run(Opcode opcode, const Store& store, std::uint32_t byte,
                       const AddressRun& run) {
  Instruction out;
  out.opcode = opcode;
  out.count = run.count;
  out.queue = static_cast<std::uint16_t>(
      number_of({Unit::mem, store.hemisphere, store.slices.at(byte), 0}));
  out.bank = store.bank;
  out.address = run.address;
  out.stride = run.stride;
  out.inner = run.inner;
  out.outer_stride = run.outer_stride;
  return out;
}

}  // namespace

std::vector<std::vector<AddressRun>> RowRuns::runs() const {
  std::vector<std::uint32_t> breaks;
  std::vector<std::vector<AddressRun>> out;
  for (bool changed = true; changed;) {
    out.clear();
    std::set<std::uint32_t> starts(breaks.begin(), breaks.end());
    for (const std::vector<AddressRef>& refs : refs_) {
      out.push_back(runs_of(refs, breaks));
      for (const AddressRun& run : out.back()) starts.insert(run.first);
    }
    changed = starts.size() != breaks.size();
    breaks.assign(starts.begin(), starts.end());
  }
  return out;
}

ReadStreams add_reads(Fragment& fragment, const Timing& timing, const Store& store,
                      const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                      std::uint8_t high) {
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
  out.streams = fragment.streams(request);
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

Offset needed_shift(const Segment& segment, const AddressRun& run, Offset first_dispatch,
                    const std::function<std::uint64_t(std::uint32_t)>& rows) {
  if (segment.ready.empty()) return 0;
  Offset needed = 0;
  for (std::uint32_t k = 0; k < run.count; ++k) {
    const std::uint64_t row = rows(k);
    if (row < segment.first || row >= segment.first + segment.rows) continue;
    const Cycle ready = segment.ready_at(row);
    if (ready == never) fail(Category::internal, "a row is read that nothing has written");
    needed = std::max(needed, static_cast<Offset>(ready) - first_dispatch - Offset{k});
  }
  return needed;
}

ChainEmitter::ChainEmitter(SchedulerState& state, const Chain& chain, Hemisphere hemisphere,
                           std::uint32_t slot, std::uint32_t tile)
    : state_(state),
      chain_(chain),
      hemisphere_(hemisphere),
      tile_(tile),
      result_type_(state.program.at(chain.result).type) {
  const TensorValue& result = state.program.at(chain.result);
  const Placed& out = state.placed[chain.result];
  std::uint32_t constants = 0;
  for (const Chain::Side& side : chain.sides) {
    SideRows rows;
    if (side.tensor == unused_side) {
      sides.push_back(rows);
      continue;
    }
    const TensorValue& value = state.program.at(side.tensor);
    rows.type = value.type;
    const bool constant = value.role == TensorValue::Role::constant;
    const bool spread = value.shape.back() == 1 && result.shape.back() != 1;
    if (spread && !constant) {
      fail(Category::unsupported, "tensor '" + value.name + "' would broadcast over lanes");
    }
    rows.tensor = constant ? &state.constant_of(side.tensor, hemisphere, slot * 2 + constants++,
                                                out.channels, out.replicated)
                           : &state.place_of(side.tensor);
    if (!constant && rows.tensor->replicated != out.replicated) {
      fail(Category::unsupported,
           "tensor '" + value.name + "' is needed in another layout than the one it has");
    }
    rows.tile = spread ? 0 : tile;
    rows.row_of = row_map(value.shape, result.shape);
    sides.push_back(std::move(rows));
  }
}

std::function<std::uint64_t(std::uint64_t)> row_map(const TensorShape& from,
                                                    const TensorShape& to) {
  std::vector<std::uint64_t> extents;  // of `to`, without the last axis, from the last on
  std::vector<std::uint64_t> strides;  // of `from`
  std::uint64_t stride = 1;
  bool same = true;
  for (std::size_t i = 1; i < to.size(); ++i) {
    const std::uint64_t extent = to[to.size() - 1 - i];
    const std::uint64_t own = i < from.size() ? from[from.size() - 1 - i] : 1;
    extents.push_back(extent);
    strides.push_back(own == 1 ? 0 : stride);
    same = same && own == extent;
    stride *= own;
  }
  if (same) return [](std::uint64_t row) { return row; };
  if (stride == 1) return [](std::uint64_t) { return std::uint64_t{0}; };
  return [extents, strides](std::uint64_t row) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      out += row % extents[i] * strides[i];
      row /= extents[i];
    }
    return out;
  };
}

std::uint32_t ChainEmitter::segment_index(std::uint64_t row) const {
  const Placed& out = state_.placed[chain_.result];
  for (std::uint32_t i = 0; i < out.segments.size(); ++i) {
    const Segment& segment = out.segments[i];
    if (segment.tile == tile_ && row >= segment.first && row < segment.first + segment.rows) {
      return i;
    }
  }
  fail(Category::internal, "a row of a result has no place");
}

void ChainEmitter::add_sources(RowRuns& runs, std::uint64_t first, std::uint64_t count) const {
  for (const SideRows& side : sides) {
    if (side.tensor == nullptr) continue;
    std::vector<AddressRef> refs;
    for (std::uint64_t row = first; row < first + count; ++row) {
      const std::uint64_t from = side.row_of(row);
      const Segment* segment = side.tensor->find(side.tile, from, hemisphere_);
      if (segment == nullptr) fail(Category::internal, "a row of an operand has no place");
      refs.push_back({static_cast<std::uint32_t>(segment - side.tensor->segments.data()),
                      segment->address_of(from)});
    }
    runs.add(std::move(refs));
  }
  std::vector<AddressRef> refs;
  const Placed& out = state_.placed[chain_.result];
  for (std::uint64_t row = first; row < first + count; ++row) {
    const std::uint32_t segment = segment_index(row);
    refs.push_back({segment, out.segments[segment].address_of(row)});
  }
  runs.add(std::move(refs));
}

Offset ChainEmitter::column_offset(std::uint32_t column) const {
  Offset offset = 0;
  for (std::uint32_t c = 0; c < column; ++c) {
    bool large = false;
    for (const Chain::Step& step : chain_.steps) {
      large = large || (step.column == c && numerics::traits_of(step.operation).large);
    }
    offset += static_cast<Offset>(large ? state_.timing.vxm_large_operation_cycles
                                        : state_.timing.vxm_operation_cycles);
  }
  return offset;
}

std::vector<ReadStreams> ChainEmitter::add_sides(Fragment& fragment, Offset base,
                                                 const std::vector<AddressRun>& runs,
                                                 std::uint64_t first_row, const Primary* primary) {
  std::vector<ReadStreams> out;
  std::size_t source = 0;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const SideRows& side = sides[i];
    if (side.tensor == nullptr) {
      out.emplace_back();
      continue;
    }
    const AddressRun& run = runs.at(source++);
    const Segment& segment = side.tensor->segments.at(run.source);
    const Direction direction =
        segment.store.hemisphere == Hemisphere::west ? Direction::east : Direction::west;
    // One ALU must not take the same group from both directions.
    const Direction own = primary != nullptr ? primary->direction : Direction::east;
    const std::uint8_t low =
        direction != own ? result_streams : (primary != nullptr ? sum_streams : std::uint8_t{0});
    const std::uint8_t high = direction == own && primary == nullptr
                                  ? result_streams
                                  : static_cast<std::uint8_t>(streams_a_direction);
    const Offset cycle = base + column_offset(chain_.sides[i].column);
    out.push_back(
        add_reads(fragment, state_.timing, segment.store, run, vxm_stop, cycle, low, high));
    needed_ = std::max(needed_,
                       needed_shift(segment, run, out.back().first_dispatch,
                                    [&](std::uint32_t k) { return side.row_of(first_row + k); }));
  }
  return out;
}

void ChainEmitter::emit(Fragment& fragment, const Primary* primary, Offset arrival,
                        const std::vector<AddressRun>& runs, std::uint64_t first_row) {
  Offset base = arrival;
  for (const Chain::Step& step : chain_.steps) {
    for (const Chain::In& in : step.in) {
      if (in.from == Chain::From::primary) base = arrival - column_offset(step.column);
    }
  }
  const std::vector<ReadStreams> reads = add_sides(fragment, base, runs, first_row, primary);
  const AddressRun& out_run = runs.back();
  const Segment& segment = state_.placed[chain_.result].segments.at(out_run.source);
  std::vector<std::uint32_t> items;
  Offset drive = 0;
  std::int32_t result = -1;
  for (const Chain::Step& step : chain_.steps) {
    Fragment::Item item = step_item(fragment, step, base, out_run.count);
    for (std::size_t i = 0; i < step.in.size(); ++i) {
      Fragment::In& in = item.in.at(i);
      if (step.in.at(i).from == Chain::From::none) continue;
      in.kind =
          step.in.at(i).from == Chain::From::step ? Operand::Kind::chain : Operand::Kind::stream;
      if (step.in.at(i).from == Chain::From::side) {
        in.streams = reads.at(step.in.at(i).index).streams;
        in.sources = reads.at(step.in.at(i).index).bytes;
      } else if (step.in.at(i).from == Chain::From::step) {
        in.sources = {{false, items.at(step.in.at(i).index), 0, 1}};
      } else {
        in.streams = primary->streams;
        in.sources = {{false, primary->item, 0, 1}};
      }
    }
    if (&step == &chain_.steps.back()) {
      drive =
          item.cycle + static_cast<Offset>(result_delay_cycles(state_.timing, item.instruction));
      item.result = result_streams_of(fragment, segment.store, drive, out_run.count);
      item.result_width = segment.store.width;
      result = item.result;
    }
    items.push_back(fragment.add(std::move(item)));
  }
  add_writes(fragment, items.back(), result, drive, out_run, segment);
  Offset last = drive;
  for (std::uint32_t b = 0; b < segment.store.width; ++b) {
    const std::uint32_t stop = stop_of_slice(segment.store.hemisphere, segment.store.slices.at(b));
    last = std::max(last, drive + hops_between(vxm_stop, stop));
  }
  written_.push_back(
      {first_row, out_run.count, last, &state_.placed[chain_.result].segments.at(out_run.source)});
}

Fragment::Item ChainEmitter::step_item(Fragment& fragment, const Chain::Step& step, Offset base,
                                       std::uint32_t count) const {
  Fragment::Item item;
  item.instruction.opcode = Opcode::alu;
  item.instruction.operation = step.operation;
  item.instruction.type = step.type;
  item.instruction.result_type = step.result_type;
  item.instruction.count = count;
  item.cycle = base + column_offset(step.column);
  const bool large = numerics::traits_of(step.operation).large;
  item.alu = fragment.alu({static_cast<std::uint8_t>(step.column), large, item.cycle, count, 0});
  return item;
}

std::int32_t ChainEmitter::result_streams_of(Fragment& fragment, const Store& store, Offset drive,
                                             std::uint32_t count) {
  const bool west = store.hemisphere == Hemisphere::west;
  Fragment::Streams request;
  request.direction = west ? Direction::west : Direction::east;
  request.width = store.width;
  request.high = result_streams;
  request.zones = west ? zone_west : zone_east;
  request.phase = stream_phase(request.direction, vxm_stop, drive);
  request.count = count;
  return fragment.streams(request);
}

void ChainEmitter::add_writes(Fragment& fragment, std::uint32_t item, std::int32_t streams,
                              Offset drive, const AddressRun& run, const Segment& segment) {
  const Store& store = segment.store;
  for (std::uint32_t byte = 0; byte < store.width; ++byte) {
    const std::uint32_t stop = stop_of_slice(store.hemisphere, store.slices.at(byte));
    Fragment::Item write;
    write.instruction = memory_run(Opcode::write, store, byte, run);
    write.cycle = drive + hops_between(vxm_stop, stop);
    write.in[0].kind = Operand::Kind::stream;
    write.in[0].streams = streams;
    write.in[0].offset = static_cast<std::uint8_t>(byte);
    write.in[0].width = 1;
    // A name stands for byte 0 of a result: the bytes above have none.
    if (byte == 0) write.in[0].sources = {{false, item, 0, 1}};
    fragment.add(std::move(write));
  }
}

void ChainEmitter::placed(Offset shift) {
  for (const Written& written : written_) {
    for (std::uint32_t k = 0; k < written.count; ++k) {
      const Offset cycle =
          written.cycle + shift + Offset{k} + static_cast<Offset>(state_.timing.mem_write_cycles);
      written.segment->ready.at(written.first_row + k - written.segment->first) =
          static_cast<Cycle>(cycle);
      state_.note(cycle);
    }
  }
  written_.clear();
  needed_ = 0;
}

}  // namespace weft::program::tsp
