// SPDX-License-Identifier: Apache-2.0
// What a Spatial program stages: controllers with counters, memories, and the operations between
// them, before any unit of a machine is chosen. A mapper makes units of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "program/rdu_tree_number.hpp"

namespace weft::program::rdu_tree {

inline constexpr std::uint32_t none = 0xffffffffU;

/// Where something stands in the source; line 0 is nowhere.
struct SourcePlace {
  std::uint32_t file = 0;  ///< into Tree::files
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

enum class MemoryKind : std::uint8_t {
  dram,
  sram,
  reg,        ///< one number; `initial` when the program starts
  fifo,       ///< each reading node takes all that was put in, in order
  lut,        ///< `contents`, read only
  arg_in,     ///< a number that the host sets before
  arg_out,    ///< a number that the host reads after
  stream_in,  ///< tokens of one or more numbers, until they run out
  stream_out,
  merge,          ///< a merge buffer: ways that are sorted, one sorted stream out
  sparse_sram,    ///< an sram that many iterations address at once, ordered by barriers alone
  sparse_dram,    ///< the same off the chip; `alias` may name the dram that it is
  barrier,        ///< tokens; `initial` of them at first
  register_file,  ///< an sram that can be shifted along a dimension and reset
  line_buffer,    ///< `sizes`: lines and their length; line 0 is the one that came last; `stride`
                  ///< of them come at a time
  lifo,           ///< its depth
  lock,           ///< locks by number; `sizes`: how many are held at a time
  lock_sram,      ///< an sram whose accesses may hold locks
  lock_dram,      ///< a dram that is addressed element by element, likewise
  host_io,        ///< a number that the host sets before and reads after
};
std::string_view to_text(MemoryKind kind);

struct Memory {
  MemoryKind kind = MemoryKind::reg;
  std::string name;                 ///< of the value that holds it, or of its kind
  NumberType type;                  ///< of an element, or of a token's first field
  std::vector<NumberType> fields;   ///< streams: of a token's fields
  std::vector<std::int64_t> sizes;  ///< dram, sram, lut: of each dimension; fifo: its depth;
                                    ///< merge: ways, and how many leave at a time; others: above
  std::vector<Raw> contents;        ///< lut: row by row
  Raw initial = 0;                  ///< reg
  std::uint32_t alias = none;       ///< sparse_dram
  std::int64_t stride = 1;          ///< line_buffer
  bool is_register = false;         ///< fifo: of one, written as a register is
  bool buffered = false;            ///< `.buffer`: several copies although it is written twice
  std::uint32_t copies = 1;         ///< how many the schedule needs (schedule())
  std::uint32_t owner = none;       ///< the controller that it stands in; none: the host
  SourcePlace place;
};

/// Numbers of `sizes` multiplied; 1 for none.
std::int64_t elements_of(const Memory& memory);

/// A token that an access of a sparse memory gives or takes when its controller is done.
struct BarrierUse {
  std::uint32_t memory = none;
  bool push = false;
};

/// A number that an iteration computes, or something it does to a memory.
struct Node {
  Operation operation = Operation::constant;
  NumberType type;  ///< of the result; of effects: of the value
  std::uint32_t memory = none;
  std::vector<std::uint32_t> arguments;  ///< nodes
  std::uint32_t enable = none;           ///< memories: done only where this bit is 1
  std::uint32_t lock = none;             ///< accesses: the node that holds the lock meanwhile
  std::vector<BarrierUse> barriers;
  Raw value = 0;  ///< constant; stream_field: the field; shift_in: the dimension
  SourcePlace place;
};

/// min until max by step: iterations min, min + step, ... below max (above, for a negative step).
struct Counter {
  std::uint32_t min = none;   ///< nodes; none: 0
  std::uint32_t max = none;   ///< none: without end
  std::uint32_t step = none;  ///< none: 1
  std::uint32_t parallel = 1;
  std::uint32_t iterator = none;  ///< the node that holds the index
  /// A FIFO of words: its next `scan_words` are a row of bits, and the indices are those of the
  /// ones.
  std::uint32_t scan = none;
};
inline constexpr std::uint32_t scan_words = 16;

enum class ControllerKind : std::uint8_t {
  accelerator,  ///< the root
  unit,         ///< once
  loop,
  reduce,      ///< into a register
  mem_reduce,  ///< element by element into a memory
  parallel,    ///< children at the same time
  branch,      ///< one of its children, by their conditions
  branch_case,
  state_machine,  ///< as long as its state says
  load,           ///< a tile of a DRAM into a memory
  store,
  gather,  ///< elements of a DRAM by addresses
  scatter,
};
std::string_view to_text(ControllerKind kind);

enum class Schedule : std::uint8_t { unasked, sequenced, pipelined, streaming, fork_join, fork };
std::string_view to_text(Schedule schedule);

/// One thing that a controller does, in the order of the source.
struct Step {
  bool is_controller = false;
  std::uint32_t index = 0;  ///< node or controller
};

/// How a pair of values is combined: nodes `left` and `right` (Operation::parameter), then `steps`.
struct Combine {
  std::uint32_t left = none;
  std::uint32_t right = none;
  std::uint32_t result = none;
  std::vector<Step> steps;  ///< nodes only
};

/// A number that nodes compute.
struct Expression {
  std::uint32_t result = none;
  std::vector<Step> steps;  ///< nodes only
};

/// While `goes_on` gives 1 of the state: the controller's steps, then the state is what `next`
/// gives.
struct StateMachine {
  std::uint32_t initial = none;  ///< a node, of the controller around it
  std::uint32_t state = none;    ///< Operation::parameter
  Expression goes_on;
  Expression next;
};

/// A part of a DRAM: in each dimension one index or a range.
struct TileRange {
  std::uint32_t start = none;   ///< nodes
  std::uint32_t length = none;  ///< how many elements; none: one index, no dimension of the tile
  std::uint32_t step = none;    ///< from one to the next; none: 1
  std::uint32_t parallel = 1;
};

struct Transfer {
  std::uint32_t dram = none;
  std::uint32_t local = none;      ///< what is on the chip
  std::uint32_t addresses = none;  ///< gather and scatter: an sram or fifo of indices
  std::uint32_t count = none;      ///< gather and scatter: a node
  std::vector<TileRange> ranges;   ///< load and store: one a dimension of the DRAM
  std::uint32_t parallel = 1;
  bool aligned = false;  ///< the program says that tiles begin and end at bursts
};

struct Controller {
  ControllerKind kind = ControllerKind::unit;
  Schedule asked = Schedule::unasked;     ///< by the program
  Schedule schedule = Schedule::unasked;  ///< what it is (schedule())
  bool inserted = false;                  ///< made by schedule() around nodes beside controllers
  bool fold = false;                      ///< reduce, mem_reduce: what was there before takes part
  std::uint32_t initiation_interval = 0;  ///< asked by the program; 0: not
  std::uint32_t parent = none;
  std::vector<Counter> counters;
  std::vector<Step> steps;
  std::uint32_t condition = none;         ///< branch_case: a bit; none: else
  std::uint32_t break_when = none;        ///< a register of a bit: ends the loop after an iteration
  std::uint32_t accumulator = none;       ///< reduce, mem_reduce: a memory
  std::uint32_t result = none;            ///< reduce: a node; mem_reduce: a memory
  std::uint32_t accumulate_parallel = 1;  ///< mem_reduce: elements at a time
  Combine combine;
  StateMachine machine;
  Transfer transfer;
  SourcePlace place;
};

struct Tree {
  std::vector<std::string> files;
  std::vector<Memory> memories;
  std::vector<Node> nodes;
  std::vector<Controller> controllers;  ///< the root first, parents before children
};

/// Wraps runs of nodes beside controllers into unit controllers, gives each controller its schedule
/// and each memory the copies that overlapping iterations need.
void schedule(Tree& tree);
/// The tree as text, a line a controller and a node, for reading and for tests.
std::string to_text(const Tree& tree);
/// Whether a controller holds no other.
bool is_inner(const Tree& tree, std::uint32_t controller);

}  // namespace weft::program::rdu_tree
