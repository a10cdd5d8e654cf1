// SPDX-License-Identifier: Apache-2.0
// Host streams of a slice: words wait outside the tiles and enter or leave at the topology's rate.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "fabric/ramp.hpp"
#include "machine/wse/constants.hpp"

namespace weft::machine::wse {

/// Each tile and color is a port of its own; a port moves one 32-bit word in (4 / rate) cycles.
class HostPorts {
 public:
  explicit HostPorts(const Constants& constants);

  /// Queues words for a tile; the first enters one word's time after `now`.
  void put(std::uint32_t tile, std::uint8_t color, Cycle now, const std::uint32_t* words,
           std::uint32_t count);
  /// Moves what is due in this cycle; between step_streams and move. `touched`: tiles that may have
  /// a word for the host.
  void run(Cycle cycle, const fabric::Ramp& ramp, const std::uint32_t* touched, std::size_t count);
  /// Least cycle in which a port has something to do; never when none has.
  Cycle next_activity() const;
  /// Takes up to `most` words that left a tile on a color.
  std::uint32_t take(std::uint32_t tile, std::uint8_t color, std::uint32_t most,
                     std::uint32_t* words);
  /// Words that left a tile on a color and were not taken.
  std::size_t available(std::uint32_t tile, std::uint8_t color) const;
  bool any_waiting_to_enter() const { return !in_.empty(); }
  std::uint64_t words_to_enter() const;
  /// True when the last run() moved a word.
  bool moved() const { return moved_; }

  void save(ByteWriter& out) const;
  void load(ByteReader& in);

 private:
  using Key = std::uint64_t;  ///< tile * 32 + color
  struct InPort {
    std::deque<std::uint32_t> words;
    Cycle start = 0;         ///< since when it is busy
    std::uint64_t sent = 0;  ///< since then
    Cycle next = 0;
    bool blocked = false;  ///< the tile's queue is full: tried again in every cycle that is run
  };
  struct OutPort {
    std::deque<std::uint32_t> words;
    Cycle free_at = 0;  ///< takes the next word from this cycle on
  };
  static Key key(std::uint32_t tile, std::uint8_t color) { return Key{tile} * 32 + color; }
  Cycle word_time(std::uint64_t words, const Ratio& bytes_per_cycle) const;
  void run_in(Cycle cycle, const fabric::Ramp& ramp);
  void run_out(Cycle cycle, const fabric::Ramp& ramp, std::uint32_t tile);

  Ratio in_rate_;
  Ratio out_rate_;
  std::map<Key, InPort> in_;
  std::map<Key, OutPort> out_;
  std::map<std::uint32_t, Cycle> held_;  ///< tiles whose word waits for its port's rate
  bool moved_ = false;
};

}  // namespace weft::machine::wse
