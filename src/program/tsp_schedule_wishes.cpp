// SPDX-License-Identifier: Apache-2.0
// Which slices and banks a tensor had better not lie in: what is read and written beside it.
#include <algorithm>

#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {
namespace {

// Points against a slice: reads and writes of one cycle wait for each other in a slice's queues
// and banks.
constexpr std::uint32_t written_at_once = 1000;
constexpr std::uint32_t read_beside_later = 400;
constexpr std::uint32_t read_while_written = 150;  // rows of one tensor
constexpr std::uint32_t bank_read_now = 300;
constexpr std::uint32_t slice_read_now = 20;
constexpr std::uint32_t goes_by_at_once = 50000;
constexpr std::uint32_t no_hop = 30'000;            // from one slice to another of its stop
constexpr std::uint32_t meets_at_once = 1'000'000;  // a pass could not be at all
constexpr std::uint32_t another_slice = 5;          // than what is never wanted at the same time

}  // namespace

Memory::Wishes SchedulerState::wishes(TensorId id, Hemisphere side, const Share& share,
                                      std::uint32_t tile, const std::vector<TensorId>& read_beside,
                                      const std::vector<std::uint32_t>& planes_of_segments) const {
  Memory::Wishes wish;
  const Placed& own = placed[id];
  const auto quarter_of = [&](std::uint64_t row) {
    std::uint32_t q = 0;
    while (q < 3 && row >= quarter(own.rows, q + 1)) ++q;
    return q;
  };
  if (layouts[id].gathered != nullptr && share.plane < 8) {  // offsets come from nearer the VXM
    constexpr std::uint32_t behind = (offset_slice / slices_a_group + 1) * slices_a_group;
    for (std::uint32_t slice = 0; slice < behind; ++slice) wish.avoid(slice, no_hop * 10);
  }
  std::array<bool, slices_a_hemisphere> same{};
  for (std::size_t i = 0; i < own.segments.size(); ++i) {
    const Segment& other = own.segments[i];
    if (other.store.hemisphere != side) continue;
    // Rows go from copies to gathered segments of neighbours: a hop at least.
    if (layouts[id].gathered != nullptr && other.copy != share.plane / 8) {
      for (const std::uint8_t slice : other.store.slices) {
        const std::uint32_t stop = slice / slices_a_group * slices_a_group;
        for (std::uint32_t s = stop; s < stop + slices_a_group; ++s) wish.avoid(s, no_hop);
        break;
      }
    }
    const bool given = program.at(id).role != TensorValue::Role::result;
    const bool same_rows = given ? planes_of_segments[i] == share.plane
                                 : quarter_of(other.first) == quarter_of(share.first);
    for (std::uint32_t b = 0; b < other.store.width; ++b) {
      const std::uint32_t slice = other.store.slices.at(b);
      wish.avoid(slice, other.store.bank, read_while_written);
      if (planes_of_segments[i] != share.plane) wish.avoid(slice, written_at_once);
      // A row goes to all copies in one cycle, and a window reads its rows from a copy each.
      const bool same_row =
          other.first < share.first + share.rows && share.first < other.first + other.rows;
      const bool meets = other.tile == tile && (same_row || other.copy != share.plane / 8);
      if (meets && !given) wish.avoid(slice, meets_at_once);
      if (!same_rows) wish.avoid(slice, read_beside_later);
      same.at(slice) = same.at(slice) || (same_rows && planes_of_segments[i] == share.plane);
    }
  }
  if (std::any_of(same.begin(), same.end(), [](bool is) { return is; })) {
    for (std::uint32_t slice = 0; slice < slices_a_hemisphere; ++slice) {
      if (!same.at(slice)) wish.avoid(slice, another_slice);
    }
  }
  const auto avoid_all = [&](TensorId tensor, std::uint32_t bank_points,
                             std::uint32_t slice_points) {
    for (const Segment& other : placed[resolved[tensor]].segments) {
      if (other.store.hemisphere != side) continue;
      for (std::uint32_t b = 0; b < other.store.width; ++b) {
        wish.avoid(other.store.slices.at(b), slice_points);
        wish.avoid(other.store.slices.at(b), other.store.bank, bank_points);
      }
    }
  };
  for (const TensorId tensor : read_beside) avoid_all(tensor, bank_read_now, slice_read_now);
  // The same rows go by in one cycle: two reads want two slices, a read and a write two banks.
  const bool given = program.at(id).role != TensorValue::Role::result;
  for (const TensorId tensor : read_beside) {
    if (placed[resolved[tensor]].rows != own.rows) continue;
    for (const Segment& other : placed[resolved[tensor]].segments) {
      const bool apart =
          other.first >= share.first + share.rows || share.first >= other.first + other.rows;
      if (apart || other.store.hemisphere != side) continue;
      for (std::uint32_t b = 0; b < other.store.width; ++b) {
        const std::uint32_t slice = other.store.slices.at(b);
        wish.avoid(slice, other.store.bank, goes_by_at_once);
        if (given) wish.avoid(slice, goes_by_at_once);
      }
    }
  }
  for (const std::vector<TensorId>& together : read_together_) {  // who else is read where this is
    if (std::find(together.begin(), together.end(), id) == together.end()) continue;
    for (const TensorId other : together) {
      if (other != id) avoid_all(other, 0, read_beside_later);
    }
  }
  avoid_meetings(wish, id, side, share, tile);
  return wish;
}

void SchedulerState::meet(const std::vector<TensorId>& sides, TensorId result) {
  meetings_.push_back({sides, result, 0, false});
}

void SchedulerState::meet_anywhere(const std::vector<TensorId>& sides) {
  meetings_.push_back({sides, unused_side, 0, true});
}

void SchedulerState::avoid_meetings(Memory::Wishes& wish, TensorId id, Hemisphere side,
                                    const Share& share, std::uint32_t tile) const {
  const auto avoid = [&](const Meeting& meeting, TensorId other_id, bool every_bank) {
    const Placed& other = placed[other_id];
    for (const Segment& segment : other.segments) {
      if (segment.store.hemisphere != side) continue;
      const bool other_rows =
          other.rows == placed[id].rows && (segment.first >= share.first + share.rows ||
                                            share.first >= segment.first + segment.rows);
      if (meeting.any_rows ? segment.tile != tile : other_rows) continue;
      for (std::uint32_t b = 0; b < segment.store.width; ++b) {
        const std::uint32_t slice = segment.store.slices.at(b);
        if (every_bank) wish.avoid(slice, meets_at_once);
        if (!every_bank) wish.avoid(slice, segment.store.bank, meets_at_once);
      }
    }
  };
  for (const Meeting& meeting : meetings_) {
    const auto& sides = meeting.sides;
    const bool reads = std::find(sides.begin(), sides.end(), id) != sides.end();
    if (!reads && meeting.result != id) continue;
    for (const TensorId other : sides) {
      if (other != id) avoid(meeting, other, reads);
    }
    for (std::uint32_t slot = 0; reads && slot < meeting.constants; ++slot) {
      for (const std::uint32_t of_slot : {slot, slot + meeting.constants}) {  // of either quarter
        for (const std::uint8_t slice : memory.constant_slices(side, of_slot)) {
          wish.avoid(slice, meets_at_once);
        }
      }
    }
    if (reads && meeting.result != id && meeting.result != unused_side) {
      avoid(meeting, meeting.result, false);
    }
  }
}

}  // namespace weft::program::tsp
