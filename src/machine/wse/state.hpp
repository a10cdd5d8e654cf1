// SPDX-License-Identifier: Apache-2.0
// The state of a slice's tiles as kernels see it: flat arrays, a tile's parts at its offsets.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/ids.hpp"
#include "base/kokkos.hpp"
#include "base/recorder.hpp"
#include "machine/wse/constants.hpp"
#include "machine/wse/decode.hpp"
#include "program/wse_task_ids.hpp"

namespace weft::machine::wse {

/// What the main thread does.
enum class Main : std::uint8_t {
  idle,     ///< no task
  running,  ///< its next instruction issues at main_time
  blocked,  ///< waits for its own stream
};

/// Bytes [begin, end) whose new content can be read from `first` on (element by element) and in
/// full at `last`.
struct Hazard {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Cycle first = 0;
  Cycle last = 0;
};

/// Results that can be under way at once: one operation of the main thread and one of the streams
/// at most end in a cycle, and a result can be read `vector_latency` cycles later; one more is
/// being computed, one is new.
inline std::uint32_t hazard_count(const Constants& constants) {
  return 2 * constants.vector_latency + 2;
}

/// Where cycles of the main thread went.
enum class Stall : std::uint8_t { starved, blocked, dependency, bank, issue, count_ };
inline constexpr unsigned stall_count = static_cast<unsigned>(Stall::count_);

/// What a tile refused, of the cycle that is being run.
struct Refusal {
  std::uint32_t code = 0;
  std::uint64_t detail[3] = {0, 0, 0};
};

/// Tile::steps_seen of a task that has not issued yet.
inline constexpr std::uint64_t steps_unseen = ~std::uint64_t{0};

struct Tile {
  std::uint64_t sram = 0;     ///< byte offset in the pool
  std::uint64_t written = 0;  ///< word offset of its bitmap
  std::uint64_t registers = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t fifos = 0;
  std::uint64_t threads = 0;
  std::uint64_t activations = 0;
  std::uint32_t constants = 0;
  std::uint32_t code = 0;
  std::uint32_t global = 0;  ///< tile of the region

  std::uint32_t pc = 0;
  Cycle main_time = 0;  ///< cycle in which the next instruction issues
  Cycle task_start = 0;
  std::uint64_t task_issued = 0;  ///< busy cycles when the task started
  std::uint64_t steps_seen = 0;  ///< issue slots streams had taken when the main thread last issued
  std::uint64_t activated = 0;   ///< masks over task indices
  std::uint64_t blocked = 0;
  Cycle hazards_until = 0;  ///< from then on all of them are over
  std::uint64_t random = 0;
  std::uint32_t sequence = 0;  ///< of recorded rows
  std::uint32_t launch_function = 0;
  std::uint32_t teardown_pending = 0;  ///< colors that went into it and that no code has read yet
  Cycle launch_time = 0;               ///< cycle in which a pending launch has come this far
  Cycle timestamp_start = 0;           ///< cycle in which the counter was 0
  std::int16_t task = form::none_id;   ///< index, or launched_task
  std::uint16_t depth = 0;             ///< of the call stack
  Main main = Main::idle;
  std::uint8_t live_threads = 0;
  std::uint8_t last_id = 0;  ///< of the task that started last
  bool launch_pending = false;
  bool command_open = false;  ///< launched, command stream not unblocked yet
  bool timestamp_enabled = false;
  std::uint32_t stack[stack_words] = {};

