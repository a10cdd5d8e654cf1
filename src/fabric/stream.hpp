// SPDX-License-Identifier: Apache-2.0
// The seam between a tile and the fabric. It carries streams, not wavelets: a tile posts what it
// will move, the fabric answers with spans. Nothing outside fabric/ depends on which engine runs
// behind it.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/ids.hpp"

namespace weft::fabric {

/// A 32-bit wavelet; 16-bit operations put the datum in the low half and the index in the high
/// half.
struct Wavelet {
  std::uint32_t payload = 0;
  std::uint8_t color = 0;
  bool control = false;
};

inline constexpr std::uint8_t no_queue = 0xff;

/// Stream slots of a tile: its microthreads, then the main thread.
inline constexpr unsigned microthread_slots = 8;
inline constexpr unsigned main_slot = 8;
inline constexpr unsigned slot_count = 9;

/// Input queues of a tile: 8 hardware queues; then one a color for wavelets of colors bound to no
/// queue (WSE-2 data tasks), number 8 + color.
inline constexpr unsigned direct_queue_base = 8;
inline constexpr unsigned all_input_queues = 8 + 24;

/// When a stream may take the tile's single issue slot.
enum class StreamPriority : std::uint8_t {
  below_main,  ///< only in cycles in which the main thread issues nothing
  above_main,  ///< before the main thread
};

/// What a tile posts: `count` steps. In a step one word is taken from each input queue and, where
/// there is an output queue, one word is produced. Inputs only: a receive. Output only: a send.
/// Both: a chain (fabric + memory -> fabric).
///
/// Step k happens in the least cycle t with t >= ready + k * interval_cycles, a step behind the one
/// before, every input queue holding a word at the start of t, room in the output queue (words in
/// the tile's pipeline counted), and the tile's issue slot won: one step a tile and cycle; higher
/// priority first, then round robin over slots from the one after the last winner. The word of step
/// t is written into the output queue at t + latency_cycles.
struct StreamPost {
  std::uint32_t tile = 0;  ///< tile in the slice, row-major
  std::uint8_t slot = 0;
  std::uint8_t input_queue[2] = {no_queue, no_queue};
  std::uint8_t output_queue = no_queue;
  std::uint8_t color = 0;  ///< of the output
  bool control = false;    ///< the output words are control wavelets
  bool advance_switch =
      false;  ///< after the last word has passed the local router, its switch advances
  StreamPriority priority = StreamPriority::above_main;
  std::uint8_t level = 1;  ///< among equal StreamPriority: higher first
  std::uint16_t interval_cycles = 1;
  std::uint16_t latency_cycles = 1;  ///< >= 1
  std::uint32_t count = 0;
  Cycle ready = 0;
};
static_assert(std::is_trivially_copyable_v<StreamPost>);

/// What the fabric answers: steps [first_step, first_step + count) of a stream happened in cycles
/// first_cycle, first_cycle + interval_cycles, ... ; `words[input]` index the words taken, in the
/// tile's span buffer. The tile must answer each span of a stream with an output by provide() of
/// `count` words, in the same cycle.
struct Span {
  std::uint8_t slot = 0;
  std::uint32_t first_step = 0;
  std::uint32_t count = 0;
  std::uint32_t interval_cycles = 1;
  Cycle first_cycle = 0;
  std::uint32_t words[2] = {0, 0};
  bool last =
      false;  ///< the stream's last step is in this span; its slot is free from the next cycle on
};

/// Why a stream does not step; for stall accounting and deadlock reports.
enum class StreamWait : std::uint8_t { none, ready, starved, blocked, issue };

/// What the fabric refuses; KernelError::code of machine/wse starts with these.
enum class FabricError : std::uint32_t {
  none = 0,
  unrouted,          ///< a wavelet of a color that has no route here
  collision,         ///< two arrivals of one color from different ports in one cycle
  receive_mismatch,  ///< a wavelet came from a port that no position of the color receives from
                     ///< (one that only the current position refuses waits in that port's queue)
  slot_busy,         ///< a stream posted on a slot that is still busy
  queue_busy,        ///< a queue used by two live streams
  queue_overflow,    ///< internal: a credit was not respected
  bad_post,  ///< a post with count 0, latency 0 or above 32767, or a queue that is not there
  end,       ///< first code free for others
};

// An engine E offers (host side, once a cycle, in this order):
//   e.step_streams(t)   streams step; spans of cycle t become visible to their tiles
//   (the machine runs its tiles for cycle t: they read spans, provide() words, pop heads, post
//   streams) e.move(t)           wavelets move one hop; what leaves on cut links is queued as
//   CutRecords e.next_activity(t)  least cycle >= t in which step_streams or move would do
//   anything; never when nothing can
// and a trivially copyable view for kernels, `e.ramp()`, with (tile = tile in the slice):
//   span_count(tile), span(tile, i), word(tile, index)
//   provide(tile, slot, word)
//   head_available(tile, queue), head(tile, queue) -> Wavelet, pop(tile, queue)        data and
//   control tasks post(StreamPost) effective from the next cycle busy(tile, slot), wait(tile, slot)
//   bind(tile, queue, color)                                                           input queue
//   <- color set_main_issue(tile, until)        the main thread issues in every cycle < until (for
//   below_main streams) steps_taken(tile)                  issue slots that streams have used so
//   far inject(tile, Wavelet) / injectable  host port: into the input queue of the color;
//   collect(tile) host stream out

}  // namespace weft::fabric
