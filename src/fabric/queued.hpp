// SPDX-License-Identifier: Apache-2.0
// The queued engine of the fabric: every router, queue slot and wavelet is there, and only what is
// awake is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cut_record.hpp"
#include "fabric/outcome.hpp"
#include "fabric/parameters.hpp"
#include "fabric/ramp.hpp"
#include "fabric/route.hpp"

namespace weft::fabric {

using queued::FlowRun;

/// "west", "east", "south", "north" or "the ramp".
const char* port_name(std::uint8_t port);

/// Wavelets of one color that wait at one in-port of a router.
struct StuckQueue {
  std::uint32_t tile = 0;  ///< in the slice
  std::uint8_t port = 0;
  std::uint8_t color = 0;
  std::uint32_t words = 0;
  bool refused = false;  ///< the color's current position does not receive from this port
  bool torn = false;     ///< the color is in teardown here
};

/// Delivers the same wavelets in the same cycles as ReferenceFabric, where the timeline stands:
/// flat arrays, a slot for each place of each queue, kernels over the tiles that are awake.
class QueuedFabric {
 public:
  /// Throws Category::input for parameters out of range, Category::program for bad routes.
  QueuedFabric(const Parameters& parameters, const Extent& extent, const RouteTable& routes);
  ~QueuedFabric();
  QueuedFabric(QueuedFabric&&) noexcept;
  QueuedFabric& operator=(QueuedFabric&&) noexcept;

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
