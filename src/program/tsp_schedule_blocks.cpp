// SPDX-License-Identifier: Apache-2.0
// Turns matrices of bytes in a TSP's SXM: 20 blocks of 16 x 16 a cycle.
#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t block = lanes_per_superlane;  // what a transposer turns
constexpr std::uint32_t gather_slot = 3;              // constants that go to offsets of gathers
constexpr std::uint32_t scatter_slot = 2;

std::uint16_t sxm_queue(Hemisphere hemisphere, SxmUnit unit) {
  return static_cast<std::uint16_t>(
      number_of({Unit::sxm, hemisphere, 0, static_cast<std::uint8_t>(unit)}));
}

/// Offsets [turn k][superlane s]: of a gather (s + k) % modulus, of a scatter (s - k) % modulus;
/// beyond `modulus` superlanes 0.
const Placed& turns_of(SchedulerState& state, Hemisphere hemisphere, std::uint32_t modulus,
                       bool scatters) {
  const auto [entry, added] = state.turns.try_emplace({modulus, scatters}, 0);
  if (added) {
    std::vector<std::byte> bytes(std::size_t{modulus} * lanes * 2);
    for (std::uint32_t k = 0; k < modulus; ++k) {
      for (std::uint32_t s = 0; s < modulus; ++s) {
        const std::uint32_t offset = (scatters ? s + modulus - k : s + k) % modulus;
        bytes[(std::size_t{k} * lanes + std::size_t{s} * block) * 2] =
            static_cast<std::byte>(offset);
      }
    }
    entry->second = state.add_constant(VectorType::i16, bytes, {modulus, lanes});
  }
  return state.constant_of(entry->second, hemisphere, scatters ? scatter_slot : gather_slot, lanes,
                           false);
}

/// Superlane s goes to (s + turn) % modulus.
std::uint32_t turn_map(SchedulerState& state, std::uint32_t modulus, std::uint32_t turn) {
  LaneMap map(lanes);
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    const std::uint32_t s = lane / block;
    const std::uint32_t from = s < modulus ? (s + modulus - turn) % modulus : s;
    map[lane] = static_cast<std::uint16_t>(from * block + lane % block);
  }
  return state.map_number(map);
}

/// turn_blocks().
class BlockTurner {
 public:
  BlockTurner(SchedulerState& state, std::uint32_t label, const Spread& from, Spread& between,
              Spread& to, std::uint32_t modulus)
      : state_(state),
        timing_(state.timing),
        label_(label),
        from_(from),
        between_(between),
        to_(to),
        modulus_(modulus),
        side_(from.hemisphere),
        outward_(side_ == Hemisphere::west ? Direction::west : Direction::east),
        inward_(side_ == Hemisphere::west ? Direction::east : Direction::west),
        zone_(side_ == Hemisphere::west ? zone_west : zone_east),
        sxm_(stop_of({Unit::sxm, side_, 0, 0})) {}

  void run() {
    for (std::uint32_t byte = 0; byte < from_.width; ++byte) transpose(byte);
    for (std::uint32_t byte = 0; byte < from_.width; ++byte) permute(byte);
  }
  Offset first() const { return first_; }

 private:
  std::int32_t streams(Fragment& fragment, Direction direction, std::uint32_t width,
                       Offset cycle) const {
    Fragment::Streams request;
    request.direction = direction;
    request.width = static_cast<std::uint8_t>(width);
    request.zones = zone_;
    request.phase = stream_phase(direction, sxm_, cycle);
    request.count = modulus_;
    return fragment.streams(request);
  }

  std::uint16_t mem_queue(std::uint8_t slice) const {
    return static_cast<std::uint16_t>(number_of({Unit::mem, side_, slice, 0}));
  }
  Offset hops_of(std::uint8_t slice) const {
    return hops_between(stop_of_slice(side_, slice), sxm_);
  }
  /// The word of turn 0 for row `row` of a block.
  std::uint32_t word(const Spread& spread, std::uint32_t row) const {
    return spread.address + row / spread.per() * spread.pitch;
  }

