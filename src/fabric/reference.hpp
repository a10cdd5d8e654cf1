// SPDX-License-Identifier: Apache-2.0
// The reference engine of the fabric: every router, queue slot and wavelet is there; the oracle for
// every faster engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cut_record.hpp"
#include "fabric/parameters.hpp"
#include "fabric/ramp.hpp"
#include "fabric/route.hpp"

namespace weft::fabric {

using reference::FlowRun;

/// "west", "east", "south", "north" or "the ramp".
const char* port_name(std::uint8_t port);

/// What the fabric refused: the least (tile, code, color, port) of the first cycle with a refusal.
struct Fault {
  Cycle cycle = never;
  TileId tile{};
  FabricError code = FabricError::none;
  std::uint8_t color = 0;
  std::uint8_t port = 0;  ///< bit(Port) index; 4 also where no port is meant
};

/// Wavelets that left the region: how many, and the least (tile, color, port) of the first cycle in
/// which one did.
struct OverEdge {
  std::uint64_t wavelets = 0;
  Cycle first_cycle = never;
  TileId tile{};
  std::uint8_t color = 0;
  std::uint8_t port = 0;
  friend bool operator==(const OverEdge&, const OverEdge&) = default;
};

/// Wavelets of one color that wait at one in-port of a router.
struct StuckQueue {
  std::uint32_t tile = 0;  ///< in the slice
  std::uint8_t port = 0;
  std::uint8_t color = 0;
  std::uint32_t words = 0;
  bool refused = false;  ///< the color's current position does not receive from this port
};

/// Timeline, with L = StreamPost::latency_cycles, U = ramp_up_cycles, D = ramp_down_cycles:
///
///   t           a stream steps: its inputs' heads are taken
///   t+L         the word stands in the output queue, and leaves it (one word a tile and cycle)
///   t+L+U       it stands in the router's ramp queue, and is granted a link (all outputs or none)
///   t+L+U+1     it stands in the neighbour's queue; one cycle for each hop further
///   t+L+U+h     at the h-th router: granted the ramp
///   t+L+U+h+D   it stands in the input queue; a stream there steps
///
/// A word that turns back in the first router leaves the output queue only when the input queue has
/// a place for it that no word before it takes: depth places, each known to be free again C =
/// own_ramp_credit_cycles after the cycle behind the take. So a queue of depth d passes d such
/// words a round trip of 1 + C + U + D cycles (7). Words for neighbours, and from them, have the
/// routers' own queues on their way, and no such loop.
///
/// So a dependent step through a neighbour costs L + U + 1 + D (6 cycles for L = 1, U = D = 2), and
/// B wavelets over P tiles are received in cycles L+U+P-1+D .. L+U+P-1+D+B-1 after the first step.
/// Every decision reads the state at the start of its cycle; a place that a pop frees is known to
/// who fills the queue in the next cycle. The pipeline registers of a ramp hold words too: a color
/// has queue_depth + U - 1 places on the way up, and queue depth + D - 1 on the way down.
///
/// Arbitration in cycle t: colors in the order t, t+1, ... modulo 24, of a color the least port
/// whose head can go; a color is granted when all its outputs are free in this cycle and have room.
/// Of the output queues, the one to use the ramp is the first with a word that has room, in the
/// order t, t+1, ... modulo 8.
///
/// Control wavelets: the router obeys the first command after the wavelet has passed by the old
/// position; the copies on links are popped as the pop mode says, the tile gets what arrived,
/// unless ce_filter of that command is set. What a filter or ce_filter drops uses the ramp's slot
/// of the cycle but no place in the input queue.
///
/// Two arrivals of one color in one cycle from two ports that its position receives from are a
/// collision. A wavelet at a port that the position does not receive from waits there.
///
/// Over the edge of the region a link takes a wavelet a cycle, as every link does, and always has
/// room: what leaves by it is counted and gone, and no route of the program can wait for it.
class ReferenceFabric {
 public:
  /// Throws Category::input for parameters out of range, Category::program for bad routes.
  ReferenceFabric(const Parameters& parameters, const Extent& extent, const RouteTable& routes);
  ~ReferenceFabric();
  ReferenceFabric(ReferenceFabric&&) noexcept;
  ReferenceFabric& operator=(ReferenceFabric&&) noexcept;

  /// Bytes that a slice will hold.
  static std::uint64_t estimate_bytes(const Parameters& parameters, const Extent& extent,
                                      const RouteTable& routes);

  // --- once a cycle, in this order ---
  void step_streams(Cycle cycle);
  /// Tiles, ascending, that have a span of this cycle, a new head in an input queue, or a word for
  /// the host. Valid from step_streams() to the next one.
  std::span<const std::uint32_t> touched() const;
  void move(Cycle cycle);
  /// Runs that ended with this cycle, in any order. Valid until the next move().
  std::span<const FlowRun> runs() const;
  /// Least cycle >= `from` in which step_streams or move would do something, or touched() is not
  /// empty; may be earlier than that, never later.
  Cycle next_activity(Cycle from) const;

  /// For kernels between step_streams and move, and for hosts between cycles.
  Ramp ramp() const;

  // --- cut links; n indexes Extent::neighbours ---
  void take_departures(std::size_t n, std::vector<CutRecord>& out);
  void accept(std::size_t n, std::span<const CutRecord> records);
  /// Lower bound, from the fabric's own state, on the cycle of a departure to neighbour n that is
  /// not yet taken; see Machine::departure_bound. Tiles that act on their own add theirs:
  /// cycle of the act + 1 + cut_distance(n, tile).
  Cycle departure_bound(std::size_t n, Cycle now, std::span<const Cycle> departed_before) const;
  /// Hops from a tile of the slice to the nearest tile that touches neighbour n.
  std::uint32_t cut_distance(std::size_t n, std::uint32_t tile) const;

  /// Inverts the bits of `mask` in the first wavelet of a color that waits in a tile's router;
  /// false when none does. For tests that see results depend on what crosses the network.
  bool flip(std::uint32_t tile, std::uint8_t color, std::uint32_t mask);

  // --- how it stands ---
  std::optional<Fault> fault() const;
  /// One sentence; tiles are named by their coordinates.
  std::string describe(const Fault& fault) const;
  OverEdge over_edge() const;
  Cycle last_activity() const;
  /// Up to `most` router queues that hold wavelets, by tile.
  std::vector<StuckQueue> stuck(std::size_t most) const;
  /// True when a wavelet is anywhere between an output queue and an input queue (both included).
  bool holds_wavelets() const;
  /// Wavelets that left by each port so far: values[tile * 5 + port] (ramp: delivered to the tile).
  std::vector<std::uint64_t> link_wavelets() const;

  std::uint64_t bytes() const;
  /// State between cycles, words in flight and untaken departures included.
  std::vector<std::byte> save() const;
  void load(std::span<const std::byte> state);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::fabric
