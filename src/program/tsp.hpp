// SPDX-License-Identifier: Apache-2.0
// What TSP chips execute: a schedule, in which every instruction has its queue and its cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/ids.hpp"
#include "numerics/tsp_operation.hpp"
#include "program/tsp_chip.hpp"

namespace weft::program::tsp {

using numerics::VectorOperation;
using numerics::VectorType;

inline constexpr std::uint32_t none = 0xffffffffU;

/// Instructions, by unit. "Reads a stream" is always at the queue's stop in the cycle of dispatch;
/// when results drive a stream or change state says tsp_timing.hpp.
enum class Opcode : std::uint8_t {
  // Any queue.
  sync,    ///< parks the queue until a notify's barrier; no operand; count 1
  notify,  ///< releases every parked queue of the chip; count 1
  // MEM. Word: bank, address. A Repeat moves the address.
  read,    ///< word -> result (one stream)
  write,   ///< operand 0 (one stream) -> word
  gather,  ///< operand 0 (pair of streams, int16): of each superlane its first lane is added to the
           ///< address, each superlane reads its own word -> result
  scatter,  ///< operand 0 (one stream) -> words, addresses from operand 1 as in gather
  // VXM.
  alu,  ///< operation of operands 0, 1 -> result, for chains and streams
  // MXM. Queue weights: load, install. Queue activations: activate. Queue results: accumulate. fp16
  // takes both planes of a hemisphere: it is dispatched on the inner plane's queue, and the outer
  // plane's queue of that part dispatches nothing in that cycle.
  load_weights,     ///< operand 0 (16 streams) -> rows of the plane's buffer: element k gives
                    ///< those from address_of(k) on: int8 16 rows, fp16 8 (pairs of streams)
  install_weights,  ///< buffer -> array, by `type`; `rows` of it hold weights, the others count as
                    ///< 0; the buffer is empty then
  activate,    ///< operand 0 (int8: one stream, K = 320; fp16: a pair, K = 160 lanes of `half`)
               ///< times the array -> a row of partial sums for accumulate
  accumulate,  ///< the row that comes out in this cycle: stored at (`adds` false) or added to
               ///< accumulator `address`; where result is given the sum leaves on four streams.
               ///< Every accumulate dispatched before on the plane is seen. A row of fp16 takes
               ///< that row of both planes
  // SXM. `map`s are Schedule::maps. Shift, permute and distribute take a group of any width and
  // give one as wide, every stream alike.
  shift,       ///< lane l of result = lane l + amount of operand 0, or zero outside
  permute,     ///< lane l of result = lane map[l] of operand 0; a bijection
  distribute,  ///< in each superlane lane i of result = lane map[i] of operand 0; map of 16, or
               ///< zero
  rotate,  ///< operand 0: `amount` (3 or 4) streams -> amount^2 streams: stream i * amount + j is
           ///< operand stream j, its lanes rotated by i within each superlane
  transpose,  ///< 16 streams -> 16: in each superlane stream i lane j -> stream j lane i
  // C2C.
  send,            ///< operand 0 (one stream) -> link
  receive,         ///< next vector of the link -> result
  deskew,          ///< holds this link's queue until the next epoch of the chip's clock
  runtime_deskew,  ///< holds every queue for `amount` cycles, more or less, to follow the parent
  count_
};
std::string_view name_of(Opcode opcode);  ///< as schedules write it: "read", "load_weights"

/// `width` streams from `first` on, an aligned group: width 1, 2, 4, 8 or 16 and first a multiple
/// of it (rotate: 3 to 16 streams, aligned to none). Width 0: none.
struct StreamGroup {
  Direction direction = Direction::west;
  std::uint8_t first = 0;
  std::uint8_t width = 0;
  std::uint8_t reserved = 0;
  friend bool operator==(const StreamGroup&, const StreamGroup&) = default;
};

/// What an operand must be: element k of the instruction takes element first + k * step of
/// instruction `producer` (of the same schedule).
struct Name {
  std::uint32_t producer = none;
  std::uint32_t reserved = 0;
  std::int64_t first = 0;
  std::int64_t step = 1;
  friend bool operator==(const Name&, const Name&) = default;
};

struct Operand {
  enum class Kind : std::uint8_t {
    none,
    stream,   ///< of group
    chain,    ///< result of ALU `alu`, which stands in the column before; its low bytes, where
              ///< it is wider than the type
    implied,  ///< MXM: the plane's array (activate), the row that comes out (accumulate), its
              ///< buffer (install_weights); here only to be named
  };
  Kind kind = Kind::none;
  std::uint8_t alu = 0;
  std::uint8_t reserved[2] = {};
  StreamGroup group;
  /// Schedule::names[names, names + name_count): none, one for all streams of the group, or one a
  /// stream, in order. Which byte of a result a stream carries its number says, so a name is of an
  /// element only. A name without producer admits anything. Install_weights names the load of row
  /// 0.
  std::uint32_t names = 0;
  std::uint32_t name_count = 0;
};

/// A run: `count` times the same instruction, every `interval_cycles`, from `cycle` on. What one
/// queue would hold as instruction and Repeat.
struct Instruction {
  Cycle cycle = 0;  ///< of the first dispatch, from the start of the schedule
  std::uint32_t count = 1;
  std::uint32_t interval_cycles = 1;  ///< at least 1
  std::uint16_t queue = 0;            ///< number_of()
  Opcode opcode = Opcode::sync;
  std::uint8_t bank = 0;
  VectorOperation operation = VectorOperation::copy;  ///< alu
  VectorType type = VectorType::i8;  ///< of operands: alu; int8 or fp16: load, activate, accumulate
  VectorType result_type = VectorType::i8;  ///< alu
  std::uint8_t half = 0;                    ///< activate, fp16: lanes 0..159 or 160..319
  /// Element k is at address + (k / inner) * outer_stride + (k % inner) * stride; words of a bank,
  /// rows of weights, or accumulator rows.
  std::uint32_t address = 0;
  std::int32_t stride = 0;
  std::uint32_t inner = none;
  std::int32_t outer_stride = 0;
  std::uint16_t rows = 0;   ///< install_weights: K, at most 320 (int8) or 160 (fp16)
  std::int16_t amount = 0;  ///< shift: lanes; rotate: n; runtime_deskew: cycles
  std::uint8_t adds = 0;    ///< accumulate
  std::uint8_t reserved[3] = {};
  std::uint32_t map = none;         ///< permute, distribute
  std::array<Operand, 3> operands;  ///< 0, 1 as the opcode says; 2: what is implied
  StreamGroup result;
  std::uint32_t label = none;  ///< Program::texts: what the schedule calls it
  std::uint32_t line = 0;      ///< in the file that it came from; 0: none

