// SPDX-License-Identifier: Apache-2.0
// Pools: maxima in the VXM, an axis at a time; sums in the MXM, by an identity.
#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

[[noreturn]] void unsupported(const SchedulerState& state, const TensorNode& node,
                              const std::string& what) {
  fail(Category::unsupported, "tensor '" + state.program.at(node.result).name + "': " + what);
}

/// Maximum over `taps` neighbours along one axis, from copy i of the operand the i-th. What a
/// window reaches outside the image is replaced by the nearest pixel, which is in the window too.
/// `in`: the operand's shape, whose rows may lie as another tensor's. Of the other axis every
/// `other_stride`-th is taken.
ScheduledOperation place_axis(SchedulerState& state, TensorId from, const TensorShape& in,
                              TensorId to, std::uint32_t taps, std::uint32_t stride,
                              std::uint32_t pad, bool vertical, std::uint32_t other_stride) {
  const TensorShape out = state.program.at(to).shape;
  Chain chain;
  chain.result = to;
  for (std::uint32_t tap = 0; tap < taps; ++tap) {
    chain.sides.push_back({from, tap == 0 ? 0 : tap - 1});
    if (tap == 0) continue;
    Chain::Step step;
    step.operation = VectorOperation::maximum;
    step.type = step.result_type = state.program.at(from).type;
    step.column = tap - 1;
    step.in[0] = tap == 1 ? Chain::In{Chain::From::side, 0} : Chain::In{Chain::From::step, tap - 2};
    step.in[1] = {Chain::From::side, tap};
    chain.steps.push_back(step);
  }
  return place_vector(state, chain, [&](ChainEmitter& emitter) {
    for (std::uint32_t tap = 0; tap < taps; ++tap) {
      emitter.sides[tap].copy = tap;
      emitter.sides[tap].row_of = [=](std::uint64_t row) {
        const std::uint64_t x = row % out[2];
        const std::uint64_t y = row / out[2] % out[1];
        const std::uint64_t image = row / out[2] / out[1];
        const std::uint64_t at = vertical ? y : x;
        const std::int64_t last = static_cast<std::int64_t>(vertical ? in[1] : in[2]) - 1;
        const auto moved = static_cast<std::uint64_t>(
            std::clamp<std::int64_t>(static_cast<std::int64_t>(at * stride + tap) - pad, 0, last));
        return (image * in[1] + (vertical ? moved : y * other_stride)) * in[2] +
               (vertical ? x * other_stride : moved);
      };
    }
  });
}

/// Row of the operand that tap `tap` of a window takes for row `row` of the result.
std::uint64_t row_of_tap(const TensorShape& in, const TensorShape& out, const TensorWindow& w,
                         std::uint64_t tap, std::uint64_t row) {
  const std::uint64_t y = row / out[2] % out[1] * w.stride_y + tap / w.width;
  const std::uint64_t x = row % out[2] * w.stride_x + tap % w.width;
  const std::uint64_t image = row / out[2] / out[1];
  return (image * in[1] + y) * in[2] + x;
}

/// acc + f32(x), or f32(x) alone.
Chain sum_of_tap(TensorId result, TensorId from, TensorId sum, bool first) {
  Chain chain;
  chain.result = result;
  chain.sides.push_back({from, 0});
  Chain::Step wide;
  wide.operation = VectorOperation::convert;
  wide.type = VectorType::f16;
  wide.result_type = VectorType::f32;
  wide.in[0] = {Chain::From::side, 0};
  chain.steps.push_back(wide);
  if (first) return chain;
  chain.sides.push_back({sum, 1});
  Chain::Step add;
  add.operation = VectorOperation::add;
  add.type = add.result_type = VectorType::f32;
  add.column = 1;
  add.in = {Chain::In{Chain::From::side, 1}, Chain::In{Chain::From::step, 0}};
  chain.steps.push_back(add);
  return chain;
}