  /// Offsets that pass the SXM from `cycle` on, an element a turn.
  ReadStreams add_offsets(Fragment& fragment, bool scatters, Offset cycle) {
    const Segment& segment = turns_of(state_, side_, modulus_, scatters).segments[0];
    AddressRun run;
    run.count = modulus_;
    run.address = segment.address_of(0);
    run.stride = 1;
    std::int32_t shared = -1;
    return add_reads(fragment, timing_, segment.store, run, sxm_, cycle, 0, streams_a_direction,
                     shared);
  }

  /// A read or gather of every slice, one a stream, abreast at the SXM from cycle 0 on.
  Fragment::In add_slices(Fragment& fragment, Fragment::Item item, const Spread& spread,
                          std::uint32_t byte, Cycle delay) {
    Fragment::In out;
    out.kind = Operand::Kind::stream;
    out.streams = item.result;
    for (std::uint32_t row = 0; row < block; ++row) {
      const std::uint8_t slice = spread.slice_of(row, byte);
      item.instruction.queue = mem_queue(slice);
      item.instruction.bank = spread.bank;
      item.instruction.address = word(spread, row);
      item.cycle = -hops_of(slice) - static_cast<Offset>(delay);
      item.result_offset = static_cast<std::uint8_t>(row);
      item.result_width = 1;
      out.sources.push_back({false, fragment.add(item), 0, 1});
    }
    return out;
  }

  void transpose(std::uint32_t byte) {
    Fragment fragment;
    Fragment::Item gather;
    gather.result = streams(fragment, outward_, block, 0);
    // They pass a slice when it gathers.
    const ReadStreams offsets =
        add_offsets(fragment, false, -static_cast<Offset>(timing_.mem_gather_cycles));
    gather.instruction.opcode = Opcode::gather;
    gather.instruction.count = modulus_;
    gather.in[0].kind = Operand::Kind::stream;
    gather.in[0].streams = offsets.streams;
    gather.in[0].sources = offsets.bytes;
    Fragment::Item turn;
    turn.instruction.opcode = Opcode::transpose;
    turn.instruction.queue =
        sxm_queue(side_, byte % 2 == 0 ? SxmUnit::transpose0 : SxmUnit::transpose1);
    turn.instruction.count = modulus_;
    turn.in[0] = add_slices(fragment, gather, from_, byte, timing_.mem_gather_cycles);
    const auto drive = static_cast<Offset>(result_delay_cycles(timing_, turn.instruction));
    turn.result = streams(fragment, inward_, block, drive);
    turn.result_width = block;
    const std::int32_t turned = turn.result;
    const std::uint32_t item = fragment.add(std::move(turn));
    Offset last = 0;
    for (std::uint32_t row = 0; row < block; ++row) {
      Fragment::Item write;
      const std::uint8_t slice = between_.slice_of(row, byte);
      write.instruction.opcode = Opcode::write;
      write.instruction.queue = mem_queue(slice);
      write.instruction.bank = between_.bank;
      write.instruction.address = word(between_, row);
      write.instruction.stride = 1;
      write.instruction.count = modulus_;
      write.cycle = drive + hops_of(slice);
      write.in[0] = one_stream(turned, row, {false, item, 0, 1});
      last = std::max(last, write.cycle + Offset{modulus_} - 1);
      fragment.add(std::move(write));
    }
    between_.ready =
        std::max(between_.ready, settle(fragment, from_.ready, between_.free_from,
                                        last + static_cast<Offset>(timing_.mem_write_cycles)));
  }

