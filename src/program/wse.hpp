// SPDX-License-Identifier: Apache-2.0
// What an emulated wafer executes: one plain form, written by front ends and the builder, read by
// machine/wse.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "program/wse_operations.hpp"

namespace weft::program::wse {

enum class Generation : std::uint8_t { wse2, wse3 };

inline constexpr unsigned color_count = 24;
inline constexpr unsigned input_queue_count = 8;
inline constexpr unsigned microthread_count = 8;

/// Router ports; the numbers are the hardware's direction codes (spcl/spatial-collectives
/// constants.csl).
enum class Port : std::uint8_t { west = 0, east = 1, south = 2, north = 3, ramp = 4 };
inline constexpr unsigned port_count = 5;
constexpr std::uint8_t bit(Port port) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(port));
}

// ---- routing
// ---------------------------------------------------------------------------

/// One switch position, complete: which ports a color is taken from and sent to. Masks of
/// bit(Port).
struct RoutePosition {
  std::uint8_t receive = 0;
  std::uint8_t transmit = 0;
  friend bool operator==(const RoutePosition&, const RoutePosition&) = default;
};

enum class PopMode : std::uint8_t { no_pop, always_pop, pop_on_advance, pop_on_advance_nop };
enum class FilterKind : std::uint8_t { none, range, counter, sparse_counter };

/// Filter at the ramp (router to PE). Range: accepts data with minimum <= index <= maximum.
/// Counter: counts what arrives (data and/or control), passes while counter <= maximum, wraps to 0
/// after limit_1; sparse: one-shot limit_2.
struct Filter {
  FilterKind kind = FilterKind::none;
  bool count_data = false;
  bool count_control = false;
  bool filter_control = false;
  std::uint16_t minimum = 0;
  std::uint16_t maximum = 0;
  std::uint16_t limit_1 = 0;
  std::uint16_t limit_2 = 0;
  std::uint16_t initial_counter = 0;
  friend bool operator==(const Filter&, const Filter&) = default;
};

/// Configuration of one color on one tile.
struct ColorRoute {
  std::uint8_t color = 0;
  std::uint8_t position_count = 1;  ///< 1..4; position 0 is `.routes`
  std::uint8_t initial_position = 0;
  bool ring = false;  ///< advance past the last position wraps
  PopMode pop = PopMode::no_pop;
  bool teardown = false;        ///< starts in teardown
  bool reconfigurable = false;  ///< the tile's code may rewrite it while it runs
  std::array<RoutePosition, 4> positions{};
  Filter filter{};
  friend bool operator==(const ColorRoute&, const ColorRoute&) = default;
};

/// Opcodes in a control wavelet's commands.
enum class SwitchCommand : std::uint8_t { nop = 0, advance = 1, reset = 2, teardown = 3 };

// ---- descriptors and vector instructions
// ---------------------------------------------------------------------------

enum class DescriptorKind : std::uint8_t { none, mem1d, mem4d, fabin, fabout, fifo };

/// A data structure descriptor (DSD), also the content of a DSR. Sizes in elements, addresses in
/// bytes.
struct Descriptor {
  DescriptorKind kind = DescriptorKind::none;
  /// For reports only: the operation decides how wide an element is (a stride counts elements of
  /// the operation, as in csl-examples residual, which uses one i16 descriptor for f32 arrays).
  std::uint8_t element_bytes = 0;
  std::uint8_t color = 0xff;  ///< fabin, fabout
  std::uint8_t queue =
      0xff;              ///< fabin: input queue, fabout: output queue; fifo: index into `fifos`
  bool control = false;  ///< fabout: the words are control wavelets
  bool advance_switch =
      false;  ///< fabout: after the last wavelet the local switch of the color advances
  bool has_wavelet_index = false;   ///< fabout: 16-bit words carry wavelet_index in their high half
  std::uint8_t dimensions = 1;      ///< mem4d: 1..4
  std::uint16_t base = 0;           ///< byte address of element 0
  std::uint16_t wavelet_index = 0;  ///< fabout: .wavelet_index_offset
  std::uint32_t length = 0;         ///< elements, or wavelets; mem4d: product of extents
  std::int16_t stride = 1;          ///< mem1d: elements from one to the next
  bool save_address = false;        ///< a DSR in memory: an operation leaves it behind what it took
  std::uint8_t settings = 0;        ///< a DSR: 1 + index into stream_settings; 0: none given
  std::array<std::uint16_t, 4> extents{};  ///< mem4d, outermost first
  std::array<std::int16_t, 4> strides{};   ///< mem4d, elements, outermost first
  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};
