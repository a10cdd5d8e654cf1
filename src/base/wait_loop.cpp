// SPDX-License-Identifier: Apache-2.0
// Loops of waits: each waits for one, so that who follows comes to an end or into a loop.
#include "base/wait_loop.hpp"

#include <algorithm>
#include <map>

namespace weft {

std::vector<std::size_t> first_loop(std::span<const WaitEdge> edges) {
  std::map<std::uint64_t, std::size_t> edge_of;
  for (std::size_t e = 0; e < edges.size(); ++e) edge_of.emplace(edges[e].who, e);
  std::map<std::uint64_t, std::uint64_t> seen_from;  // where the walk began that came by
  std::vector<std::size_t> best;
  for (const auto& [start, first] : edge_of) {
    if (!edges[first].starts) continue;
    std::uint64_t at = start;
    while (edge_of.count(at) > 0 && seen_from.emplace(at, start).second) {
      at = edges[edge_of[at]].whom;
    }
    const auto seen = seen_from.find(at);
    if (seen == seen_from.end() || seen->second != start) continue;
    std::vector<std::size_t> loop;  // this walk came back to where it had been
    const std::uint64_t entry = at;
    do {
      loop.push_back(edge_of[at]);
      at = edges[edge_of[at]].whom;
    } while (at != entry);
    const auto least =
        std::min_element(loop.begin(), loop.end(),
                         [&](std::size_t a, std::size_t b) { return edges[a].who < edges[b].who; });
    std::rotate(loop.begin(), least, loop.end());
    if (best.empty() || edges[loop.front()].who < edges[best.front()].who) best = loop;
  }
  return best;
}

}  // namespace weft
