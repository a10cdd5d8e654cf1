// SPDX-License-Identifier: Apache-2.0
// The state of a slice of tiles: flat arrays, and what of the program these tiles run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "base/kokkos.hpp"
#include "machine/ipu/constants.hpp"
#include "machine/ipu/exchange_time.hpp"
#include "machine/machine.hpp"
#include "program/ipu.hpp"

namespace weft::machine::ipu {

/// A vertex of this slice: its object on the host, whose fields point into State::memory.
struct LocalVertex {
  void* object = nullptr;
  const program::ipu::CodeletInfo* codelet = nullptr;
  const program::ipu::CodeletModule* module = nullptr;
  std::uint32_t worker = 0;
  std::uint32_t number = 0;  ///< in Program::vertices
  Cycle begin = 0, end = 0;  ///< on its tile, from the begin of the compute set
};

/// What one tile does in a compute set: vertices [first, first + count).
struct TileVertices {
  std::uint32_t tile = 0;  ///< local
  std::uint32_t count = 0;
  std::uint64_t first = 0;
  Cycle cycles = 0;
  std::uint64_t vertex_cycles[program::ipu::cost_origins] = {};  ///< by CostOrigin
  Cycle cycles_by_origin[program::ipu::cost_origins] = {};       ///< `cycles`, taken apart
};

/// Bytes from one place of State::memory to another.
struct LocalMove {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t bytes = 0;
};

/// What one tile copies in a rearrangement: moves [first, first + count).
struct TileCopies {
  std::uint32_t tile = 0;
  std::uint32_t staged = 0;  ///< 1: some move reads what another writes
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  Cycle cycles = 0;
};

/// A stretch of some list.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// A place of State::memory and where its bytes stand in a message.
struct Piece {
  std::uint64_t place = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// What goes to or comes from one neighbour in an exchange: stretches of State::sends, receives.
struct NeighbourLists {
  Range send;
  Range receive;
  std::uint64_t send_bytes = 0;
  std::uint64_t receive_bytes = 0;
};

struct LocalExchange {
  ExchangeTime time;
  bool staged = false;               ///< inside the slice some move reads what another writes
  std::uint64_t received_bytes = 0;  ///< by all tiles of the machine
  Range inside;                      ///< moves between tiles of the slice, of State::moves
  std::vector<NeighbourLists> neighbours;
  std::vector<TileTraffic> traffic;  ///< tiles of the slice, local numbers
};

/// Equal pieces of a host array, one after the other in the array and a step apart in
/// State::memory.
struct Pieces {
  std::uint64_t place = 0;  ///< of the first
  std::uint64_t step = 0;   ///< modulo 2^64
  std::uint64_t bytes = 0;  ///< of each
  std::uint64_t times = 0;
};

/// A host array's bytes in this slice, in the array's order.
struct LocalArray {
  std::vector<ArrayPart> parts;  ///< of the array
  std::vector<Pieces> pieces;    ///< the same bytes in the tiles
  Cycle exchange_cycles = 0;     ///< between the host's port and the tiles: the busiest tile's bus
};

/// What control has counted; the same on every slice.
struct Totals {
  std::vector<std::uint64_t> compute_sets;    ///< [set]: times run
  std::vector<std::uint64_t> rearrangements;  ///< [set]
  std::vector<std::uint64_t> exchanges;       ///< [exchange]
  std::vector<std::uint64_t> requests;        ///< [request]
  std::vector<Cycle> host_cycles;             ///< [request]: until the host had answered
  std::uint64_t branches = 0;
  Cycle branch_cycles = 0;  ///< in which a predicate reached every tile
  std::uint64_t supersteps = 0;
  Cycle compute_cycles = 0;            ///< of the slowest tile of each superstep
  std::uint64_t syncs[3] = {0, 0, 0};  ///< inside an IPU, between IPUs, with the host
  Cycle sync_cycles[3] = {0, 0, 0};
};

/// What a layer, a text of the program that cycles are told under, has taken; the same everywhere.
struct LayerTotals {
  std::uint64_t times = 0;  ///< entered
  Cycle compute = 0;        ///< of the slowest tile
  Cycle sync = 0;
  Cycle exchange = 0;
  Cycle host = 0;       ///< until the host had answered
  Cycle begin = never;  ///< its first cycle
  Cycle end = 0;        ///< first cycle behind its last
};

struct State {
  Constants constants;
  std::uint32_t tiles = 0;
  Array<std::byte> memory;         ///< all tiles', one after the other, from base(0) on
  std::uint64_t memory_bytes = 0;  ///< of all tiles, gaps included
  Array<std::uint64_t> base;       ///< [tile]: where its memory begins
  Array<Cycle> clock;              ///< [tile]: its own time inside a superstep
  Array<std::uint32_t> stopped;    ///< [tile]: 1 after an error
  Array<LocalVertex> vertices;
  Array<LocalMove> moves;
  Array<Piece> sends;
  Array<Piece> receives;
  Array<std::byte> objects;  ///< storage of the vertex objects and their row tables
  std::vector<std::vector<TileVertices>> compute_sets;  ///< tiles that have something to do
  std::vector<std::vector<TileCopies>> rearrangements;
  std::vector<LocalExchange> exchanges;
  std::vector<LocalArray> arrays;

  // Counts, [tile].
  Array<Cycle> compute_cycles, copy_cycles, sync_cycles;
  Array<std::uint64_t> vertices_run, bytes_sent, bytes_received;
  Array<std::uint64_t> vertex_cycles;      ///< [tile][CostOrigin]
  Array<std::uint64_t> compute_by_origin;  ///< [tile][CostOrigin]: compute_cycles, taken apart
  Cycle exchange_cycles = 0;               ///< the same for every tile
  Totals totals;
};

/// Tile number in the machine of a local tile, and back (only for tiles of the slice).
std::uint32_t global_tile(const Slice& slice, std::uint32_t local);
std::uint32_t local_tile(const Slice& slice, std::uint32_t global);
bool holds(const Rectangle& tiles, const Rectangle& region, std::uint32_t global);
/// The local number of every tile of the machine, for those who ask often.
inline constexpr std::uint32_t elsewhere = 0xffffffffU;  ///< not in the slice
std::vector<std::uint32_t> local_tiles(const Slice& slice);

}  // namespace weft::machine::ipu