static_assert(std::is_trivially_copyable_v<Descriptor>);

/// An operand of a vector instruction.
struct Operand {
  enum class Kind : std::uint8_t {
    none,
    descriptor,      ///< descriptors[index], a variable: built in line, which costs dsr_load_cycles
    data_register,   ///< descriptors[index], already in a DSR: no load cost
    scalar,          ///< register `index` holds the value (stride 0)
    scalar_address,  ///< register `index` holds the byte address of one element (a scalar
                     ///< reduction's destination)
    constant_descriptor,  ///< descriptors[index], known to the compiler: loaded from a constant in
                          ///< memory, which costs dsr_constant_load_cycles
  };
  Kind kind = Kind::none;
  std::uint16_t index = 0;
  friend bool operator==(const Operand&, const Operand&) = default;
};

enum class Priority : std::uint8_t { low, medium, high };
inline constexpr std::int16_t none_id = -1;

/// One DSD operation. Sources in the order of the CSL builtin; fmacs: destination = source[0] +
/// source[1] * source[2].
struct VectorInstruction {
  VectorOperation operation = VectorOperation::mov32;
  bool asynchronous = false;
  Priority priority = Priority::medium;
  Operand destination;
  std::array<Operand, 3> sources{};
  std::int16_t activate =
      none_id;  ///< asynchronous: task (index into tasks) activated at completion
  std::int16_t unblock =
      none_id;  ///< asynchronous: task (index into tasks) unblocked at completion
  std::int16_t microthread = none_id;  ///< WSE-3 .ut_id; none: by the generation's rule
  std::int32_t wavelet_index =
      -1;                  ///< .index of 16-bit operations with a fabric destination; -1: none
  std::uint32_t line = 0;  ///< source line, for reports
  friend bool operator==(const VectorInstruction&, const VectorInstruction&) = default;
};

/// How an operation runs beside the main thread, as the load of one of its DSRs says.
struct StreamSettings {
  Priority priority = Priority::medium;
  std::int16_t activate = none_id;     ///< as in VectorInstruction
  std::int16_t unblock = none_id;      ///< as in VectorInstruction
  std::int16_t microthread = none_id;  ///< as in VectorInstruction
  friend bool operator==(const StreamSettings&, const StreamSettings&) = default;
};
/// As many a code can have.
inline constexpr unsigned stream_settings_max = 63;

/// A FIFO in SRAM.
struct Fifo {
  std::uint16_t base = 0;      ///< byte address
  std::uint16_t capacity = 0;  ///< elements
  std::uint8_t element_bytes = 2;
  /// Task (index) activated by a push after an operation found the FIFO empty.
  std::int16_t activate_push = none_id;
  /// Task (index) activated by a pop after an operation found the FIFO full.
  std::int16_t activate_pop = none_id;
  friend bool operator==(const Fifo&, const Fifo&) = default;
};

// ---- code
// ---------------------------------------------------------------------------

/// A function. No recursion, so a frame's registers are at a fixed place: parameters first, then
/// locals.
struct Function {
  std::string name;
  std::uint32_t entry = 0;  ///< first instruction
  std::uint16_t frame_base =
      0;  ///< first register of the frame; parameter k is register frame_base + k
  std::uint16_t frame_registers = 0;
  std::vector<Type> parameters;
  friend bool operator==(const Function&, const Function&) = default;
};

enum class TaskKind : std::uint8_t { data, local, control };

/// A bound task. Data tasks: id is a color (WSE-2) or an input queue (WSE-3). A data or control
/// task's parameters take the wavelet's payload: one of 32 bit, or two of 16 bit (first the low
/// half).
struct Task {
  TaskKind kind = TaskKind::local;
  std::uint8_t id = 0;
  bool bound =
      true;  ///< false: an id that is blocked or activated but never bound (its state still counts)
  bool activated = false;  ///< initial state
  bool blocked = false;    ///< initial state
  Priority priority = Priority::medium;
  std::uint32_t function = 0;
  friend bool operator==(const Task&, const Task&) = default;
};

/// Initial binding of a queue to a color (@initialize_queue, or the queue of a fabric DSD).
struct QueueBinding {
  std::uint8_t queue = 0;
  std::uint8_t color = 0;
  friend bool operator==(const QueueBinding&, const QueueBinding&) = default;
};

