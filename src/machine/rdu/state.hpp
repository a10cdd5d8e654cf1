// SPDX-License-Identifier: Apache-2.0
// What a slice of an RDU keeps: tokens and room of its channels, its contexts, its DRAMs.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "base/recorder.hpp"
#include "program/rdu.hpp"
#include "program/rdu_timing.hpp"

namespace weft::machine::rdu {

namespace form = program::rdu;

/// Cycles that are run at once; signals are looked for in between.
inline constexpr Cycle window_cycles = 4096;
/// How far contexts of a slice that has neighbours go beyond its window, where all is known that
/// they take; and how many of their firings are noted for that at most, or so.
inline constexpr Cycle ahead_cycles = 1024;
inline constexpr Cycle ahead_firings = 1U << 18U;
/// What a channel's end is told of the other's later bound is later by so much.
inline constexpr Cycle told_cycles = 8;

/// 16 words, or one in all of them.
using Lanes = std::array<std::uint32_t, form::lanes_most>;

struct Token {
  std::uint32_t mask = 1;
  Lanes words{};
};

/// A ring of as many entries as a channel has capacity; they come in the order of their cycles.
class Ring {
 public:
  explicit Ring(std::uint32_t capacity = 0) : cycles_(capacity) {}
  std::uint32_t size() const { return count_; }
  std::size_t capacity() const { return cycles_.size(); }
  bool is_ready(Cycle cycle) const { return count_ > 0 && cycles_[head_] <= cycle; }
  std::uint32_t head() const { return head_; }
  std::uint32_t place_of(std::uint32_t k) const {
    const std::uint64_t at = std::uint64_t{head_} + k;
    const std::uint64_t capacity = cycles_.size();
    return static_cast<std::uint32_t>(at < capacity ? at : at - capacity);
  }
  Cycle cycle(std::uint32_t k) const { return cycles_[place_of(k)]; }
  Cycle cycle_at(std::uint32_t place) const { return cycles_[place]; }
  /// Places of `count` entries from the k-th on, or of the k-th as often.
  void places(std::uint32_t k, bool all, std::uint32_t count, std::uint32_t* out) const {
    std::uint32_t place = place_of(k);
    if (!all) {
      std::fill_n(out, count, place);
      return;
    }
    const auto end = static_cast<std::uint32_t>(cycles_.size());
    while (count > 0) {
      const std::uint32_t stretch = std::min(count, end - place);
      for (std::uint32_t i = 0; i < stretch; ++i) out[i] = place + i;
      out += stretch;
      count -= stretch;
      place = 0;
    }
  }
  /// Adds `count` entries of these cycles, each later by the same.
  void push(const Cycle* cycles, std::uint32_t count, Cycle later) {
    std::uint32_t place = place_of(count_);
    count_ += count;
    const auto end = static_cast<std::uint32_t>(cycles_.size());
    while (count > 0) {
      const std::uint32_t stretch = std::min(count, end - place);
      for (std::uint32_t i = 0; i < stretch; ++i) cycles_[place + i] = cycles[i] + later;
      cycles += stretch;
      count -= stretch;
      place = 0;
    }
  }
  /// Gives the place of the new entry.
  std::uint32_t push(Cycle cycle) {
    const std::uint32_t place = place_of(count_);
    cycles_[place] = cycle;
    ++count_;
    return place;
  }
  void pop() {
    head_ = place_of(1);
    --count_;
  }
  void pop(std::uint32_t count) {
    head_ = place_of(count);
    count_ -= count;
  }
  void clear() { head_ = count_ = 0; }
  /// The first cycle behind `cycle` in which an entry gets ready; never where there is none.
  Cycle next_after(Cycle cycle) const {
    if (count_ == 0 || cycles_[place_of(count_ - 1)] <= cycle) return never;
    std::uint32_t low = 0;
    std::uint32_t high = count_ - 1;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      if (cycles_[place_of(middle)] > cycle) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return cycles_[place_of(low)];
  }

