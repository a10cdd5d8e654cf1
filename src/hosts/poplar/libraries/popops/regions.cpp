// SPDX-License-Identifier: Apache-2.0
// popops: regions of results on tiles, and the elements of operands that belong to them.

#include <algorithm>

#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "poputil/Broadcast.hpp"

namespace weft::libraries {

using poplar::Tensor;

std::vector<TileRegions> regions_by_tile(poplar::Graph& graph, const Tensor& t) {
  std::vector<TileRegions> out;
  const Tensor flat = t.flatten();
  const auto mapping = graph.getTileMapping(flat);
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    if (mapping[tile].empty()) continue;
    auto regions = graph.getSortedContiguousRegions(flat, mapping[tile], true);
    if (!regions.empty()) out.push_back({tile, std::move(regions)});
  }
  return out;
}

MemoryOrder::MemoryOrder(const Tensor& t) : rank_(t.rank()) {
  if (rank_ < 2 || t.isContiguous()) return;
  std::vector<unsigned> channels_last(rank_), reversed(rank_);
  for (unsigned i = 0; i < rank_; ++i) {
    channels_last[i] = i == 0 ? 0 : i + 1;
    reversed[i] = static_cast<unsigned>(rank_) - 1 - i;
  }
  channels_last.back() = 1;
  for (const auto& order : {channels_last, reversed}) {
    if (!t.dimShuffle(order).isContiguous()) continue;
    order_ = order;
    return;
  }
}

Tensor MemoryOrder::of(const Tensor& t) const {
  if (order_.empty()) return t;
  const Tensor wide = t.rank() < rank_ ? t.expand(Shape(rank_ - t.rank(), 0)) : t;
  return wide.dimShuffle(order_);
}

std::optional<Repetition> find_repetition(const std::vector<std::uint32_t>& numbers) {
  const auto count = static_cast<std::uint32_t>(numbers.size());
  Repetition out;
  std::vector<std::uint32_t> lengths;  // of the runs of one number
  std::vector<std::uint32_t> values;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i == 0 || numbers[i] != numbers[i - 1]) {
      lengths.push_back(0);
      values.push_back(numbers[i]);
    }
    ++lengths.back();
  }
  if (values.empty()) return std::nullopt;
  out.inner = *std::max_element(lengths.begin(), lengths.end());
  out.start = lengths.size() == 1 ? 0 : out.inner - lengths.front();
  const auto again = std::find(values.begin() + 1, values.end(), values.front());
  out.unique.assign(values.begin(), again);
  const auto period = static_cast<std::uint32_t>(out.unique.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    if (numbers[i] != out.unique[(out.start + i) / out.inner % period]) return std::nullopt;
  }
  return out;
}

Operand::Operand(const Tensor& given, const Shape& shape)
    : given_(given), flat_given_(given.flatten()), shape_(shape), elements_(product(shape)) {
  Tensor wide = given;
  poputil::broadcastToMatch(wide, shape);
  flat_ = wide.flatten();
  const Shape own = given.shape();
  strides_.assign(shape.size(), 0);
  std::size_t stride = 1;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::size_t length = own[own.size() - 1 - i];
    if (length != 1) strides_[shape.size() - 1 - i] = stride;
    stride *= length;
  }
}

Tensor Operand::for_region(const Intervals& region) const { return elements_of(flat_, region); }

Tensor Operand::scalar_or_region(const Intervals& region) const {
  return scalar() ? flat_given_ : for_region(region);
}

std::vector<std::uint32_t> Operand::numbers(const Intervals& region) const {
  std::vector<std::uint32_t> out;
  out.reserve(size_of(region));
  for (const auto& interval : region) {
    for (std::size_t at = interval.begin(); at < interval.end(); ++at) {
      std::size_t rest = at;
      std::size_t number = 0;
      for (std::size_t i = shape_.size(); i-- > 0;) {
        number += rest % shape_[i] * strides_[i];
        rest /= shape_[i];
      }
      out.push_back(static_cast<std::uint32_t>(number));
    }
  }
  return out;
}

std::optional<Repetition> Operand::repetition(const Intervals& region) const {
  return find_repetition(numbers(region));
}

Tensor Operand::unique(const Repetition& repetition) const {
  Intervals intervals;
  for (const std::size_t number : repetition.unique) {
    if (!intervals.empty() && intervals.back().end() == number) {
      intervals.back() = poplar::Interval(intervals.back().begin(), number + 1);
    } else {
      intervals.emplace_back(number, number + 1);
    }
  }
  return elements_of(flat_given_, intervals);
}

}  // namespace weft::libraries
