// SPDX-License-Identifier: Apache-2.0
// What a TSP chip is made of, by name and number: stops, streams, slices, queues.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::program::tsp {

// Structure that the model is built on (reference: ISCA 2020, table I and section II; Linley MPR
// 2020-01 for the queues). Topologies state the same numbers with their sources, and the family
// refuses others.
inline constexpr std::uint32_t lanes = 320;
inline constexpr std::uint32_t superlanes = 20;
inline constexpr std::uint32_t lanes_per_superlane = 16;
inline constexpr std::uint32_t streams_a_direction = 32;
inline constexpr std::uint32_t slices_a_hemisphere = 44;
inline constexpr std::uint32_t slices_a_group = 4;  ///< of one stop
inline constexpr std::uint32_t banks_a_slice = 2;
inline constexpr std::uint32_t words_a_bank = 4096;  ///< of `lanes` bytes
inline constexpr std::uint32_t planes_a_hemisphere = 2;
inline constexpr std::uint32_t alus = 16;        ///< a lane; ALU a stands in column a / 4
inline constexpr std::uint32_t alu_columns = 4;  ///< a chain goes from a column to the next
inline constexpr std::uint32_t links_a_hemisphere = 8;

/// Stops of the stream registers, west to east: MXM MXM SXM, 11 groups of MEM slices, VXM, 11
/// groups, SXM MXM MXM.
inline constexpr std::uint32_t stops = 29;
inline constexpr std::uint32_t vxm_stop = 14;

enum class Hemisphere : std::uint8_t { west, east };
enum class Direction : std::uint8_t { west, east };  ///< in which a value travels

enum class Unit : std::uint8_t { mxm, sxm, c2c, mem, vxm };
/// Queues of an MXM plane.
enum class MxmQueue : std::uint8_t { weights, activations, results };
/// Units of an SXM, a queue each. Which of the 14 queues of a hemisphere's SXM and C2C does what no
/// source says: six units and eight links is an assumption.
enum class SxmUnit : std::uint8_t { transpose0, transpose1, shift, permute, distribute, rotate };
inline constexpr std::uint32_t sxm_units = 6;

/// An instruction queue. Two queues are the same if all that counts for their unit is.
struct Queue {
  Unit unit = Unit::mem;
  Hemisphere hemisphere = Hemisphere::west;  ///< not of VXM
  std::uint8_t index =
      0;                  ///< plane (0 is next to the SXM), slice (0 is next to the VXM), ALU, link
  std::uint8_t part = 0;  ///< MXM: MxmQueue; SXM: SxmUnit, and index is 0
  friend bool operator==(const Queue&, const Queue&) = default;
};
inline constexpr std::uint32_t queues = 144;
/// West to east: of each MXM plane 3 (outer plane first in the west), SXM 6, C2C 8, MEM 44 (43
/// first in the west), VXM 16, then the same mirrored by stop.
std::uint32_t number_of(const Queue& queue);
Queue queue_of(std::uint32_t number);
/// "mxm.w0.weights", "sxm.e.transpose1", "c2c.e3", "mem.w43", "vxm.5".
std::string name_of(const Queue& queue);
/// A queue by that name; nothing where there is none.
std::optional<Queue> find_queue(std::string_view name);

std::uint32_t stop_of(const Queue& queue);
/// Stop of slice `slice` of a hemisphere.
std::uint32_t stop_of_slice(Hemisphere hemisphere, std::uint32_t slice);
/// "MEM e12..15": what stands at a stop.
std::string stop_name(std::uint32_t stop);
/// True for the ALUs that have every operation: a % 8 in {0, 2, 5, 7} (groq_alu_finder, as public
/// GroqAPI programs tell it).
constexpr bool is_large_alu(std::uint32_t alu) {
  const std::uint32_t place = alu % 8;
  return place == 0 || place == 2 || place == 5 || place == 7;
}

/// Hops from one stop to another, if the direction leads there; at least 1.
constexpr std::optional<std::uint32_t> hops(std::uint32_t from, std::uint32_t to,
                                            Direction direction) {
  if (direction == Direction::east && to > from) return to - from;
  if (direction == Direction::west && to < from) return from - to;
  return {};
}

}  // namespace weft::program::tsp
