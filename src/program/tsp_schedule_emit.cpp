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

}  // namespace

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

ChainEmitter::ChainEmitter(SchedulerState& state, const Chain& chain, Hemisphere hemisphere,
                           std::uint32_t slot, std::uint32_t tile)
    : state_(state), chain_(chain), tile_(tile), copies_(state.layouts[chain.result].copies) {
  const TensorValue& result = state.program.at(chain.result);
  const Placed& out = state.placed[chain.result];
  const auto anywhere = [&](const Chain::Side& side) {
    return side.tensor != unused_side && !side.by_rows && state.lies_anywhere(side.tensor);
  };
  std::uint32_t constants = 0;
  Memory::Slices read{};
  for (const Chain::Side& side : chain.sides) {
    if (side.tensor == unused_side) continue;
    if (anywhere(side)) {
      constants += slot;
      continue;
    }
    for (const Segment& segment : state.place_of(side.tensor).segments) {
      if (segment.store.hemisphere != hemisphere) continue;
      for (std::uint32_t b = 0; b < segment.store.width; ++b) {
        read.at(segment.store.slices.at(b)) = true;
      }
    }
  }
  for (const Chain::Side& side : chain.sides) {
    SideRows rows;
    if (side.tensor == unused_side) {
      sides.push_back(rows);
      continue;
    }
    const TensorValue& value = state.program.at(side.tensor);
    rows.type = value.type;
    const bool constant = anywhere(side);
    const bool spread = value.shape.back() == 1 && result.shape.back() != 1;
    if (spread && !constant && !state.in_every_lane[side.tensor]) {
      fail(Category::unsupported, "tensor '" + value.name + "' would broadcast over lanes");
    }
    rows.tensor = constant
                      ? &state.constant_of(side.tensor, hemisphere,
                                           state.memory.take_slot(hemisphere, constants++, read),
                                           out.channels, out.replicated)
                      : &state.place_of(side.tensor);
    if (!constant && rows.tensor->replicated != out.replicated) {
      fail(Category::unsupported,
           "tensor '" + value.name + "' is needed in another layout than the one it has");
    }
    rows.tile = spread ? 0 : tile;
    rows.row_of = row_map(value.shape, result.shape);
    if (const RowMap& own = state.row_maps[side.tensor]; own && !constant) {
      rows.row_of = [own, shape = rows.row_of](std::uint64_t row) { return own(shape(row)); };
    }
    sides.push_back(std::move(rows));
  }
  begin();
}