/// Sums of fp16 are fp32 additions in the VXM, a tap a pass, in the window's row-major order; then
/// the chain that the sums stream into.
ScheduledOperation place_float_sums(SchedulerState& state, const Chain& chain, TensorId from) {
  const TensorNode& node = *chain.primary;
  const TensorWindow w = node.window;
  const TensorShape in = state.program.at(node.operands[0]).shape;
  const TensorShape out = state.program.at(node.result).shape;
  state.place_of(from);
  std::array<TensorId, 2> sums{};
  for (TensorId& sum : sums) sum = state.add_result(VectorType::f32, out, 1);
  state.meet({from, sums[0]}, sums[1]);
  state.meet({from, sums[1]}, sums[0]);
  state.meet({sums[0], sums[1]}, chain.result);
  const std::vector<Share> shares = quarters_of(state.rows_of(sums[0]));
  for (const TensorId sum : sums) {
    state.place_result(sum, [&](std::uint32_t) { return shares; }, {from});
  }
  const std::uint32_t label = state.label(state.program.at(chain.result).name);
  const std::uint32_t taps = w.height * w.width;
  Offset first = Offset{1} << 60U;
  for (std::uint32_t tap = 0; tap < taps; ++tap) {
    const Chain pass = sum_of_tap(sums.at(tap % 2), from, sums.at(1 - tap % 2), tap == 0);
    const auto change = [&](ChainEmitter& emitter) {
      emitter.sides[0].row_of = [&](std::uint64_t row) { return row_of_tap(in, out, w, tap, row); };
    };
    for (std::uint32_t tile = 0; tile < state.placed[sums[0]].tiles; ++tile) {
      for (const Share& share : shares) {
        first = std::min(first, place_rows(state, pass, share, tile, label, change));
      }
    }
  }
  Chain behind = chain;
  behind.primary = nullptr;
  const auto side = static_cast<std::uint32_t>(behind.sides.size());
  for (Chain::Step& step : behind.steps) {
    for (Chain::In& operand : step.in) {
      if (operand.from != Chain::From::primary) continue;
      operand = {Chain::From::side, side};
      behind.sides.push_back({sums.at((taps - 1) % 2), step.column});
    }
  }
  ScheduledOperation done = place_vector(state, behind);
  for (const TensorId sum : sums) state.release_all(sum);
  done.first_cycle = static_cast<Cycle>(first);
  done.products = state.program.at(node.result).elements() * taps;
  return done;
}

}  // namespace

ScheduledOperation place_maximum_pool(SchedulerState& state, const Chain& chain) {
  const TensorNode& node = *chain.primary;
  const TensorWindow& w = node.window;
  constexpr std::uint32_t most = alu_columns + 1;
  if (w.height > most || w.width > most || w.height * w.width == 1) {
    unsupported(state, node, "max_pool with a window of 1, or above 5 a side");
  }
  const TensorId from = state.resolved[node.operands[0]];
  if (state.layouts[from].gathered != nullptr) unsupported(state, node, "operand is replicated");
  state.place_of(from);
  const TensorShape in = state.program.at(node.operands[0]).shape;
  if (w.height == 1) {
    return place_axis(state, from, in, node.result, w.width, w.stride_x, w.pad_left, false,
                      w.stride_y);
  }
  if (w.width == 1) {
    return place_axis(state, from, in, node.result, w.height, w.stride_y, w.pad_top, true,
                      w.stride_x);
  }
  TensorShape shape = in;
  shape[2] = state.program.at(node.result).shape[2];
  const TensorId rows = state.add_result(state.program.at(from).type, shape, w.height);
  const ScheduledOperation first =
      place_axis(state, from, in, rows, w.width, w.stride_x, w.pad_left, false, 1);
  ScheduledOperation out =
      place_axis(state, rows, shape, node.result, w.height, w.stride_y, w.pad_top, true, 1);
  state.release_all(rows);
  out.first_cycle = first.first_cycle;
  out.bound_cycles += first.bound_cycles;
  return out;
}

ScheduledOperation place_sum_pool(SchedulerState& state, const Chain& chain) {
  const TensorNode& node = *chain.primary;
  const TensorWindow& w = node.window;
  const TensorId from = state.resolved[node.operands[0]];
  if (w.pad_top + w.pad_bottom + w.pad_left + w.pad_right != 0) {
    unsupported(state, node, "sum_pool with padding");
  }
  if (state.layouts[from].gathered != nullptr) unsupported(state, node, "operand is replicated");
  if (state.program.at(from).type == VectorType::f16) return place_float_sums(state, chain, from);
  std::vector<std::byte> identity(lanes * lanes);
  for (std::size_t i = 0; i < lanes; ++i) identity[i * lanes + i] = std::byte{1};
  Product product;
  product.weights = state.add_constant(VectorType::i8, identity, {lanes, lanes});
  product.columns = lanes;
  product.activations_id = from;
  product.activations = &state.place_of(from);
  product.rows = state.rows_of(node.result);
  product.channels = state.channels_of(node.result);
  product.one_matrix = true;
  product.tile_by_tile = true;
  for (std::uint32_t tap = 0; tap < w.height * w.width; ++tap) {
    ContractionTile tile;
    tile.rows = lanes;
    tile.blocks = {{0, lanes, 0}};
    product.tiles.push_back(std::move(tile));
  }
  const TensorShape in = state.program.at(node.operands[0]).shape;
  const TensorShape out = state.program.at(node.result).shape;
  product.source = [&](std::size_t k, std::uint32_t tile, std::uint64_t row) {
    return source_of(*product.activations, tile, row_of_tap(in, out, w, k, row));
  };
  ScheduledOperation done = place_product(state, chain, product);
  done.products = product.rows * product.channels * product.tiles.size();
  return done;
}

}  // namespace weft::program::tsp
