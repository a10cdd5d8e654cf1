// SPDX-License-Identifier: Apache-2.0
// What emulated IPUs execute: one plain form, written by the Poplar front end, read by machine/ipu.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "program/ipu_codelet.hpp"

namespace weft::program::ipu {

/// Where a vertex's cycles come from, in the order in which the front end looks.
enum class CostOrigin : std::uint8_t {
  user,         ///< setPerfEstimate, or an estimator that the program registered
  library,      ///< formula of a library vertex
  default_mix,  ///< neither: the default mix of instructions an element
};
inline constexpr std::size_t cost_origins = 3;
/// "user estimate", "library formula", "default mix".
std::string_view name_of(CostOrigin origin);

/// A codelet that the program uses. `module` is an index into Program::modules, or `compiled_in`.
inline constexpr std::uint32_t compiled_in = 0xffffffffU;
struct Codelet {
  std::string name;
  std::uint32_t module = compiled_in;
};

/// A vertex instance. Its fields stand in Program::field_words from `words` on, in order of
/// declaration, state fields left out. scalar_edge: address. vector: address, elements.
/// vector_list: count, then address, elements of each. Addresses are bytes in the tile's memory,
/// aligned as the field wants. Initial bytes of its state fields stand one after the other in
/// Program::state_bytes from `state` on.
struct Vertex {
  std::uint32_t tile = 0;
  std::uint32_t codelet = 0;
  std::uint64_t words = 0;
  std::uint64_t state = 0;
  /// worker: cycles of the one worker (the tile's cost is six times the busiest worker's); multi
  /// and supervisor: cycles of the whole tile.
  std::uint64_t cycles = 0;
  CostOrigin cost = CostOrigin::default_mix;
  std::uint8_t reserved[7] = {};
};
static_assert(std::is_trivially_copyable_v<Vertex> && sizeof(Vertex) == 40);

/// Vertices [first, first + count) of Program::vertices, by tile; on a tile in the order added,
/// dealt to its workers in turn.
struct ComputeSet {
  std::string name;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// Bytes that go from one place to another. Reads of one exchange or rearrangement come before its
/// writes; destinations do not overlap.
struct Move {
  std::uint32_t from_tile = 0;
  std::uint32_t from_address = 0;
  std::uint32_t to_tile = 0;
  std::uint32_t to_address = 0;
  std::uint32_t bytes = 0;
};
static_assert(std::is_trivially_copyable_v<Move> && sizeof(Move) == 20);

/// Moves [first, first + count) of Program::moves. An exchange's moves are between tiles, in order
/// of (to_tile, to_address); a rearrangement's stay on their tile (compute: on-tile copies).
struct MoveSet {
  std::string name;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  /// Rearrangements: bytes of an element where it is narrower than a word or not aligned, so that
  /// the copy goes element by element; 0: whole words.
  std::uint32_t element_bytes = 0;
};

/// A piece of a host-visible array in the tiles, `bytes` at `address`.
struct ArrayRun {
  std::uint32_t tile = 0;
  std::uint32_t address = 0;
  std::uint64_t bytes = 0;
};
static_assert(std::is_trivially_copyable_v<ArrayRun> && sizeof(ArrayRun) == 16);

/// A tensor that the host reads or writes by name: runs [first, first + count) of Program::runs, in
/// row-major order of the tensor. An element may occur twice; the host then writes it twice.
struct HostArray {
  std::string name;
  ElementType type = ElementType::single;
  std::vector<std::uint64_t> shape;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

/// What a running program asks of its host; the machine stands still until it is answered.
enum class RequestKind : std::uint8_t {
  stream_to_array,  ///< next words of host stream `name` into arrays[0]
  array_to_stream,  ///< arrays[0] to host stream `name`
  print,            ///< arrays[0], titled `name`
  host_function,    ///< call `name` with the first `inputs` arrays; the others are its results
  remote_to_array,  ///< remote buffer `name`, row arrays[1][i] (0 without) -> row i of arrays[0]
  array_to_remote,  ///< the reverse
  callback,         ///< whatever the host API hangs on `name`, no data
};
struct HostRequest {
  RequestKind kind = RequestKind::stream_to_array;
  std::string name;
  std::vector<std::uint32_t> arrays;  ///< into Program::arrays
  std::uint32_t inputs = 0;
};

/// One element of tile memory that control reads: a predicate, a selector, a counter. Its value is
/// the bits of the element as a number without a sign, whatever its type: -1 of an int is 2^32 - 1.
struct Place {
  std::uint32_t tile = 0;
  std::uint32_t address = 0;
  ElementType type = ElementType::boolean;
  std::uint8_t reserved[3] = {};  ///< no bytes without a value: programs are hashed
};
static_assert(std::is_trivially_copyable_v<Place> && sizeof(Place) == 12);

/// As wide as a word: an instruction has no bytes without a value, because programs are hashed.
enum class Operation : std::uint32_t {
  execute,       ///< compute set a
  rearrange,     ///< rearrangement a
  exchange,      ///< exchange a: sync of the zone that it spans, then data
  sync,          ///< a: 0 this IPU's tiles, 1 all tiles and the host
  request,       ///< host request a
  set_counter,   ///< counter a = counts[b]
  repeat,        ///< counter a -= 1; when not 0 go to b
  skip_if_zero,  ///< when counter a is 0 go to b
  jump,          ///< to b
  branch_true,   ///< when places[a] is not 0 go to b
  branch_false,  ///< when places[a] is 0 go to b
  branch_equal,  ///< when places[a] is counts[c] go to b: both as bits of an element
  call,          ///< to b, and back at return
  return_,
  read_clock,   ///< tile places[a].tile's cycle count, 64 bits, to places[a]; b: 1 counts from the
                ///< value that stands there (elapsed), 0 sets it
  random_seed,  ///< stochastic rounding a (0 off, 1 on) from here on
  abort,        ///< the program fails with texts[a]
  halt,
  enter,  ///< cycles from here on are told under texts[a], until
  leave,  ///< they are told under what they were before: marks, which are no code of a tile's
};
struct Instruction {
  Operation operation = Operation::halt;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
};
static_assert(std::is_trivially_copyable_v<Instruction> && sizeof(Instruction) == 16);

/// What fills a tile's memory.
enum class MemoryUse : std::uint8_t {
  variables,
  constants,
  exchange_buffers,  ///< what vertices read and write that lies elsewhere, gathered
  vertex_state,
  vertex_code,
  exchange_code,
  control_code,
  host_exchange,
  stacks,
  count
};
inline constexpr std::size_t memory_uses = static_cast<std::size_t>(MemoryUse::count);
std::string_view name_of(MemoryUse use);

/// Bytes that a tile holds before the run.
struct InitialData {
  std::uint32_t tile = 0;
  std::uint32_t address = 0;
  std::uint64_t first = 0;  ///< in Program::initial_bytes
  std::uint64_t bytes = 0;
};

/// The whole program, of all tiles. Tiles are numbered ipu * tiles_per_ipu + tile.
struct Program {
  std::uint32_t tiles_per_ipu = 0;
  std::uint32_t ipus = 0;
  std::vector<std::vector<std::byte>> modules;  ///< codelet libraries, shared objects
  std::vector<Codelet> codelets;
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> field_words;
  std::vector<std::byte> state_bytes;
  std::vector<ComputeSet> compute_sets;
  std::vector<Move> moves;
  std::vector<MoveSet> rearrangements;
  std::vector<MoveSet> exchanges;
  std::vector<ArrayRun> runs;
  std::vector<HostArray> arrays;
  std::vector<HostRequest> requests;
  std::vector<Place> places;
  std::vector<std::uint64_t> counts;
  std::vector<std::string> texts;
  std::vector<Instruction> code;
  std::vector<std::uint32_t> entries;  ///< where program i of the engine begins
  std::uint32_t counters = 0;
  std::vector<InitialData> initial;
  std::vector<std::byte> initial_bytes;
  std::vector<std::uint32_t> memory_bytes;  ///< [tile]: addresses used, data only
  std::vector<std::uint32_t> memory_use;    ///< [tile][MemoryUse], everything accounted

  std::uint64_t tiles() const { return std::uint64_t{tiles_per_ipu} * ipus; }
};

/// Some of its cycles are told under names.
bool has_layers(const Program& program);

std::vector<std::byte> serialize(const Program& program);
/// Category::input when the bytes are no program.
Program deserialize(std::span<const std::byte> bytes);
/// Indices in range, addresses inside the tiles' memories, moves that do not overlap, every
/// vertex's fields as its codelet wants them. Category::input naming what is wrong. Cheap enough
/// for every run.
void validate(const Program& program);

}  // namespace weft::program::ipu