RowMap row_map(const TensorShape& from, const TensorShape& to) {
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

void ChainEmitter::add_sources(RowRuns& runs, std::uint64_t first, std::uint64_t count) const {
  for (const SideRows& side : sides) {
    if (side.tensor == nullptr) continue;
    std::vector<AddressRef> refs;
    for (std::uint64_t k = 0; k < count; ++k) {
      if (side.place) {
        refs.push_back(side.place(first + k * row_step).ref);
        continue;
      }
      const std::uint64_t from = side.row_of(first + k * row_step);
      const Segment* segment = side.tensor->find(side.tile, from, side.copy);
      if (segment == nullptr) fail(Category::internal, "a row of an operand has no place");
      refs.push_back(
          {static_cast<std::uint32_t>(std::distance(side.tensor->segments.data(), segment)),
           segment->address_of(from)});
    }
    runs.add(std::move(refs));
  }
  const Placed& out = state_.placed[chain_.result];
  for (std::uint32_t copy = 0; copy < state_.layouts[chain_.result].copies; ++copy) {
    std::vector<AddressRef> refs;
    for (std::uint64_t k = 0; k < count; ++k) {
      const std::uint64_t row = first + k * row_step;
      const Segment* segment = out.find(tile_, row, copy);
      if (segment == nullptr) fail(Category::internal, "a row of a result has no place");
      refs.push_back({static_cast<std::uint32_t>(std::distance(out.segments.data(), segment)),
                      segment->address_of(row)});
    }
    runs.add(std::move(refs));
  }
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
  // One ALU must not take the same group from both directions: where sides come from both, each
  // direction has its own half of the groups.
  std::array<bool, 2> comes{};
  std::size_t source = 0;
  for (const SideRows& side : sides) {
    if (side.tensor == nullptr) continue;
    const Store& store = side.tensor->segments.at(runs.at(source++).source).store;
    comes.at(static_cast<std::size_t>(store.hemisphere)) = true;
  }
  const bool one_way = all_groups && primary == nullptr && comes[0] != comes[1];
  source = 0;
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
    const Direction own = primary != nullptr ? primary->direction : Direction::east;
    const std::uint8_t low = direction != own && !one_way
                                 ? result_streams
                                 : (primary != nullptr ? sum_streams : std::uint8_t{0});
    const std::uint8_t high = direction == own && primary == nullptr && !one_way
                                  ? result_streams
                                  : static_cast<std::uint8_t>(streams_a_direction);
    const Offset cycle = base + column_offset(chain_.sides[i].column);
    MoveAbreast alone;
    if (side.move.opcode != Opcode::read) {
      out.push_back(add_moved(fragment, state_.timing, segment.store, run, cycle, low, high,
                              side.move, side.abreast == nullptr ? alone : *side.abreast));
    } else if (side.tensor->rows == 1) {
      RepeatedReads& repeated = repeated_ != nullptr ? *repeated_ : own_repeated_;
      out.push_back(
          repeated.add(fragment, state_.timing, segment.store, run, vxm_stop, cycle, low, high));
    } else {
      out.push_back(add_reads(fragment, state_.timing, segment.store, run, vxm_stop, cycle, low,
                              high, shared_sides_.at(i)));
    }
    const auto ready = [&](std::uint32_t k) {
      const std::uint64_t row = first_row + k * row_step;
      return side.place ? side.place(row).ready : segment.ready_at(side.row_of(row));
    };
    needed_ = std::max(needed_, needed_shift(run.count, out.back().first_dispatch, ready));
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
  const std::vector<AddressRun> out_runs(runs.end() - static_cast<std::ptrdiff_t>(copies_),
                                         runs.end());
  const AddressRun& out_run = out_runs[0];
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
        const ReadStreams& read = reads.at(step.in.at(i).index);
        in.streams = read.streams;
        in.offset = read.offset;
        in.width = read.width;
        in.sources = read.bytes;
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
  for (const AddressRun& run : out_runs) {
    Segment& copy = state_.placed[chain_.result].segments.at(run.source);
    add_writes(fragment, items.back(), result, drive, run, copy);
    needed_ = std::max(needed_, static_cast<Offset>(copy.store.free_from) - drive);
    Offset last = drive;
    for (std::uint32_t b = 0; b < copy.store.width; ++b) {
      const std::uint32_t stop = stop_of_slice(copy.store.hemisphere, copy.store.slices.at(b));
      last = std::max(last, drive + hops_between(vxm_stop, stop));
    }
    written_.push_back({first_row, run.count, last, &copy});
  }
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
  return fragment.streams(request, shared_result_);
}

void ChainEmitter::begin() {
  shared_sides_.assign(sides.size(), -1);
  own_repeated_.clear();
  shared_result_ = -1;
  needed_ = 0;
  written_.clear();
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
    write.in[0].sources = {{false, item, 0, 1}};
    fragment.add(std::move(write));
  }
}

void ChainEmitter::placed(Offset shift) {
  for (const Written& written : written_) {
    for (std::uint32_t k = 0; k < written.count; ++k) {
      const Offset cycle =
          written.cycle + shift + Offset{k} + static_cast<Offset>(state_.timing.mem_write_cycles);
      written.segment->ready.at(written.first_row + k * row_step - written.segment->low) =
          static_cast<Cycle>(cycle);
      state_.note(cycle);
    }
  }
  written_.clear();
  needed_ = 0;
}

}  // namespace weft::program::tsp
