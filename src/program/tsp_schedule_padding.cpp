// SPDX-License-Identifier: Apache-2.0
// What lies around an image in a TSP's memory: the host's once, or the chip's in every run.
#include <algorithm>

#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {
namespace {

/// Words around the images of a segment whose first word, before it has a place, is `lowest`.
struct Around {
  std::int64_t first = 0;
  std::uint32_t words = 0;
};

std::vector<Around> around_images(const ImageLayout& layout, std::int64_t lowest,
                                  std::uint32_t words) {
  const auto height = static_cast<std::int64_t>(layout.height);
  const std::int64_t period = height * layout.pitch + layout.image_gap;
  const auto inside = [&](std::int64_t word) {
    if (word < 0 || word >= static_cast<std::int64_t>(layout.images) * period) return false;
    const std::int64_t y = word % period / layout.pitch;
    return y < height && word % period - y * layout.pitch < static_cast<std::int64_t>(layout.width);
  };
  std::vector<Around> out;
  for (std::int64_t word = lowest; word < lowest + std::int64_t{words};) {
    std::int64_t behind = word;
    while (behind < lowest + std::int64_t{words} && !inside(behind)) ++behind;
    if (behind > word) out.push_back({word, static_cast<std::uint32_t>(behind - word)});
    word = std::max(behind, word + 1);
  }
  return out;
}

std::uint32_t word_at(const Segment& segment, std::int64_t word) {
  return static_cast<std::uint32_t>(std::int64_t{segment.store.address} + word + segment.origin);
}

}  // namespace

bool SchedulerState::reuse_padded(const ImageLayout& layout, Segment& segment, std::int64_t origin,
                                  std::uint32_t words, Hemisphere side,
                                  const Memory::Wishes& wish) {
  if (!layout.padded) return false;
  constexpr std::uint32_t bearable = 299;
  for (auto old = padded_.begin(); old != padded_.end(); ++old) {
    const Segment& s = old->segment;
    const bool alike = old->pad_value == layout.pad_value && old->height == layout.height &&
                       old->images == layout.images && s.columns == segment.columns &&
                       s.pitch == segment.pitch && s.image_gap == segment.image_gap &&
                       s.origin == origin && s.store.words == words && s.store.width == 1 &&
                       s.store.hemisphere == side;
    if (!alike || wish.penalty.at(s.store.slices[0]).at(s.store.bank) > bearable) continue;
    segment.store = s.store;
    segment.origin = origin;
    padded_.erase(old);
    return true;
  }
  return false;
}

TensorId SchedulerState::pad_constant(std::int8_t value) {
  const auto [entry, added] = pad_constants_.try_emplace(value, 0);
  if (added) entry->second = add_constant(VectorType::i8, {static_cast<std::byte>(value)}, {1});
  return entry->second;
}

void SchedulerState::describe_padding(const ImageLayout& layout, const Segment& segment,
                                      std::int64_t lowest, std::uint32_t words) {
  if (!layout.padded || layout.pad_value == 0) return;
  const TensorId id = pad_constant(layout.pad_value);
  for (const Around& around : around_images(layout, lowest, words)) {
    Piece piece;
    piece.hemisphere = segment.store.hemisphere;
    piece.bank = segment.store.bank;
    piece.slices = segment.store.slices;
    piece.address = word_at(segment, around.first);
    piece.words = around.words;
    piece.word_step = 0;
    piece.lane_step = 0;
    pieces[id].push_back(piece);
  }
}

const Store& SchedulerState::pad_word(std::int8_t value, Hemisphere hemisphere) {
  const auto [entry, added] = pad_words_.try_emplace({value, hemisphere});
  Store& store = entry->second;
  if (!added) return store;
  const TensorId id = pad_constant(value);
  store = memory.allocate_in(hemisphere, memory.constant_slices(hemisphere, 0), 1, 1,
                             program.at(id).name);
  Piece piece;
  piece.hemisphere = hemisphere;
  piece.bank = store.bank;
  piece.slices = store.slices;
  piece.address = store.address;
  piece.words = 1;
  piece.word_step = 0;
  piece.lane_step = 0;
  pieces[id].push_back(piece);
  return store;
}

void SchedulerState::write_padding(const ImageLayout& layout, Segment& segment, std::int64_t lowest,
                                   std::uint32_t words, const std::string& name) {
  std::vector<AddressRef> refs;
  for (const Around& around : around_images(layout, lowest, words)) {
    for (std::uint32_t k = 0; k < around.words; ++k) {
      refs.push_back({0, word_at(segment, around.first + k)});
    }
  }
  if (refs.empty()) return;
  const Store& to = segment.store;
  // From the other hemisphere: on its way it passes every slice of this one.
  const bool west = to.hemisphere == Hemisphere::west;
  const Store& from = pad_word(layout.pad_value, west ? Hemisphere::east : Hemisphere::west);
  const std::uint32_t text = label(name + " padding");
  for (const AddressRun& run : runs_of(refs, {})) {
    AddressRun same;
    same.count = run.count;
    same.address = from.address;
    Fragment fragment;
    std::int32_t shared = -1;
    const ReadStreams streams =
        add_reads(fragment, timing, from, same, vxm_stop, 0, 0, streams_a_direction, shared);
    fragment.stream_requests.at(static_cast<std::size_t>(streams.streams)).zones =
        zone_west | zone_east;
    Offset last = 0;
    for (std::uint32_t byte = 0; byte < to.width; ++byte) {
      Fragment::Item write;
      write.instruction = memory_run(Opcode::write, to, byte, run);
      write.cycle = hops_between(vxm_stop, stop_of_slice(to.hemisphere, to.slices.at(byte)));
      write.in[0].kind = Operand::Kind::stream;
      write.in[0].streams = streams.streams;
      write.in[0].sources = streams.bytes;
      last = std::max(last, write.cycle);
      fragment.add(std::move(write));
    }
    const Offset shift =
        placer.place(fragment, std::max(barrier, static_cast<Offset>(to.free_from)), text);
    const Offset there =
        shift + last + Offset{run.count - 1} + static_cast<Offset>(timing.mem_write_cycles);
    segment.padding_ready = std::max(segment.padding_ready, static_cast<Cycle>(there));
    note(there);
  }
}

}  // namespace weft::program::tsp
