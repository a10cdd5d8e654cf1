// SPDX-License-Identifier: Apache-2.0
// Where the queues of a router lie: only routed (port, color) pairs get one.
#pragma once

#include <cstdint>
#include <vector>

#include "fabric/parameters.hpp"
#include "fabric/queued_state.hpp"
#include "fabric/route.hpp"

namespace weft::fabric::queued {

struct Layout {
  std::vector<RouteSet> sets;
  std::vector<std::uint32_t> set_words;  ///< queue pool words of a tile of that set
  std::uint64_t pool_words = 0;
  std::uint64_t cut_links = 0;  ///< links that leave the slice
  std::uint32_t input_ring = 0;
  std::uint32_t output_stride = 0;
};

/// Checks parameters (Category::input) and routes (Category::program), then lays out.
Layout make_layout(const Parameters& parameters, const Extent& extent, const RouteTable& routes);

/// Index into Extent::neighbours of the slice that holds a tile of the region.
std::size_t neighbour_at(const Extent& extent, std::uint32_t x, std::uint32_t y);

/// Neighbouring coordinates over a port; false: over the region's edge.
bool step_over(const Extent& extent, std::uint32_t& x, std::uint32_t& y, unsigned port);

}  // namespace weft::fabric::queued
