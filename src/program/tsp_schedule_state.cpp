// SPDX-License-Identifier: Apache-2.0
// Places a tensor program's inputs, constants and results in a TSP's memory.
#include "program/tsp_schedule_state.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_schedule_lanes.hpp"

namespace weft::program::tsp {
namespace {

std::uint32_t tiles_of(std::uint64_t channels) {
  return static_cast<std::uint32_t>((channels + lanes - 1) / lanes);
}

}  // namespace

SchedulerState::SchedulerState(const TensorProgram& tensor_program,
                               const std::vector<Chain>& chains, const Timing& delays,
                               const ScheduleOptions& how, Memory room,
                               std::vector<bool> every_lane)
    : program(tensor_program),
      timing(delays),
      options(how),
      placer(delays),
      memory(std::move(room)),
      placed(tensor_program.tensors.size()),
      layouts(tensor_program.tensors.size()),
      in_every_lane(std::move(every_lane)) {
  for (TensorId id = 0; id < placed.size(); ++id) {
    resolved.push_back(resolve(program, id));
    row_maps.push_back(resolved_row(program, id));
  }
  std::vector<bool> replicable(placed.size());
  for (TensorId id = 0; id < placed.size(); ++id) {
    replicable[id] = program.at(id).role == TensorValue::Role::input;
  }
  for (const Chain& chain : chains) {
    const TensorNode* primary = chain.primary;
    replicable[chain.result] =
        primary != nullptr && primary->window.groups == 1 &&
        (primary->operation == TensorOperation::matmul ||
         primary->operation == TensorOperation::convolution) &&
        std::all_of(chain.sides.begin(), chain.sides.end(), [&](const Chain::Side& side) {
          return side.tensor == unused_side ||
                 program.at(side.tensor).role == TensorValue::Role::constant;
        });
  }
  for (const Chain& chain : chains) {
    std::vector<TensorId> together;
    if (chain.primary != nullptr) {
      for (const TensorId operand : chain.primary->operands) {
        if (operand == chain.primary->operands[0] ||
            program.at(operand).role == TensorValue::Role::result) {
          together.push_back(resolved[operand]);
        }
      }
    }
    for (const Chain::Side& side : chain.sides) {
      if (side.tensor != unused_side) together.push_back(resolved[side.tensor]);
    }
    // Behind a product they meet too; its result, and constants, are far enough away.
    const bool alone = chain.primary == nullptr;
    Meeting meeting{{}, alone ? chain.result : unused_side, 0, false};
    for (const Chain::Side& one : chain.sides) {
      if (one.tensor == unused_side) continue;
      if (!lies_anywhere(one.tensor)) {
        meeting.sides.push_back(resolved[one.tensor]);
      } else if (alone) {
        ++meeting.constants;
      }
    }
    meetings_.push_back(std::move(meeting));
    read_together_.push_back(std::move(together));
  }
  for (const Chain& chain : chains) {
    if (chain.primary != nullptr) lay_out(*chain.primary, replicable);
  }
  bench.rows = bench_rows(program, chains);
  bool turns = false;
  for (std::size_t n = 0; n < chains.size(); ++n) {
    if (chains[n].primary == nullptr) continue;
    const TensorNode& primary = *chains[n].primary;
    if (reduces_lanes(primary)) last_reduction_ = n;
    if (primary.operation != TensorOperation::transpose || keeps_lanes(program, primary)) continue;
    last_turn_ = n;
    turns = true;
  }
  for (const Hemisphere hemisphere : {Hemisphere::west, Hemisphere::east}) {
    const auto side = static_cast<std::size_t>(hemisphere);
    if (bench.rows != 0) {
      bench.address.at(side) =
          memory.allocate_bench(hemisphere, bench_words(), "rows that are reduced");
    }
    if (turns) {
      turning.at(side).words = 2 * turning_words;
      turning.at(side).address =
          memory.allocate_bench(hemisphere, turning.at(side).words, "blocks that are turned");
    }
  }
}

std::vector<bool> stands_in_every_lane(const TensorProgram& program) {
  std::vector<bool> out;
  for (const TensorValue& value : program.tensors) {
    out.push_back(value.shape.back() == 1 && value.role != TensorValue::Role::result);
  }
  for (const TensorNode& node : program.nodes) {
    if (program.at(node.result).shape.back() != 1 || is_product(node)) continue;
    const auto is = [&](TensorId operand) { return out[operand]; };
    // Of a gather's operands only the table's rows become the result.
    const std::size_t count = node.operation == TensorOperation::gather ? 1 : node.operands.size();
    out[node.result] = node.operation != TensorOperation::transpose &&
                       std::all_of(node.operands.begin(),
                                   node.operands.begin() + static_cast<std::ptrdiff_t>(count), is);
  }
  return out;
}

std::uint32_t SchedulerState::label(const std::string& text) {
  texts.push_back(text);
  return static_cast<std::uint32_t>(texts.size() - 1);
}

bool SchedulerState::lies_anywhere(TensorId id) const {
  const TensorValue& value = program.at(id);
  return value.role == TensorValue::Role::constant ||
         (value.role == TensorValue::Role::input && value.elements() == value.shape.back());
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
  tensor.replicated = layouts[id].gathered != nullptr && !layouts[id].rows_only;
  tensor.tiles = layouts[id].gathered != nullptr ? 1 : tiles_of(tensor.channels);
  // Any two inputs may be operands of one operation.
  std::vector<TensorId> beside;
  for (TensorId other = 0; other < program.tensors.size(); ++other) {
    const bool given = program.at(other).role != TensorValue::Role::result;
    if (other != id && given && !placed[other].segments.empty()) beside.push_back(other);
  }
  std::vector<std::uint32_t> planes_of_segments;
  for (std::uint32_t q = 0; q < 4; ++q) {
    Share share;
    share.hemisphere = q < 2 ? Hemisphere::west : Hemisphere::east;
    share.plane = q;
    share.first = quarter(tensor.rows, q);
    share.rows = quarter(tensor.rows, q + 1) - share.first;
    for (std::uint32_t tile = 0; tile < tensor.tiles; ++tile) {
      add_segments(id, tile, share, q, beside, planes_of_segments);
    }
  }
  for (Segment& segment : tensor.segments) {
    segment.ready.clear();
    if (layouts[id].rows_only) {
      describe_rows(id, segment);
    } else {
      describe_pieces(id, tensor, segment);
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
  for (std::uint64_t row = segment.first; row < segment.first + segment.rows;) {
    const std::uint64_t rest = segment.first + segment.rows - row;
    const std::uint64_t to_break = segment.columns - row % segment.columns;
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

Cycle SchedulerState::first_ready_of(const std::vector<TensorId>& operands) const {
  Cycle last = 0;
  for (const TensorId id : operands) {
    Cycle first = never;
    for (const Segment& segment : placed[resolved[id]].segments) {
      const auto least = std::min_element(segment.ready.begin(), segment.ready.end());
      first = std::min(first, least == segment.ready.end() ? Cycle{0} : *least);
    }
    if (first != never) last = std::max(last, first);
  }
  return last;
}

void SchedulerState::place_result(TensorId id,
                                  const std::function<std::vector<Share>(std::uint32_t)>& makers,
                                  const std::vector<TensorId>& read_beside) {
  Placed& tensor = placed[id];
  tensor.rows = rows_of(id);
  tensor.channels = channels_of(id);
  tensor.replicated = layouts[id].gathered != nullptr;
  tensor.tiles = tensor.replicated ? 1 : tiles_of(tensor.channels);
  std::vector<std::uint32_t> planes_of_segments;
  result_wanted_ = first_ready_of(read_beside);
  for (std::uint32_t tile = 0; tile < tensor.tiles; ++tile) {
    for (const Share& maker : makers(tile)) {
      for (std::uint32_t q = 0; q < 4; ++q) {
        Share share = maker;
        share.first = std::max(maker.first, quarter(tensor.rows, q));
        const std::uint64_t behind =
            std::min(maker.first + maker.rows, quarter(tensor.rows, q + 1));
        if (share.first >= behind) continue;
        share.rows = behind - share.first;
        add_segments(id, tile, share, q, read_beside, planes_of_segments);
      }
    }
  }
  if (!program.at(id).output) return;
  for (const Segment& segment : tensor.segments) {
    if (segment.copy == 0) describe_pieces(id, tensor, segment);
  }
}

TensorId SchedulerState::add_constant(VectorType type, const std::vector<std::byte>& bytes,
                                      const TensorShape& shape) {
  const TensorId id = program.constant(program.fresh_name("scheduler_"), type, shape, bytes);
  placed.emplace_back();
  resolved.push_back(id);
  row_maps.emplace_back();
  layouts.emplace_back();
  in_every_lane.push_back(shape.back() == 1);
  return id;
}

std::uint32_t SchedulerState::map_number(const LaneMap& map) {
  std::vector<LaneMap>& maps = placer.schedule().maps;
  const auto [entry, added] = maps_.try_emplace(map, static_cast<std::uint32_t>(maps.size()));
  if (added) maps.push_back(map);
  return entry->second;
}

TensorId SchedulerState::shared_constant(VectorType type, const std::vector<std::byte>& bytes) {
  const auto [entry, added] = shared_constants_.try_emplace({type, bytes}, 0);
  if (added) entry->second = add_constant(type, bytes, {bytes.size() / numerics::width_of(type)});
  return entry->second;
}

TensorId SchedulerState::add_result(VectorType type, const TensorShape& shape,
                                    std::uint32_t copies) {
  TensorValue value;
  value.name = program.fresh_name("scheduler_");
  value.type = type;
  value.shape = shape;
  program.tensors.push_back(std::move(value));
  const auto id = static_cast<TensorId>(program.tensors.size() - 1);
  placed.emplace_back();
  resolved.push_back(id);
  row_maps.emplace_back();
  layouts.emplace_back();
  layouts.back().copies = copies;
  in_every_lane.push_back(false);
  return id;
}

}  // namespace weft::program::tsp
