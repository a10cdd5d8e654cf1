// SPDX-License-Identifier: Apache-2.0
// Places a tensor program's inputs, constants and results in a TSP's memory.
#include "program/tsp_schedule_state.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace weft::program::tsp {
namespace {

// Points against a slice: reads and writes of one cycle wait for each other in a slice's queues
// and banks.
constexpr std::uint32_t written_at_once = 1000;
constexpr std::uint32_t read_beside_later = 400;
constexpr std::uint32_t bank_read_now = 300;
constexpr std::uint32_t slice_read_now = 20;
constexpr std::uint32_t another_slice = 5;  // than what is never wanted at the same time

std::uint32_t tiles_of(std::uint64_t channels) {
  return static_cast<std::uint32_t>((channels + lanes - 1) / lanes);
}

}  // namespace

SchedulerState::SchedulerState(const TensorProgram& tensor_program, const Timing& delays,
                               const ScheduleOptions& how)
    : program(tensor_program),
      timing(delays),
      options(how),
      placer(delays),
      memory(delays),
      placed(tensor_program.tensors.size()) {
  for (TensorId id = 0; id < placed.size(); ++id) resolved.push_back(resolve(program, id));
}

std::uint32_t SchedulerState::label(const std::string& text) {
  texts.push_back(text);
  return static_cast<std::uint32_t>(texts.size() - 1);
}

std::uint64_t SchedulerState::channels_of(TensorId id) const { return program.at(id).shape.back(); }

std::uint64_t SchedulerState::rows_of(TensorId id) const {
  return program.at(id).elements() / channels_of(id);
}

std::uint64_t SchedulerState::quarter(std::uint64_t rows, std::uint32_t q) {
  return (rows * q + 3) / 4;
}

const Placed& SchedulerState::place_of(TensorId id) {
  id = resolved.at(id);
  if (placed[id].segments.empty()) place_input(id);
  return placed[id];
}

void SchedulerState::place_input(TensorId id) {
  const TensorValue& value = program.at(id);
  if (value.role == TensorValue::Role::result) {
    fail(Category::unsupported,
         "tensor '" + value.name + "' is needed in another layout than the one it has");
  }
  Placed& tensor = placed[id];
  tensor.rows = rows_of(id);
  tensor.channels = channels_of(id);
  tensor.tiles = tiles_of(tensor.channels);
  for (std::uint32_t q = 0; q < 4; ++q) {
    const std::uint64_t first = quarter(tensor.rows, q);
    const std::uint64_t behind = quarter(tensor.rows, q + 1);
    for (std::uint32_t tile = 0; tile < tensor.tiles; ++tile) {
      for (std::uint64_t row = first; row < behind; row += words_a_bank) {
        Segment segment;
        segment.tile = tile;
        segment.first = row;
        segment.rows = std::min<std::uint64_t>(behind - row, words_a_bank);
        segment.origin = -static_cast<std::int64_t>(row);
        const Hemisphere side = q < 2 ? Hemisphere::west : Hemisphere::east;
        const std::vector<std::uint32_t> nobody(tensor.segments.size(), 0);
        Share share{side, 0, row, segment.rows};
        share.first = first;  // the same slices for all of a quarter
        segment.store = memory.allocate(side, numerics::width_of(value.type),
                                        static_cast<std::uint32_t>(segment.rows),
                                        wishes(id, side, share, {}, nobody), value.name);
        describe_pieces(id, tensor, segment);
        tensor.segments.push_back(segment);
      }
    }
  }
}

const Placed& SchedulerState::constant_of(TensorId id, Hemisphere hemisphere, std::uint32_t slot,
                                          std::uint64_t channels, bool replicated) {
  const auto [entry, added] =
      constants_.try_emplace(std::tuple{id, hemisphere, slot, channels, replicated});
  Placed& tensor = entry->second;
  if (!added) return tensor;
  const TensorValue& value = program.at(id);
  tensor.rows = rows_of(id);
  tensor.channels = channels_of(id);
  tensor.tiles = tensor.channels == 1 ? 1 : tiles_of(tensor.channels);
  tensor.replicated = replicated;
  for (std::uint32_t tile = 0; tile < tensor.tiles; ++tile) {
    Segment segment;
    segment.tile = tile;
    segment.rows = tensor.rows;
    const auto words = static_cast<std::uint32_t>(tensor.rows);
    if (tensor.rows > words_a_bank) {
      fail(Category::unsupported,
           "constant '" + value.name + "' has too many rows beside a vector");
    }
    const std::uint32_t width = numerics::width_of(value.type);
    segment.store = memory.allocate_in(hemisphere, memory.constant_slices(hemisphere, slot), width,
                                       words, value.name);
    describe_pieces(id, tensor, segment);
    tensor.segments.push_back(segment);
  }
  return tensor;
}

