// SPDX-License-Identifier: Apache-2.0
// How long an exchange takes: a pure function of its moves, so every slice computes the same.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "machine/ipu/constants.hpp"
#include "program/ipu.hpp"

namespace weft::machine::ipu {

struct ExchangeTime {
  Cycle on_chip_cycles = 0;  ///< fixed part and the busiest tile's bus
  Cycle global_cycles = 0;   ///< between IPUs: fixed part and the busiest link; 0 within one IPU
  bool between_ipus = false;
  Cycle cycles() const { return on_chip_cycles + global_cycles; }
};

/// What one tile has to do with an exchange.
struct TileTraffic {
  std::uint32_t tile = 0;
  std::uint64_t sent_bytes = 0;      ///< a word that several tiles take is sent once
  std::uint64_t received_bytes = 0;  ///< whole words
};

struct ExchangePlan {
  ExchangeTime time;
  std::vector<TileTraffic> traffic;  ///< tiles that send or receive, ascending
};

/// On chip: fixed + max over tiles of max(sent, received) / (rate x efficiency), received halved
/// where the tiles that share a bus take the same words. Between IPUs: fixed + the busiest link of
/// a ladder (rung first, then along the rail). `moves` is sorted by (to_tile, to_address).
ExchangePlan plan_exchange(const Constants& constants, std::uint32_t tiles_per_ipu,
                           std::span<const program::ipu::Move> moves);
/// What plan_exchange() holds beside its result, of so many moves, some of them between IPUs.
std::uint64_t planning_bytes(std::uint64_t moves, std::uint64_t between_ipus);

/// Cycles in which data pass between the host's port and the tiles: fixed + the busiest tile's
/// bytes at its bus's rate. `bytes` has one entry a tile of the machine.
Cycle host_exchange_cycles(const Constants& constants, std::span<const std::uint64_t> bytes);

}  // namespace weft::machine::ipu