  std::uint64_t busy_cycles = 0;
  std::uint64_t scalar_cycles = 0;
  std::uint64_t vector_cycles = 0;
  std::uint64_t instructions = 0;
  std::uint64_t stalls[stall_count] = {};
  Cycle first_task = 0;  ///< start of the first task; 0: none has begun
  Cycle first_word = 0;  ///< in which an operation or a data task first took one from the ramp; 0:
                         ///< not yet
  Cycle last_step = 0;   ///< in which a stream last moved something
  Refusal refusal;
};
static_assert(std::is_trivially_copyable_v<Tile>);

inline constexpr unsigned task_ids = 64;              ///< ids of tasks are below
inline constexpr unsigned launch_arguments_max = 16;  ///< 32-bit words
inline constexpr std::int16_t launched_task = -2;     ///< Tile::task of a launched function

/// An operand as it was when its instruction issued.
struct StreamOperand {
  form::DescriptorKind kind = form::DescriptorKind::none;  ///< none: a scalar
  std::uint8_t bytes = 0;                                  ///< of an element
  std::uint8_t dimensions = 1;
  std::uint8_t queue = 0xff;  ///< fabric queue, or fifo
  std::uint16_t base = 0;
  std::int16_t stride = 0;   ///< elements
  std::uint64_t scalar = 0;  ///< its value
  std::uint16_t extents[4] = {};
  std::int16_t strides[4] = {};
};
static_assert(sizeof(StreamOperand) == 32 && std::is_trivially_copyable_v<StreamOperand>);

/// A vector instruction under way in a stream slot.
struct Thread {
  enum class State : std::uint8_t { free, streaming, waits_for_fifo };
  StreamOperand operands[operand_count];
  Cycle issued = 0;
  std::uint32_t vector = 0;  ///< index into the shared vector codes
  std::uint32_t count = 0;   ///< steps in all
  std::uint32_t done = 0;
  std::uint32_t posted = 0;  ///< steps handed to the fabric so far
  std::int32_t result = -1;  ///< register for the FIFO outcome; main thread only
  State state = State::free;
  std::uint8_t color = 0xff;
  bool control = false;
  bool advance_switch = false;
  bool has_index = false;
  std::uint16_t wavelet_index = 0;
  std::uint16_t interval = 1;
  std::uint8_t settings = 0;  ///< 1 + number of those that a DSR brought; 0: the instruction's own
};
static_assert(std::is_trivially_copyable_v<Thread>);

/// A FIFO's ring: elements [head, head + count) modulo its capacity.
struct FifoState {
  std::uint32_t head = 0;
  std::uint32_t count = 0;
  std::uint16_t was_full = 0;   ///< 1: a push found no room, and nothing was popped since
  std::uint16_t was_empty = 0;  ///< 1: a pop found nothing, and nothing was pushed since
};

/// Rows that the tiles of a block make in one cycle.
inline constexpr std::uint32_t rows_per_tile = 24;
inline constexpr std::uint32_t words_per_tile = 4;  ///< two in, one out, a data task's
struct Row {
  std::uint32_t stream = 0;
  std::uint32_t pad = 0;
  EventRow row;
};
/// Rows of a tile in one cycle.
struct RowCounts {
  std::uint32_t rows = 0;
  std::uint32_t words = 0;
};

/// Everything kernels touch; copies share the arrays.
struct State {
  std::uint32_t tiles = 0;
  bool record_words = false;  ///< the trace wants every word (level full)
  Constants constants;

  Array<Tile> tile;
  Array<Cycle> wake;  ///< [tile] next cycle in which the tile has to be run on its own account
  Array<std::uint8_t> sram;
  Array<std::uint64_t> written;  ///< a bit a 16-bit word
  Array<std::uint64_t> registers;
  Array<form::Descriptor> descriptors;
  Array<FifoState> fifo;
  Array<Thread> thread;
  Array<Hazard> hazard;     ///< [tile][hazard_count] in no order
  Array<Cycle> activation;  ///< [tile][task] when it was activated; data: when its head came
  Array<std::uint64_t> tile_constants;
  Array<std::uint32_t> launch_arguments;  ///< [launch_arguments_max], of the last launch

  Array<CodeInfo> info;
  Array<Code> code;
  Array<VectorCode> vector;
  Array<FunctionCode> function;
  Array<TaskCode> task;
  Array<Settings> settings;
  Array<form::Fifo> fifo_code;
  Array<std::uint64_t> wide;
};

}  // namespace weft::machine::wse
