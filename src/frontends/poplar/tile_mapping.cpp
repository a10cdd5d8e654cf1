// SPDX-License-Identifier: Apache-2.0
// Tile mappings: intervals set in any order, sorted when somebody asks.
#include <algorithm>
#include <queue>

#include "base/release.hpp"
#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {
namespace {

/// Appends an interval, as part of the last one where it continues it.
void append(std::vector<TileInterval>& intervals, const TileInterval& next) {
  if (!intervals.empty() && intervals.back().end == next.begin &&
      intervals.back().tile == next.tile) {
    intervals.back().end = next.end;
  } else {
    intervals.push_back(next);
  }
}

/// An interval and when it was set: later ones hide earlier ones.
struct Layer {
  TileInterval interval;
  std::size_t order = 0;
  bool operator<(const Layer& other) const { return order < other.order; }
};

/// What is seen of the layers from above.
std::vector<TileInterval> flatten(std::vector<Layer> layers) {
  std::sort(layers.begin(), layers.end(), [](const Layer& a, const Layer& b) {
    return a.interval.begin != b.interval.begin ? a.interval.begin < b.interval.begin : a < b;
  });
  std::vector<TileInterval> out;
  std::priority_queue<Layer> open;
  std::uint64_t at = 0;
  for (std::size_t next = 0; next < layers.size() || !open.empty();) {
    if (open.empty()) at = layers[next].interval.begin;
    while (next < layers.size() && layers[next].interval.begin <= at) open.push(layers[next++]);
    while (!open.empty() && open.top().interval.end <= at) open.pop();
    if (open.empty()) continue;
    const TileInterval& top = open.top().interval;
    std::uint64_t stop = top.end;
    if (next < layers.size()) stop = std::min(stop, layers[next].interval.begin);
    if (top.tile != unmapped) append(out, {at, stop, top.tile});
    at = stop;
  }
  return out;
}

bool ends_before(const TileInterval& interval, std::uint64_t element) {
  return interval.end <= element;
}

}  // namespace

void TileMapping::set(std::uint64_t begin, std::uint64_t end, std::uint32_t tile) {
  if (begin >= end) return;
  const bool behind = settled_.empty() || settled_.back().end <= begin;
  if (pending_.empty() && behind && tile != unmapped) {
    append(settled_, {begin, end, tile});
  } else {
    pending_.push_back({begin, end, tile});
  }
}

void TileMapping::settle() const {
  if (pending_.empty()) return;
  std::vector<Layer> layers;
  layers.reserve(settled_.size() + pending_.size());
  for (const TileInterval& interval : settled_) layers.push_back({interval, layers.size()});
  for (const TileInterval& interval : pending_) layers.push_back({interval, layers.size()});
  settled_ = flatten(std::move(layers));
  release(pending_);
}

std::uint32_t TileMapping::tile_of(std::uint64_t element) const {
  settle();
  const auto at = std::lower_bound(settled_.begin(), settled_.end(), element,
                                   [](const TileInterval& interval, std::uint64_t value) {
                                     return ends_before(interval, value);
                                   });
  return at != settled_.end() && at->begin <= element ? at->tile : unmapped;
}

bool TileMapping::complete(std::uint64_t elements) const {
  settle();
  std::uint64_t covered = 0;
  for (const TileInterval& interval : settled_) {
    if (interval.begin != covered) break;
    covered = interval.end;
  }
  return covered >= elements;
}

std::vector<TileInterval> TileMapping::intervals(std::uint64_t begin, std::uint64_t end) const {
  settle();
  std::vector<TileInterval> out;
  auto at = std::lower_bound(settled_.begin(), settled_.end(), begin,
                             [](const TileInterval& interval, std::uint64_t value) {
                               return ends_before(interval, value);
                             });
  for (; at != settled_.end() && at->begin < end; ++at) {
    out.push_back({std::max(at->begin, begin), std::min(at->end, end), at->tile});
  }
  return out;
}

const std::vector<TileInterval>& TileMapping::intervals() const {
  settle();
  return settled_;
}

}  // namespace weft::frontends::poplar
