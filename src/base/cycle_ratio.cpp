// SPDX-License-Identifier: Apache-2.0
// A ratio is too small as long as there is a loop of more cycles than tokens times ratio: the
// loop's own is taken, and looked again. Loops are found as longest paths that do not end (Bellman
// and Ford), edge by edge in an order in which one pass follows all edges without tokens.
#include "base/cycle_ratio.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace weft {
namespace {

constexpr std::size_t no_edge = static_cast<std::size_t>(-1);

/// Of each node its place in an order in which edges without tokens lead on.
std::vector<std::uint32_t> places_of(std::uint32_t nodes, std::span<const RatioEdge> edges) {
  std::vector<std::uint32_t> open(nodes, 0);
  std::vector<std::vector<std::uint32_t>> next(nodes);
  for (const RatioEdge& edge : edges) {
    if (edge.tokens > 0) continue;
    next[edge.from].push_back(edge.to);
    ++open[edge.to];
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t n = 0; n < nodes; ++n) {
    if (open[n] == 0) order.push_back(n);
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const std::uint32_t to : next[order[at]]) {
      if (--open[to] == 0) order.push_back(to);
    }
  }
  if (order.size() < nodes) {
    fail(Category::input, "a loop without a token: each would have to come before the others");
  }
  std::vector<std::uint32_t> places(nodes);
  for (std::uint32_t p = 0; p < nodes; ++p) places[order[p]] = p;
  return places;
}

class Search {
 public:
  Search(std::uint32_t nodes, std::span<const RatioEdge> edges)
      : edges_(edges), length_(nodes), by_(nodes), seen_(nodes), order_(edges.size()) {
    const std::vector<std::uint32_t> places = places_of(nodes, edges);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return places[edges[a].from] < places[edges[b].from];
    });
  }

  /// A loop of a greater ratio; no edges: there is none.
  CycleRatio greater_than(std::int64_t cycles, std::int64_t tokens) {
    std::fill(length_.begin(), length_.end(), 0);
    std::fill(by_.begin(), by_.end(), no_edge);
    for (;;) {
      bool longer = false;
      for (const std::size_t e : order_) {
        const RatioEdge& edge = edges_[e];
        const std::int64_t length =
            length_[edge.from] + edge.cycles * tokens - edge.tokens * cycles;
        if (length <= length_[edge.to]) continue;
        length_[edge.to] = length;
        by_[edge.to] = e;
        longer = true;
      }
      if (!longer) return {};
      CycleRatio loop = loop_behind();
      if (!loop.edges.empty()) return loop;
    }
  }

 private:
  /// Of the edges that made the paths longest.
  CycleRatio loop_behind() {
    std::fill(seen_.begin(), seen_.end(), 0U);
    for (std::uint32_t start = 0; start < by_.size(); ++start) {
      std::uint32_t at = start;
      while (seen_[at] == 0) {
        seen_[at] = start + 1;
        if (by_[at] == no_edge) break;
        at = edges_[by_[at]].from;
      }
      if (by_[at] == no_edge || seen_[at] != start + 1) continue;
      return loop_at(at);
    }
    return {};
  }

  CycleRatio loop_at(std::uint32_t node) const {
    CycleRatio loop;
    std::uint32_t at = node;
    do {
      const RatioEdge& edge = edges_[by_[at]];
      loop.edges.push_back(by_[at]);
      loop.cycles += edge.cycles;
      loop.tokens += edge.tokens;
      at = edge.from;
    } while (at != node);
    std::reverse(loop.edges.begin(), loop.edges.end());
    return loop;
  }

  std::span<const RatioEdge> edges_;
  std::vector<std::int64_t> length_;
  std::vector<std::size_t> by_;      ///< [node]: the edge by which it is so far
  std::vector<std::uint32_t> seen_;  ///< [node]: by which walk, from 1 on
  std::vector<std::size_t> order_;
};

}  // namespace

CycleRatio greatest_cycle_ratio(std::uint32_t nodes, std::span<const RatioEdge> edges) {
  Search search(nodes, edges);
  CycleRatio best;
  best.tokens = 1;
  for (;;) {
    CycleRatio more = search.greater_than(best.cycles, best.tokens);
    if (more.edges.empty()) break;
    best = std::move(more);
  }
  return best;
}

}  // namespace weft