/// A variable in SRAM. Exported names are what host commands use.
struct Symbol {
  std::string name;
  std::string exported;  ///< empty: not visible to the host
  Type type = Type::u32;
  std::uint16_t address = 0;  ///< bytes
  std::uint32_t elements = 0;
  /// `address` is that of a pointer that the program moves: host commands go where it points.
  bool by_pointer = false;
  friend bool operator==(const Symbol&, const Symbol&) = default;
};

/// A function that the host can launch.
struct EntryPoint {
  std::string name;
  std::uint32_t function = 0;
  friend bool operator==(const EntryPoint&, const EntryPoint&) = default;
};

/// Bytes [begin, end) of SRAM that the data image initialises.
struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// Initial SRAM content that differs from tile to tile: SRAM[address] = tile constant, as `type`.
struct DataPatch {
  std::uint16_t address = 0;
  Type type = Type::u16;
  std::uint32_t constant = 0;
  friend bool operator==(const DataPatch&, const DataPatch&) = default;
};

/// Everything that tiles with the same code share.
struct TileCode {
  std::string name;  ///< the source file, for reports
  std::vector<Instruction> instructions;
  std::vector<std::uint32_t> lines;  ///< source line of each instruction; may be empty
  std::vector<Function> functions;
  std::vector<std::uint64_t> wide_constants;
  std::vector<VectorInstruction> vector_instructions;
  std::vector<StreamSettings> stream_settings;
  std::vector<Descriptor> descriptors;  ///< initial content; every tile has its own copy
  std::vector<Fifo> fifos;
  std::vector<Task> tasks;
  std::vector<QueueBinding> input_queues;
  std::vector<QueueBinding> output_queues;
  std::vector<Symbol> symbols;
  std::vector<EntryPoint> entry_points;
  std::vector<std::string> messages;  ///< of assert_true
  std::vector<std::byte> data;  ///< SRAM image from address 0; its size is the SRAM that data takes
  std::vector<ByteRange> initialised;
  std::vector<DataPatch> patches;
  std::uint32_t register_count = 0;  ///< all frames
  std::uint32_t tile_constant_count = 0;
  friend bool operator==(const TileCode&, const TileCode&) = default;
};

/// A host stream: words go to, or come from, the tiles on a color, at their ramp.
struct HostStream {
  std::string name;  ///< "MEMCPYH2D_DATA_1"
  bool into_machine = true;
  std::uint8_t color = 0;
  friend bool operator==(const HostStream&, const HostStream&) = default;
};

/// A fault put in on purpose: the first wavelet of `color` that waits in the router of tile (x, y)
/// at or after `cycle` has the bits of `mask` inverted.
struct WaveletFlip {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint8_t color = 0;
  std::uint32_t mask = 0;
  std::uint64_t cycle = 0;
  friend bool operator==(const WaveletFlip&, const WaveletFlip&) = default;
};

inline constexpr std::uint32_t no_layer = 0xffffffffU;

/// A program for a region of width x height tiles, row-major.
struct Program {
  Generation generation = Generation::wse2;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<TileCode> codes;
  std::vector<std::uint32_t> code_of_tile;          ///< width * height
  std::vector<std::vector<ColorRoute>> route_sets;  ///< each sorted by color
  std::vector<std::uint32_t> route_set_of_tile;     ///< width * height
  std::vector<std::uint64_t> tile_constants;        ///< pool
  std::vector<std::uint32_t>
      tile_constants_begin;  ///< width * height: first constant of the tile in the pool
  std::vector<HostStream> host_streams;
  std::vector<WaveletFlip> wavelet_flips;    ///< at most 64; usually none
  std::vector<std::string> layers;           ///< names of parts of the program, for reports
  std::vector<std::uint32_t> layer_of_tile;  ///< width * height, or empty; no_layer: of none
  friend bool operator==(const Program&, const Program&) = default;
};

/// Canonical bytes of a program, and back; Category::input on bytes that are no program.
std::vector<std::byte> serialize(const Program& program);
Program deserialize(std::span<const std::byte> bytes);

/// Checks what neither a run nor a machine has to be known for: indices in range, frames, queues,
/// colors, two configurations of one color. (check_limits() holds it against a machine.) Throws
/// Category::input, naming tile and symbol.
void validate(const Program& program);

/// One line an instruction, for tests and reports.
std::string disassemble(const TileCode& code);

}  // namespace weft::program::wse