  Cycle last_cycle() const { return cycle + Cycle{count - 1} * interval_cycles; }
  std::int64_t address_of(std::uint32_t element) const {
    const std::uint32_t outer = element / inner;
    const std::uint32_t within = element % inner;
    return std::int64_t{address} + std::int64_t{outer} * outer_stride +
           std::int64_t{within} * stride;
  }
};
static_assert(std::has_unique_object_representations_v<Instruction>, "bytes are hashed");
static_assert(std::has_unique_object_representations_v<Name>, "bytes are hashed");
/// Limits that keep sums of cycles and elements within 64 bits.
inline constexpr Cycle cycle_limit = Cycle{1} << 48U;
inline constexpr std::uint32_t count_limit = std::uint32_t{1} << 31U;
inline constexpr std::int64_t name_limit = std::int64_t{1} << 31U;

/// A lane map: 320 entries (permute), or 16 (distribute; `zero_lane` gives 0).
inline constexpr std::uint16_t zero_lane = 0xffff;
using LaneMap = std::vector<std::uint16_t>;

/// What one chip's queues hold. Chips that run the same share one.
struct Schedule {
  std::vector<Instruction> instructions;  ///< any order; a queue's may interleave
  std::vector<Name> names;
  std::vector<LaneMap> maps;
};

/// Words of memory that hold elements of a host tensor: word w lies at address + w * stride, lane
/// lane_first + l of it holds element first + w * word_step + l * lane_step, for l < lane_count;
/// the other lanes are zero. Byte b of an element lies in slices[b].
struct Piece {
  std::uint32_t chip = 0;
  Hemisphere hemisphere = Hemisphere::west;
  std::uint8_t bank = 0;
  std::array<std::uint8_t, 4> slices{};  ///< as many as the type is wide
  std::uint16_t reserved = 0;
  std::uint32_t address = 0;
  std::int32_t stride = 1;
  std::uint32_t words = 1;
  std::uint16_t lane_first = 0;
  std::uint16_t lane_count = lanes;
  std::uint32_t reserved_too = 0;
  std::int64_t first = 0;
  std::int64_t word_step = lanes;
  std::int64_t lane_step = 1;
};
static_assert(std::has_unique_object_representations_v<Piece>, "bytes are hashed");

/// A tensor that the host writes or reads by name, row-major. An element may lie in several places:
/// all are written, the first is read. A constant's bytes stand in Program::bytes and are written
/// before the run.
struct Tensor {
  enum class Role : std::uint8_t { input, output, constant };
  std::string name;
  Role role = Role::input;
  VectorType type = VectorType::i8;
  std::vector<std::uint64_t> shape;
  std::vector<Piece> pieces;
  std::uint64_t bytes_first = 0;  ///< constants: in Program::bytes
  /// Tensors before this one, by their index in the program, in whose words it may lie too: who
  /// writes one means to write the other.
  std::vector<std::uint32_t> over;
  std::uint32_t line = 0;  ///< in the file that it came from; 0: none
  std::uint64_t elements() const;
};

/// The whole program, of all chips.
struct Program {
  std::vector<Schedule> schedules;
  std::vector<std::uint32_t> schedule_of_chip;  ///< [chip]; none: the chip does nothing
  std::vector<Tensor> tensors;
  std::vector<std::byte> bytes;
  std::vector<std::string> texts;
  std::vector<std::string> layers{};           ///< names of parts of the program, for reports
  std::vector<std::uint32_t> layer_of_text{};  ///< [text]: of what has it as its label, or none;
                                               ///< empty where there are no layers
  std::string file;                            ///< that it was read from, for messages; empty: none
  bool timing_only = false;     ///< no data: the same cycles, counters and schedule's hash
  std::uint64_t link_seed = 0;  ///< draws the links' jitter and the chips' clocks

  std::uint32_t chips() const { return static_cast<std::uint32_t>(schedule_of_chip.size()); }
};

std::vector<std::byte> serialize(const Program& program);
/// Category::input when the bytes are no program.
Program deserialize(std::span<const std::byte> bytes);
/// What the hash covers: what chips do. Without labels, lines and files, without what operands must
/// be, without the bytes of constants, so that it is the same with and without data, and the same
/// under every link_seed. The order of instructions and of maps makes no difference.
std::vector<std::byte> content(const Program& program);
/// Indices in range, enumerations known, pieces inside memory and tensors, no tensor's words in
/// another's unless it says so. Category::input naming what is wrong, with file and line. What
/// needs time is check()'s (tsp_check.hpp).
void validate(const Program& program);

}  // namespace weft::program::tsp
