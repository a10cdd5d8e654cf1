// SPDX-License-Identifier: Apache-2.0
// What an RDU executes: a graph of units whose contexts fire when their inputs are there and all
// that they write to has room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "numerics/rdu_bfloat.hpp"
#include "numerics/rdu_operation.hpp"

namespace weft::program::rdu {

using numerics::PairOperation;
using numerics::WordOperation;
using numerics::WordType;

inline constexpr std::uint32_t none = 0xffffffffU;
/// As levels: at every firing, at none.
inline constexpr std::uint32_t every = none;
inline constexpr std::uint32_t no_level = 0xfffffffeU;
inline constexpr std::uint32_t lanes_most = 16;
inline constexpr std::uint32_t capacity_most = 1U << 20;
inline constexpr std::uint32_t delay_most = 1U << 20;  ///< of latencies, stages and intervals
/// Memory is addressed in words of 32 bits.
inline constexpr std::uint32_t word_bytes = 4;

/// A place of the fabric: contexts and memories of one unit share it. A rank holds whole units.
struct Unit {
  enum class Kind : std::uint8_t {
    compute,  ///< contexts
    memory,   ///< contexts and memories
    address,  ///< contexts that make addresses for DRAM
    dram,     ///< a DRAM with its controller: transfers and arrays, no contexts
    hbm,      ///< likewise, the faster one where a machine has two
    host,     ///< contexts and memories that stand for the host's registers
    network,  ///< the dynamic mesh: flows; the machine's own, no graph says it
    count_
  };
  std::string name;
  Kind kind = Kind::compute;
  std::uint32_t chip = 0;
  std::uint32_t section = none;  ///< that it belongs to; none: it is there all the time
  std::uint32_t x = none;        ///< place (rdu_place.hpp), optional; no ideal network looks at it
  std::uint32_t y = none;
  std::uint32_t line = 0;  ///< in the file that it came from; 0: none. So everywhere below
};
std::string_view name_of(Unit::Kind kind);
constexpr bool is_dram(Unit::Kind kind) {
  return kind == Unit::Kind::dram || kind == Unit::Kind::hbm;
}

/// Units that are on their chips at the same time. Another section's have their places before and
/// after: nothing here says when, the graph's tokens do (rdu_section.hpp makes them so).
struct Section {
  std::string name;
  std::uint32_t line = 0;
};

/// From one producer (an output of a context, or a transfer) to one consumer. What leaves in cycle
/// c can be taken from c + latency_cycles on; what is popped in cycle c makes room there that the
/// producer sees from c + latency_cycles on. Room is taken when the producer fires: capacity holds
/// what is in its pipe and on the way too.
struct Channel {
  enum class Kind : std::uint8_t {
    vector,  ///< 16 words, each there or not
    word,
    bit,  ///< a token, a credit: its word is 0 or 1
    count_
  };
  std::string name;
  Kind kind = Kind::word;
  std::uint32_t latency_cycles = 1;  ///< at least 1
  std::uint32_t capacity = 16;       ///< at least 1
  std::uint32_t initial = 0;         ///< tokens that lie there from the start (credits), of word 0
  std::uint32_t line = 0;
};
std::string_view name_of(Channel::Kind kind);

/// Words of an SRAM, a register file or a look-up table. `buffers` of them stand one behind the
/// other; each access has a turn of its own, that says which of them it sees.
struct Memory {
  std::string name;
  std::uint32_t unit = none;
  std::uint32_t words = 0;  ///< of one buffer
  std::uint32_t buffers = 1;
  std::uint32_t banks = 16;  ///< word a lies in bank (a / bank_words) % banks
  std::uint32_t bank_words = 1;
  std::vector<std::uint32_t> initial{};  ///< of every buffer, from word 0 on; the rest is 0
  std::uint32_t line = 0;
};

/// A number that a counter takes: a constant, or the word at the head of one of the context's word
/// inputs, which stays there until the counter is done at least.
struct Bound {
  std::int32_t value = 0;
  std::uint32_t input = none;
};

/// One loop of a context: first, first + step ... while below end (above it where step < 0).
/// The innermost one takes `lanes` indices a step. One without any index makes one step, in which
/// no lane is valid: what is pushed and popped at its end still is. Endless ones end never, but
/// `until` something.
struct Counter {
  std::string name;
  Bound first;
  Bound end;
  Bound step{1, none};
  bool endless = false;
  /// Node, a bit: a firing where it is 1 is behind the counter's end. It is the last step of this
  /// counter and of those inside of it, and no lane is valid. Of inputs without `when`, registers,
  /// indices, `first` and operations on these; nothing that is loaded gets into it.
  std::uint32_t until = none;
};

// Levels. A context's counters are numbered from the outermost, 0, on. "At level l" is the firing
// that is the last step of counters l, l + 1 ... all at once (their "done"); level 0 is the last
// firing of all, level `every` (or the number of counters) any, `no_level` none. The scope of level
// l is what lies between two such firings; that of `no_level` is a launch. A context without
// counters has `every` and `no_level` only.

/// A channel that a context takes from. The head is seen by every firing from its arrival to its
/// pop.
struct Input {
  std::uint32_t channel = none;
  std::uint32_t level = every;    ///< popped there
  std::uint32_t when = none;      ///< node, a bit: where it is 0 the firing neither awaits, sees
                                  ///< (0) nor pops it. It depends on no input that has a `when`
  std::uint32_t pop_when = none;  ///< node, a bit: where it is 0 it is seen, and stays
};

/// A value of a context, computed anew by each firing, for each valid lane. Operands stand before
/// what takes them. A value is a vector (has lanes) if it comes from a vector input, from the
/// innermost of the counters where lanes > 1, from `lane`, or from an operand that is one; words
/// are the same in all lanes.
struct Node {
  enum class Kind : std::uint8_t {
    constant,    ///< `word`
    index,       ///< of counter `at`; i32
    lane,        ///< 0 to 15; i32
    first,       ///< a bit: the first firing in the scope of `level`
    last,        ///< a bit: a firing at `level`
    input,       ///< of input `at`
    reg,         ///< register `at`, as the last firing left it
    load,        ///< memory `at`, word operand 0 (i32), as it was before this cycle
    operation,   ///< `operation` of the operands
    pair,        ///< PairOperation `at`: bf16 in words of type u32, two in each
    body,        ///< no value (0): the output-stationary body, 6 rows by 32 columns of fp32. Each
                 ///< firing adds the products of operand 0 (vector, f32: lanes 0 to 5 are the rows,
                 ///< of which a bf16 is seen) and operand 1 (vector of pairs: the columns), where
                 ///< operand 2, a bit, is 1; begun anew in each scope of `level`
    row,         ///< of the last scope that body operand 0 finished, before this firing: row
                 ///< operand 1 (i32; 0 beyond the sixth), in lane l column 2 l + `at`; f32
    reduce,      ///< `operation` of the valid lanes of operand 0, pairwise in a tree over 16 lanes;
                 ///< a word; identity where none is valid
    accumulate,  ///< `operation` of all of operand 0 up to this firing in the scope of `level`, in
                 ///< order, from operand 1 (seen at the scope's first firing) or from the first
                 ///< on; where operand 2, a bit, is 0 or a lane is not valid nothing is added;
                 ///< identity where nothing was
    count_
  };
  Kind kind = Kind::constant;
  WordOperation operation = WordOperation::copy;
  WordType type{};  ///< of operands; of what is read; of the result of the others
  WordType to{};    ///< convert: of the result
  std::uint32_t at = none;
  std::uint32_t level = every;    ///< first, last, accumulate
  std::uint32_t turn = no_level;  ///< load, as in Store
  std::uint32_t word = 0;
  std::uint32_t operands[3] = {none, none, none};
  std::string name{};  ///< as the text calls it; may be empty
  std::uint32_t line = 0;
};
std::string_view name_of(Node::Kind kind);

/// A word that a context keeps from firing to firing: a recurrence that is none of the sums.
struct Register {
  std::string name;
  WordType type{};
  std::uint32_t start = 0;  ///< at the first firing in the scope of `level`
  std::uint32_t level = 0;
  std::uint32_t next = none;  ///< node, a word: what the firing leaves
  std::uint32_t when = none;  ///< node, a bit: where it is 0 the register stays as it is
  std::uint32_t line = 0;
};

/// Memory [address] = value, of valid lanes; seen from the next cycle on. Of several writers in one
/// cycle the last in order of contexts, stores and lanes stays.
struct Store {
  std::uint32_t memory = none;
  std::uint32_t address = none;  ///< node, i32
  std::uint32_t value = none;    ///< node
  std::uint32_t when = none;     ///< node, a bit, of each lane if it is a vector
  /// Level behind which the access sees the next of the memory's buffers, round and round, from
  /// buffer 0 on.
  std::uint32_t turn = no_level;
  std::uint32_t line = 0;
};

struct Output {
  std::uint32_t channel = none;
  std::uint32_t value =
      none;  ///< node; none: a word of 1. A word fills the valid lanes of a vector
  std::uint32_t level = every;  ///< pushed there
  std::uint32_t when = none;    ///< node, a bit: where it is 0 nothing is pushed, no room is wanted
};

/// A pipeline with its counters. It fires in a cycle when no firing before occupies it, all inputs
/// that take part are there, and all channels that this firing pushes to have room; firings take
/// interval_cycles each, or as many as the fullest bank of an access has words to give. What it
/// pushes leaves in the last of its stages: cycle + max(stages, 1) - 1.
///
/// Valid lanes of a firing: below `lanes`, index inside of every counter, and there in every vector
/// input that takes part.
struct Context {
  std::string name;
  std::uint32_t unit = none;
  std::uint32_t lanes = 1;
  std::uint32_t interval_cycles = 1;
  std::uint32_t stages = none;  ///< none: as the machine's rule says of what it does
  /// It goes through its counters once a launch, and then rests. Others begin whenever they can;
  /// one without inputs must be `once`.
  bool once = false;
  std::vector<Counter> counters{};
  std::vector<Input> inputs{};
  std::vector<Register> registers{};
  std::vector<Node> nodes{};
  std::vector<Store> stores{};
  std::vector<Output> outputs{};
  std::uint32_t line = 0;
  std::uint32_t layer = none;  ///< of Program::layers, for reports
};

/// A stream of accesses to the memory of a DRAM unit, in the order of its commands. Addresses and
/// sizes are in bytes, multiples of 4. Bursts are read and written in the order in which they are
/// issued, one a transfer and cycle.
struct Transfer {
  /// Rows of a matrix in the DRAM: the address is a row's number then (i32; below 0 it counts from
  /// the end), and other numbers are faults of the run.
  struct Table {
    std::uint32_t rows = 0;  ///< 0: there is no table
    std::uint32_t row_bytes = 0;
    std::uint32_t address_bytes = 0;  ///< of row 0
    /// Byte address of a row; none where it is not in the table.
    std::optional<std::int64_t> address_of(std::int32_t number) const {
      const std::int64_t row = number < 0 ? std::int64_t{number} + rows : number;
      if (row < 0 || row >= rows) return std::nullopt;
      return address_bytes + row * row_bytes;
    }
  };
  enum class Kind : std::uint8_t {
    load,     ///< address, size -> data: `lanes` words a vector from the address on, the last
              ///< vector of a command with what is left; no vector for a size of 0. Words
              ///< of its bursts that nobody asked for pass too, and take their time
    store,    ///< address, size, data (as a load gives it; words that are not there stay) -> done,
              ///< a bit a command
    gather,   ///< address (vector) -> data, the words of these addresses
    scatter,  ///< address (vector), data -> done, a bit a vector
    add,      ///< address (vector), data -> done, a vector: the data are added to the words of
              ///< these addresses, of `type`, a lane after the other, and this is what they are
              ///< then. Each burst is read and written
    count_
  };
  std::string name;
  std::uint32_t unit = none;
  Kind kind = Kind::load;
  std::uint32_t address = none;  ///< channels, as the kind says
  std::uint32_t size = none;
  std::uint32_t data = none;
  std::uint32_t done = none;
  std::uint32_t lanes = lanes_most;  ///< load, store: words of a vector of data
  WordType type{};                   ///< add
  std::uint32_t line = 0;
  Table table{};  ///< load
};
std::string_view name_of(Transfer::Kind kind);

/// What the host writes or reads by name: words of a memory (its buffer 0) or of a DRAM, row-major,
/// a word an element.
struct Array {
  enum class Role : std::uint8_t { input, output };
  std::string name;
  Role role = Role::input;
  WordType type{};
  std::vector<std::uint64_t> shape{};
  std::uint32_t memory = none;
  std::uint32_t unit = none;        ///< a DRAM, where it is no memory's
  std::uint32_t address_bytes = 0;  ///< there, a multiple of 4
  /// f32 to the host, which rounds to nearest; held as pairs of bf16, where each row (of the last
  /// extent) begins at a multiple of 16 words.
  bool as_pairs = false;
  std::uint32_t line = 0;
  std::uint64_t elements() const;
  std::uint64_t words() const;  ///< that it takes
};

/// A channel over the dynamic mesh, as two: `in` leads from its producer to the first switch, `out`
/// from the last one to its consumer. Both have the channel's depth; a token enters the mesh when
/// `out` has room for it.
struct Flow {
  std::uint32_t in = none;
  std::uint32_t out = none;
  std::uint32_t from_x = 0;  ///< of the first switch
  std::uint32_t from_y = 0;
  std::uint32_t to_x = 0;
  std::uint32_t to_y = 0;
};

struct Program {
  std::vector<Unit> units;
  std::vector<Channel> channels;
  std::vector<Memory> memories;
  std::vector<Context> contexts;
  std::vector<Transfer> transfers;
  std::vector<Array> arrays;
  std::vector<Section> sections{};
  std::string file;  ///< that it was read from, for messages; empty: none
  std::vector<Flow> flows{};
  std::uint32_t mesh_unit = none;     ///< of kind network, where there are flows
  std::vector<std::string> layers{};  ///< names of parts of the program

  std::uint32_t chips() const;
};

std::vector<std::byte> serialize(const Program& program);
/// Category::input when the bytes are no program.
Program deserialize(std::span<const std::byte> bytes);
/// What the hash covers: all but lines, the file, layers, and names of nodes.
std::vector<std::byte> content(const Program& program);
/// Everything that can be said of a graph by itself: names, indices, widths and types; each channel
/// has one producer and one consumer; what `when` depends on; bounds that are held long enough;
/// memories that are read and that nothing fills. Category::input naming unit, context, channel,
/// with file and line. What a machine has room for is check_fit()'s (rdu_timing.hpp).
void validate(const Program& program);

}  // namespace weft::program::rdu