void SchedulerState::describe_pieces(TensorId id, const Placed& tensor, const Segment& segment) {
  std::vector<Piece>& out = pieces[id];
  const std::uint64_t columns = std::min<std::uint64_t>(segment.columns, segment.rows);
  for (std::uint64_t row = segment.first; row < segment.first + segment.rows;) {
    const std::uint64_t rest = segment.first + segment.rows - row;
    const std::uint64_t to_break = segment.columns > rest ? rest : columns - row % columns;
    Piece piece;
    piece.hemisphere = segment.store.hemisphere;
    piece.bank = segment.store.bank;
    piece.slices = segment.store.slices;
    piece.address = segment.address_of(row);
    piece.words = static_cast<std::uint32_t>(std::min(rest, to_break));
    piece.word_step = static_cast<std::int64_t>(tensor.channels);
    const bool spread = tensor.channels == 1;
    const std::uint64_t lane_width = tensor.replicated ? tensor.channels : lanes;
    for (std::uint64_t lane = 0; lane < lanes; lane += lane_width) {
      const std::uint64_t channel =
          spread || tensor.replicated ? 0 : std::uint64_t{segment.tile} * lanes + lane;
      piece.lane_first = static_cast<std::uint16_t>(lane);
      piece.first = static_cast<std::int64_t>(row * tensor.channels + channel);
      piece.lane_step = spread ? 0 : 1;
      const std::uint64_t there = spread ? lanes : tensor.channels - channel;
      piece.lane_count =
          static_cast<std::uint16_t>(std::min({there, lane_width, std::uint64_t{lanes} - lane}));
      if (spread) piece.lane_count = lanes;
      out.push_back(piece);
      if (spread) break;
    }
    row += piece.words;
  }
}

Memory::Wishes SchedulerState::wishes(TensorId id, Hemisphere side, const Share& share,
                                      const std::vector<TensorId>& read_beside,
                                      const std::vector<std::uint32_t>& planes_of_segments) const {
  Memory::Wishes wish;
  const Placed& own = placed[id];
  const auto quarter_of = [&](std::uint64_t row) {
    std::uint32_t q = 0;
    while (q < 3 && row >= quarter(own.rows, q + 1)) ++q;
    return q;
  };
  std::array<bool, slices_a_hemisphere> same{};
  for (std::size_t i = 0; i < own.segments.size(); ++i) {
    const Segment& other = own.segments[i];
    if (other.store.hemisphere != side) continue;
    const bool same_rows = quarter_of(other.first) == quarter_of(share.first);
    for (std::uint32_t b = 0; b < other.store.width; ++b) {
      const std::uint32_t slice = other.store.slices.at(b);
      if (planes_of_segments[i] != share.plane) wish.avoid(slice, written_at_once);
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
  for (const TensorNode& node : program.nodes) {  // who else is read where this one is
    const bool taken = std::any_of(node.operands.begin(), node.operands.end(),
                                   [&](TensorId t) { return resolved[t] == id; });
    if (!taken) continue;
    for (const TensorId operand : node.operands) {
      if (resolved[operand] != id) avoid_all(operand, 0, read_beside_later / 2);
    }
  }
  return wish;
}

void SchedulerState::place_result(TensorId id,
                                  const std::function<std::vector<Share>(std::uint32_t)>& makers,
                                  const std::vector<TensorId>& read_beside, bool replicated) {
  Placed& tensor = placed[id];
  const TensorValue& value = program.at(id);
  tensor.rows = rows_of(id);
  tensor.channels = channels_of(id);
  tensor.replicated = replicated;
  tensor.tiles = replicated ? 1 : tiles_of(tensor.channels);
  std::vector<std::uint32_t> planes_of_segments;
  for (std::uint32_t tile = 0; tile < tensor.tiles; ++tile) {
    for (const Share& maker : makers(tile)) {
      for (std::uint32_t q = 0; q < 4; ++q) {
        Share share = maker;
        share.first = std::max(maker.first, quarter(tensor.rows, q));
        const std::uint64_t behind =
            std::min(maker.first + maker.rows, quarter(tensor.rows, q + 1));
        while (share.first < behind) {
          Segment segment;
          segment.tile = tile;
          segment.first = share.first;
          segment.rows = std::min<std::uint64_t>(behind - share.first, words_a_bank);
          segment.origin = -static_cast<std::int64_t>(share.first);
          segment.ready.assign(segment.rows, never);
          segment.store = memory.allocate(
              maker.hemisphere, numerics::width_of(value.type),
              static_cast<std::uint32_t>(segment.rows),
              wishes(id, maker.hemisphere, share, read_beside, planes_of_segments), value.name);
          if (value.output) describe_pieces(id, tensor, segment);
          share.first += segment.rows;
          tensor.segments.push_back(std::move(segment));
          planes_of_segments.push_back(share.plane);
        }
      }
    }
  }
}

}  // namespace weft::program::tsp
