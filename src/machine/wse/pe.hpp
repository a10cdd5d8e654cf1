// SPDX-License-Identifier: Apache-2.0
// One tile in one cycle: what every part of the executor works on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "fabric/ramp.hpp"
#include "machine/wse/errors.hpp"
#include "machine/wse/state.hpp"

namespace weft::machine::wse {

/// Recorded streams, in the order of Machine::streams().
enum class RowStream : std::uint32_t { tasks, vectors, flows, words, layers };

/// Kinds of rows in the stream "words".
enum class WordKind : std::uint32_t { received, sent, data_task };

/// The tile's parts, found once. Lives on the stack of a kernel.
struct Pe {
  const State& s;
  const fabric::Ramp& ramp;
  std::uint32_t index;  ///< tile in the slice
  Cycle cycle;          ///< the cycle that is run; instructions issue in cycle + 1
  Tile& t;
  const CodeInfo& info;
  std::byte* sram;
  std::uint64_t* written;
  std::uint64_t* registers;
  form::Descriptor* descriptors;
  FifoState* fifos;
  Cycle* activation;  ///< [task]
  Hazard* hazards;    ///< [hazard_count]
  Row* rows;
  RowCounts& made;

  Pe(const State& state, const fabric::Ramp& r, std::uint32_t tile, Cycle now, Row* buffer,
     RowCounts& used)
      : s(state),
        ramp(r),
        index(tile),
        cycle(now),
        t(state.tile.data()[tile]),
        info(state.info.data()[t.code]),
        sram(reinterpret_cast<std::byte*>(state.sram.data()) + t.sram),
        written(state.written.data() + t.written),
        registers(state.registers.data() + t.registers),
        descriptors(state.descriptors.data() + t.descriptors),
        fifos(state.fifo.data() + t.fifos),
        activation(state.activation.data() + t.activations),
        hazards(state.hazard.data() + std::size_t{tile} * hazard_count(state.constants)),
        rows(buffer),
        made(used) {}

  const Constants& constants() const { return s.constants; }
  bool refused() const { return t.refusal.code != 0; }
  /// Notes what the tile refuses; the first of a cycle stays.
  void refuse(PeError error, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0) const {
    if (refused()) return;
    t.refusal = {static_cast<std::uint32_t>(error), {a, b, c}};
  }

  /// Thread of a stream slot, or nullptr when no instruction of the code can use it.
  Thread* thread(std::uint32_t slot) const {
    if ((info.slots >> slot & 1U) == 0) return nullptr;
    const auto before = static_cast<unsigned>(__builtin_popcount(info.slots & ((1U << slot) - 1U)));
    return s.thread.data() + t.threads + before;
  }

  void row(RowStream stream, std::uint32_t kind, std::uint32_t id, Cycle end, Cycle duration,
           std::uint64_t argument) const {
    Row& out = rows[made.rows++];
    out.stream = static_cast<std::uint32_t>(stream);
    out.row = {end, TileId{t.global}, t.sequence++, kind, id, static_cast<std::uint32_t>(duration),
               0,   argument};
  }

  /// A word that comes or goes in the coming cycle. Its sequence is its place among the tile's
  /// words of the cycle: the tile's own counter must not depend on the trace's level.
  void word(WordKind kind, std::uint8_t color, std::uint32_t payload) const {
    if (!s.record_words || made.words == words_per_tile) return;
    const std::uint32_t place = made.words++;
    Row& out = rows[rows_per_tile + place];
    out.stream = static_cast<std::uint32_t>(RowStream::words);
    out.row = {cycle + 1, TileId{t.global}, place, static_cast<std::uint32_t>(kind), color, 1,
               0,         payload};
  }

  /// Notes that the tile takes a word from its ramp in that cycle.
  void takes_word(Cycle at) const {
    if (t.first_word == 0) t.first_word = at;
  }

  // --- SRAM ---

  /// True when all 16-bit words of bytes [address, address + bytes) were written.
  bool is_written(std::uint32_t address, std::uint32_t bytes) const {
    std::uint32_t word = address / 2;
    const std::uint32_t end = (address + bytes + 1) / 2;
    while (word < end) {
      const std::uint32_t bit = word % 64;
      const std::uint32_t here = end - word < 64 - bit ? end - word : 64 - bit;
      const std::uint64_t mask = (here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1)
                                 << bit;
      if ((written[word / 64] & mask) != mask) return false;
      word += here;
    }
    return true;
  }

  void mark_written(std::uint32_t address, std::uint32_t bytes) const {
    std::uint32_t word = address / 2;
    const std::uint32_t end = (address + bytes + 1) / 2;
    while (word < end) {
      const std::uint32_t bit = word % 64;
      const std::uint32_t here = end - word < 64 - bit ? end - word : 64 - bit;
      written[word / 64] |= (here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1)
                            << bit;
      word += here;
    }
  }

  /// The same for a scalar of at most 8 bytes: at most five words, mostly of one bitmap word.
  bool is_scalar_written(std::uint32_t address, std::uint32_t bytes) const {
    const std::uint32_t first = address / 2;
    const std::uint32_t count = (address + bytes + 1) / 2 - first;
    if (first % 64 + count > 64) return is_written(address, bytes);
    const std::uint64_t mask = ((std::uint64_t{1} << count) - 1) << (first % 64);
    return (written[first / 64] & mask) == mask;
  }
  void mark_scalar_written(std::uint32_t address, std::uint32_t bytes) const {
    const std::uint32_t first = address / 2;
    const std::uint32_t count = (address + bytes + 1) / 2 - first;
    if (first % 64 + count > 64) {
      mark_written(address, bytes);
    } else {
      written[first / 64] |= ((std::uint64_t{1} << count) - 1) << (first % 64);
    }
  }

  bool in_bounds(std::int64_t address, std::uint32_t bytes) const {
    return address >= 0 && address + bytes <= static_cast<std::int64_t>(info.sram_bytes);
  }
  bool check_bounds(std::int64_t address, std::uint32_t bytes) const {
    if (in_bounds(address, bytes)) return true;
    refuse(PeError::out_of_bounds, static_cast<std::uint64_t>(address), bytes, info.sram_bytes);
    return false;
  }

  // --- hazards ---

  void add_hazard(std::uint32_t begin, std::uint32_t end, Cycle first, Cycle last) const {
    Hazard* place = hazards;  // of the one that is over first
    for (std::uint32_t k = 1; k < hazard_count(constants()); ++k) {
      if (hazards[k].last < place->last) place = hazards + k;
    }
    *place = {begin, end, first, last};
    if (last > t.hazards_until) t.hazards_until = last;
  }
  /// Least cycle >= `from` in which an operation of `duration` cycles may start to read [begin,
  /// end).
  Cycle readable(std::uint32_t begin, std::uint32_t end, Cycle from, Cycle duration) const {
    Cycle start = from;
    for (std::uint32_t k = 0; k < hazard_count(constants()); ++k) {
      const Hazard& h = hazards[k];
      if (h.begin >= end || begin >= h.end) continue;
      if (h.first > start) start = h.first;
      if (h.last > start + duration - 1) start = h.last - duration + 1;
    }
    return start;
  }

  // --- tasks ---

  /// Activates a local task in cycle `at`; an activated one stays as it is, and as old.
  void activate(std::uint64_t task, Cycle at) const {
    const std::uint64_t bit = std::uint64_t{1} << task;
    if ((t.activated & bit) != 0) return;
    t.activated |= bit;
    activation[task] = at;
  }

  // --- what streams do to the main thread ---

  bool alone() const { return t.live_threads == 0; }
};

}  // namespace weft::machine::wse
