// SPDX-License-Identifier: Apache-2.0
// Switches of the dynamic mesh, and what waits at them.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "machine/rdu/state.hpp"
#include "program/rdu_route.hpp"
#include "program/rdu_timing.hpp"

namespace weft::machine::rdu {

/// Of a flow, in a queue.
struct Flit {
  std::uint32_t flow = 0;
  Cycle arrives = 0;
};

/// What goes on is decided by the switch alone, from what stood there when the cycle began: all
/// that a move changes elsewhere (a flit, a credit) is a hop away. Where several want one link,
/// turns go round with the cycle: rdu_oracle_mesh.hpp says it in full.
class Mesh {
 public:
  /// Ways on, as Direction; and out of the mesh.
  static constexpr std::uint32_t leaves = form::directions;
  static constexpr std::uint32_t nowhere = leaves + 1;

  struct Switch {
    std::array<std::deque<Flit>, form::directions> queues;  ///< by the way they go
    std::array<std::deque<Cycle>, form::directions> rooms;  ///< behind its links, from when on
    std::array<std::uint32_t, form::directions> behind{};   ///< switches; none: no link is used
    std::array<std::uint32_t, form::directions> before{};   ///< likewise: whose link leads here
    std::vector<std::uint32_t> enters;                      ///< flows
    std::uint32_t x = 0;
    std::uint32_t y = 0;
    std::uint32_t waiting = 0;  ///< flits in its queues
  };

  Mesh() = default;
  Mesh(const form::Program& program, const form::NetworkTiming& network);

  std::uint32_t way_from(const Switch& at, std::uint32_t flow) const;
  bool has_on_the_way(std::uint32_t flow) const { return !on_the_way[flow].empty(); }
  /// The first cycle behind this one in which a flit or a credit arrives anywhere.
  Cycle next_after(Cycle cycle) const;
  std::uint64_t bytes() const;
  void save(ByteWriter& out) const;
  void load(ByteReader& in);

  std::vector<Switch> switches;  ///< those that flows pass
  std::vector<form::Flow> flows;
  std::vector<std::deque<Token>> on_the_way;  ///< [flow]: in the mesh, in order
  std::uint32_t depth = 0;
};

}  // namespace weft::machine::rdu
