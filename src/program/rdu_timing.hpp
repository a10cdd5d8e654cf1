// SPDX-License-Identifier: Apache-2.0
// Constants of an RDU that decide when a graph's contexts fire, and what it has room for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "program/rdu.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::program::rdu {

/// A DRAM: burst b (address / 64 bytes) goes to channel b % channels, which takes bursts one after
/// the other, in the order in which they are issued. Row r of a channel lies in its bank r % banks,
/// which has one row open; another one is opened from the issue on, once the bank has given the
/// bursts before, while the channel gives those of other banks. A controller that looks ahead is
/// taken as one that finds a row still open where it was opened row_window_cycles ago at most. A
/// read of a burst that is on its way to somebody joins it and takes no time of its channel.
struct DramTiming {
  std::uint32_t channels = 4;
  std::uint32_t burst_cycles = 2;           ///< that a channel is taken by one burst
  std::uint32_t latency_cycles = 60;        ///< from there to the data
  std::uint32_t write_latency_cycles = 60;  ///< from there to where a write counts as done
  std::uint32_t row_bytes = 2048;           ///< of one channel
  std::uint32_t banks = 16;                 ///< of one channel
  std::uint32_t row_cycles = 28;            ///< to open another row
  std::uint32_t row_window_cycles = 0;      ///< see above; of the last rows_held of a bank
  std::uint32_t outstanding = 64;           ///< vectors of a load or gather on their way or waiting
  std::uint64_t capacity_bytes = 0;         ///< 0: not told, as much as addresses reach
  friend bool operator==(const DramTiming&, const DramTiming&) = default;
};
inline constexpr std::uint32_t burst_bytes = 64;
inline constexpr std::uint32_t rows_held = 8;
/// Addresses are words of 32 bits, in bytes.
inline constexpr std::uint64_t address_reach_bytes = std::uint64_t{1} << 32U;

/// Vectors of a load's bursts that nobody asked for: those before its first word, and behind its
/// last one. `first` and `count` are in words.
struct Dropped {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};
constexpr Dropped dropped_of(std::uint64_t first, std::uint64_t count, std::uint64_t lanes) {
  constexpr std::uint64_t words = burst_bytes / word_bytes;
  const std::uint64_t head = first % words;
  const std::uint64_t whole = (head + count + words - 1) / words * words;
  const std::uint64_t before = head / lanes;
  const std::uint64_t given = (count + lanes - 1) / lanes;
  const std::uint64_t all = (whole + lanes - 1) / lanes;
  return {before, all > before + given ? all - before - given : 0};
}

/// The output-stationary body of a compute unit; of no rows where the machine has none.
struct BodyTiming {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t fill_cycles = 0;  ///< from the last operands of a tile to its first sums
};

/// From chip to chip.
struct LinkTiming {
  std::uint32_t latency_cycles = 1;
  std::uint32_t vector_cycles = 1;  ///< that one vector takes
};

/// What it takes to have another section's units in place of the last one's.
struct SectionTiming {
  std::uint32_t program_bytes = 64;  ///< of one unit
  std::uint32_t argument_cycles = 1;
  std::uint32_t host_cycles = 1;    ///< from a section's end to the next one, by the host
  std::uint32_t launch_cycles = 1;  ///< the same by the machine itself
};

/// The network between the units of a chip. Switches stand at the corners of the places: a unit
/// touches those around it. Ideal: every channel has wires of its own, wherever its ends are.
struct NetworkTiming {
  enum class Kind : std::uint8_t {
    ideal,
    static_mesh,   ///< routes fixed before the run; a channel has its links to itself
    dynamic_mesh,  ///< tokens share links, a flit each, and are arbitrated at every switch
    hybrid         ///< static where links are left, dynamic for the rest
  };
  Kind kind = Kind::ideal;
  std::uint32_t columns = 0;  ///< of places for compute and memory units, in a checkerboard
  std::uint32_t rows = 0;
  std::uint32_t hop_cycles = 1;    ///< into a switch
  std::uint32_t hop_depth = 2;     ///< tokens of one static channel that a switch holds
  std::uint32_t vector_links = 0;  ///< static ones between neighbouring switches, each way
  std::uint32_t word_links = 0;
  std::uint32_t bit_links = 0;
  std::uint32_t queue_depth = 0;  ///< dynamic: flits that wait at a switch, of each of its links
};

struct Timing {
  std::uint32_t compute_stages = 6;  ///< of a context that computes
  std::uint32_t move_stages = 0;     ///< of one that only moves
  std::uint32_t store_cycles = 2;    ///< from a computed number's leaving to where it is stored
  std::uint32_t vector_depth = 16;   ///< capacity of a channel that says none
  std::uint32_t word_depth = 64;     ///< likewise, of words and bits
  DramTiming dram;
  std::optional<DramTiming> hbm;
  BodyTiming body;
  LinkTiming link;
  std::optional<SectionTiming> section;
  NetworkTiming network;

  // What there is on a chip.
  std::uint32_t compute_units = 200;
  std::uint32_t memory_units = 200;
  std::uint32_t address_units = 80;
  std::uint32_t memory_words = 65536;  ///< of a memory unit

  std::uint32_t stages_of(const Context& context) const;
  const DramTiming& dram_of(Unit::Kind kind) const {
    return kind == Unit::Kind::hbm && hbm ? *hbm : dram;
  }
  std::uint32_t depth_of(Channel::Kind kind) const {
    return kind == Channel::Kind::vector ? vector_depth : word_depth;
  }
};

/// Category::input where the topology lacks a constant.
Timing read_timing(const topology::Topology& topology);

/// " 'a' 512, 'b' 64": the three largest of (size, name), for messages.
std::string largest_of(std::vector<std::pair<std::uint64_t, std::string>> users);

/// Does the graph fit the machine? Category::input saying what runs out, how many are there and
/// asked for, and who the largest users are.
void check_fit(const Program& program, const Timing& timing);

}  // namespace weft::program::rdu