 private:
  std::vector<Cycle> cycles_;
  std::uint32_t head_ = 0;
  std::uint32_t count_ = 0;
};

/// One channel, or the end of it that this slice has.
struct Line {
  std::uint32_t producer = form::none;  ///< actor of this slice
  std::uint32_t consumer = form::none;
  std::size_t neighbour = 0;  ///< where the other end is, if not here
  Cycle latency = 1;
  bool vector = false;
  Ring tokens;  ///< at the consumer's, by arrival
  std::vector<std::uint32_t> masks;
  std::vector<std::uint32_t> words;  ///< [place * width + lane]
  Ring rooms;                        ///< at the producer's, by when they are free
  // Of the whole run, whatever the clock: at the producer's tokens and cycles without room, at the
  // consumer's cycles without a token.
  std::uint64_t sent = 0;
  std::uint64_t blocked = 0;
  std::uint64_t starved = 0;
  std::uint64_t rested = 0;  ///< likewise, between goes through the consumer's counters
  Cycle behind = 0;          ///< what comes over a cut comes no earlier
  Cycle told = 0;            ///< what leaves over it leaves no earlier: the other end knows

  std::uint32_t width() const { return vector ? form::lanes_most : 1; }
  std::uint32_t head_mask() const { return masks[tokens.head()]; }
  const std::uint32_t* head_words() const {
    return words.data() + std::size_t{tokens.head()} * width();
  }
  Token token_at(std::uint32_t place) const {
    Token token{masks[place], {}};
    std::copy_n(words.data() + std::size_t{place} * width(), width(), token.words.data());
    return token;
  }
  void put(Cycle arrival, const Token& token) {
    const std::uint32_t place = tokens.push(arrival);
    masks[place] = token.mask;
    std::copy_n(token.words.data(), width(), words.data() + std::size_t{place} * width());
  }
};

/// Cycles that a context fired or waited; those of a wait are added when it fires at last.
struct Tally {
  std::uint64_t firings = 0;
  std::array<std::uint64_t, 3> waited{};  ///< by Reason
};
enum class Reason : std::uint8_t { starved, dram, blocked, rests };

/// What a context did in the whole run, whatever the clock.
struct Did {
  std::uint64_t firings = 0;
  std::uint64_t busy = 0;  ///< cycles that they took
  Cycle first = never;     ///< firing
  Cycle last = 0;
};

/// Iterations of a counter that are recorded, of each context and counter: the first ones.
inline constexpr std::uint32_t iterations_most = 256;
/// Counters whose iterations are, from the outermost on.
inline constexpr std::uint32_t iteration_levels = 8;

/// A scope between two firings at a level.
struct Scope {
  Cycle begun = never;
  std::uint64_t firings = 0;  ///< of the context, before it
  std::uint32_t number = 0;   ///< how many there were
};

/// A counter of a context while its bounds are as they are.
struct Count {
  std::int64_t first = 0;
  std::int64_t end = 0;
  std::int64_t step = 0;
  std::int64_t indices = 0;  ///< how many there are
  std::int64_t steps = 1;    ///< that it makes: 1 at least
};

/// An accumulator: lanes that have something, and what.
struct Sum {
  std::uint32_t any = 0;
  Lanes words{};
};

/// What a context was found to wait for.
struct Stop {
  std::uint32_t channel = form::none;  ///< none: nothing stops it
  bool for_room = false;               ///< else for a token
};

/// A context: what it keeps from firing to firing.
struct ContextState {
  std::vector<std::int64_t> at;                        ///< [counter]: step
  std::vector<std::uint32_t> registers;                ///< [register]
  std::vector<Sum> sums;                               ///< [node]; only accumulators' are filled
  std::vector<numerics::OutputStationaryBody> bodies;  ///< one, or none
  std::vector<std::uint32_t> load_turns;               ///< [node]
  std::vector<std::uint32_t> store_turns;              ///< [store]
  Cycle free = 0;                                      ///< no firing occupies it from then on
  Cycle begun = never;        ///< first firing of this go through the counters
  std::uint64_t firings = 0;  ///< of this go
  bool started = false;       ///< by a launch
  bool fired = false;         ///< since the launch
  bool done = false;          ///< once, and it was
  Cycle since = 0;            ///< it has waited from then on
  // Of one that is looked at in order with all others: what was found last, and counted since.
  Reason reason = Reason::rests;
  std::array<std::uint64_t, 3> waited{};
  Tally tally;
  Did did;
  std::vector<Scope> scopes{};  ///< [level], of which 0 is a go
  std::uint32_t recorded = 0;   ///< levels below it have iterations left that are to be recorded
  /// Of one that is looked at in order: what it was found to wait for, as an input, or behind all
  /// of them an output; and cycles since its last firing, by that.
  std::uint32_t slot = form::none;
  std::vector<std::uint64_t> slots{};
};

/// A DRAM's words, and how far its channels and their banks are.
struct Dram {
  std::uint32_t unit = 0;
  std::vector<std::uint32_t> words;
  std::vector<Cycle> free;          ///< [channel]
  std::vector<Cycle> bank_free;     ///< [channel * banks + bank]
  std::vector<std::uint64_t> rows;  ///< likewise, rows_held each: opened last, the newest first
  std::vector<Cycle> opened;        ///< likewise: when
  /// Bursts that are read, until when; among them some that have come.
  std::map<std::uint64_t, Cycle> on_the_way;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t bursts = 0;
  std::uint64_t row_changes = 0;
};

struct Pending {
  Cycle ready = 0;
  Token token;
};

/// A transfer: what it has begun.
struct TransferState {
  std::uint64_t word = 0;   ///< of the command: the next to be issued
  std::uint64_t taken = 0;  ///< of the command: data tokens
  Token part{0, {}};
  std::array<Token, form::burst_bytes / form::word_bytes + 1> held{};
  std::vector<std::uint64_t> bursts;
  Cycle ready = 0;
  Cycle next = 0;  ///< the first in which another token may leave
  std::deque<Pending> pending;
  std::uint64_t commands = 0;
};

/// Streams of the recorder, by their place.
inline constexpr std::uint32_t scopes_stream = 0;
inline constexpr std::uint32_t tokens_stream = 1;
inline constexpr std::uint32_t iterations_stream = 2;
inline constexpr std::uint32_t waits_stream = 3;
inline constexpr std::uint32_t layers_stream = 4;

/// What was done in a cycle that the slice's clock has not come to yet: counted when it has.
struct Happened {
  Cycle cycle = 0;
  std::uint32_t actor = 0;
  std::uint32_t sent = 0;
  std::array<std::uint64_t, 3> waited{};
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t bursts = 0;
  std::uint64_t row_changes = 0;
};
/// By their cycles, in blocks: as many as lie ahead of a clock.
class Ahead {
 public:
  void add(const Happened& happened) {
    blocks_[happened.cycle / block_cycles % blocks].push_back(happened);
    ++count_;
  }
  /// Those from the clock's cycle on, before `end`: taken out.
  template <typename Taken>
  void take(Cycle now, Cycle end, const Taken& taken) {
    if (count_ == 0 || end <= now) return;
    const Cycle last = std::min((end - 1) / block_cycles, now / block_cycles + blocks - 1);
    for (Cycle block = now / block_cycles; block <= last; ++block) {
      count_ -= std::erase_if(blocks_[block % blocks], [&](const Happened& happened) {
        if (happened.cycle < end) taken(happened);
        return happened.cycle < end;
      });
    }
  }
  /// The first one's cycle.
  Cycle first(Cycle now) const {
    Cycle least = never;
    for (Cycle block = now / block_cycles; count_ > 0 && least == never; ++block) {
      for (const Happened& one : blocks_[block % blocks]) least = std::min(least, one.cycle);
    }
    return least;
  }
  std::vector<Happened> all() const {
    std::vector<Happened> out;
    for (const auto& block : blocks_) out.insert(out.end(), block.begin(), block.end());
    return out;
  }
  void clear() {
    for (auto& block : blocks_) block.clear();
    count_ = 0;
  }

 private:
  static constexpr Cycle block_cycles = 16;
  static constexpr std::size_t blocks = 2 * ahead_cycles / block_cycles;
  std::array<std::vector<Happened>, blocks> blocks_;
  std::size_t count_ = 0;
};

/// A row of the recorder, likewise.
struct LaterRow {
  Cycle cycle = 0;
  std::uint32_t stream = 0;
  std::uint32_t pad = 0;
  EventRow row;
};

/// A store that is seen from the next cycle on.
struct Write {
  std::uint32_t memory = 0;
  std::uint32_t value = 0;
  std::uint64_t word = 0;
};

}  // namespace weft::machine::rdu