  void permute(std::uint32_t byte) {
    Fragment fragment;
    Fragment::Item read;
    read.instruction.opcode = Opcode::read;
    read.instruction.count = modulus_;
    read.instruction.stride = 1;
    read.result = streams(fragment, outward_, block, 0);
    Fragment::In rows = add_slices(fragment, read, between_, byte, timing_.mem_read_cycles);
    Fragment::Item turn;
    turn.instruction.opcode = Opcode::permute;
    turn.instruction.queue = sxm_queue(side_, SxmUnit::permute);
    const auto drive = static_cast<Offset>(result_delay_cycles(timing_, turn.instruction));
    turn.result = streams(fragment, inward_, block, drive);
    turn.result_width = block;
    const auto [offsets, offset_items] = add_scatter_offsets(fragment, drive);
    std::vector<std::uint32_t> items;
    for (std::uint32_t k = 0; k < modulus_; ++k) {
      turn.instruction.map = turn_map(state_, modulus_, k);
      turn.cycle = k;
      turn.in[0] = rows;
      for (Fragment::Source& source : turn.in[0].sources) source.first = k;
      items.push_back(fragment.add(turn));
    }
    Offset last = 0;
    for (std::uint32_t k = 0; k < modulus_; ++k) {
      for (std::uint32_t row = 0; row < block; ++row) {
        const std::uint8_t slice = to_.slice_of(row, byte);
        Fragment::Item scatter;
        scatter.instruction.opcode = Opcode::scatter;
        scatter.instruction.queue = mem_queue(slice);
        scatter.instruction.bank = to_.bank;
        scatter.instruction.address = word(to_, row);
        scatter.cycle = drive + k + hops_of(slice);
        scatter.in[0] = one_stream(turn.result, row, {false, items[k], 0, 1});
        scatter.in[1].kind = Operand::Kind::stream;
        scatter.in[1].streams = offsets;
        scatter.in[1].sources = {{false, offset_items, k, 1}};
        last = std::max(last, scatter.cycle);
        fragment.add(std::move(scatter));
      }
    }
    to_.ready = std::max(to_.ready, settle(fragment, between_.ready, to_.free_from,
                                           last + static_cast<Offset>(timing_.mem_scatter_cycles)));
  }

  /// The offsets turn round at the SXM, so that they come back beside the permuted vectors from
  /// `drive` on: streams and the shift that drives them.
  std::pair<std::int32_t, std::uint32_t> add_scatter_offsets(Fragment& fragment, Offset drive) {
    Fragment::Item back;
    back.instruction.opcode = Opcode::shift;
    back.instruction.queue = sxm_queue(side_, SxmUnit::shift);
    back.instruction.count = modulus_;
    back.cycle = drive - static_cast<Offset>(result_delay_cycles(timing_, back.instruction));
    const ReadStreams offsets = add_offsets(fragment, true, back.cycle);
    back.in[0].kind = Operand::Kind::stream;
    back.in[0].streams = offsets.streams;
    back.in[0].sources = offsets.bytes;
    back.result = streams(fragment, inward_, 2, drive);
    back.result_width = 2;
    const std::int32_t result = back.result;
    return {result, fragment.add(std::move(back))};
  }

  static Fragment::In one_stream(std::int32_t streams, std::uint32_t offset,
                                 const Fragment::Source& source) {
    Fragment::In in;
    in.kind = Operand::Kind::stream;
    in.streams = streams;
    in.offset = static_cast<std::uint8_t>(offset);
    in.width = 1;
    in.sources = {source};
    return in;
  }

  /// What is read is there from `ready` on, and where it goes may be written from `free_from` on.
  Cycle settle(const Fragment& fragment, Cycle ready, Cycle free_from, Offset done) {
    if (fragment.clashes_with_itself()) {
      fail(Category::internal, "a transpose wants one bank twice");
    }
    const Offset earliest =
        std::max({state_.barrier, static_cast<Offset>(ready) - fragment.first_cycle(),
                  static_cast<Offset>(free_from)});
    const Offset shift = state_.placer.place(fragment, earliest, label_);
    first_ = std::min(first_, shift + fragment.first_cycle());
    state_.note(done + shift);
    return static_cast<Cycle>(done + shift);
  }

  SchedulerState& state_;
  const Timing& timing_;
  std::uint32_t label_;
  const Spread& from_;
  Spread& between_;
  Spread& to_;
  std::uint32_t modulus_;
  Hemisphere side_;
  Direction outward_;
  Direction inward_;
  std::uint8_t zone_;
  std::uint32_t sxm_;
  Offset first_ = Offset{1} << 60U;
};

}  // namespace

Offset turn_blocks(SchedulerState& state, std::uint32_t label, const Spread& from, Spread& between,
                   Spread& to, std::uint32_t modulus) {
  BlockTurner turner(state, label, from, between, to, modulus);
  turner.run();
  return turner.first();
}

}  // namespace weft::program::tsp
