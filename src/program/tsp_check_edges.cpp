// SPDX-License-Identifier: Apache-2.0
// Edges in their order, by consumer; those of neighbouring streams as one.
#include <algorithm>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {

void order_edges(const Work& work, CheckedSchedule& out) {
  // Counted by consumer, then sorted among its few.
  out.edges_from.assign(work.size() + std::size_t{1}, 0);
  for (const Edge& edge : work.edges) ++out.edges_from[edge.consumer + 1];
  for (std::uint32_t i = 0; i < work.size(); ++i) out.edges_from[i + 1] += out.edges_from[i];
  out.edges.resize(work.edges.size());
  std::vector<std::uint64_t> place = out.edges_from;
  for (const Edge& edge : work.edges) out.edges[place[edge.consumer]++] = edge;
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < work.size(); ++i) {
    const auto first = out.edges.begin() + static_cast<std::ptrdiff_t>(out.edges_from[i]);
    const auto last = out.edges.begin() + static_cast<std::ptrdiff_t>(out.edges_from[i + 1]);
    std::sort(first, last, [](const Edge& a, const Edge& b) {
      if (a.operand != b.operand) return a.operand < b.operand;
      if (a.first != b.first) return a.first < b.first;
      if (a.stream != b.stream) return a.stream < b.stream;
      return a.producer_first < b.producer_first;
    });
    out.edges_from[i] = kept;
    const std::size_t own = kept;
    for (auto edge = first; edge != last; ++edge) {
      if (kept > own) {
        Edge& before = out.edges[kept - 1];
        const bool joins = edge->width > 0 && before.operand == edge->operand &&
                           before.first == edge->first && before.count == edge->count &&
                           before.producer == edge->producer &&
                           before.producer_first == edge->producer_first &&
                           before.producer_step == edge->producer_step &&
                           before.stream + before.width == edge->stream &&
                           before.byte + before.width == edge->byte;
        if (joins) {
          before.width = static_cast<std::uint8_t>(before.width + edge->width);
          continue;
        }
      }
      out.edges[kept++] = *edge;
    }
  }
  out.edges_from[work.size()] = kept;
  out.edges.resize(kept);
}

}  // namespace weft::program::tsp::checks
