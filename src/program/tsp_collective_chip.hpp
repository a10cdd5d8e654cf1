// SPDX-License-Identifier: Apache-2.0
// One chip's part in a collective: vectors of four byte planes that go out, come in and are summed.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "program/tsp_runs.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {

// A link takes a vector every 23.6 cycles; with whole cycles between them it is never late.
inline constexpr std::uint32_t link_vector_cycles = 24;
inline constexpr std::uint32_t planes_an_element = 4;  ///< bytes of f32 and i32
inline constexpr std::uint32_t link_element_cycles = planes_an_element * link_vector_cycles;

/// Four slices of one stop, one a byte.
struct Group {
  Hemisphere hemisphere = Hemisphere::west;
  std::uint32_t number = 0;
  Place byte(std::uint32_t byte, std::uint8_t bank, std::uint32_t address) const {
    return {hemisphere, number * slices_a_group + byte, bank, address, 1};
  }
};

/// Vectors in memory.
struct Vectors {
  Group group;
  std::uint8_t bank = 0;
  std::uint32_t address = 0;
  std::uint32_t count = 0;
};

/// Groups that no program text lies in, by their use.
namespace groups {
inline constexpr Group own{Hemisphere::west, 0};
inline constexpr std::array<Group, local_links> slots = {{{Hemisphere::west, 1},
                                                          {Hemisphere::west, 2},
                                                          {Hemisphere::west, 3},
                                                          {Hemisphere::west, 8},
                                                          {Hemisphere::east, 0},
                                                          {Hemisphere::east, 1},
                                                          {Hemisphere::east, 2}}};
inline constexpr Group result{Hemisphere::east, 3};
inline constexpr Group reduced{Hemisphere::east, 8};
inline constexpr Group gathered{Hemisphere::east, 9};
inline constexpr Group partial{Hemisphere::west, 10};
inline constexpr Group relayed{Hemisphere::west, 9};
}  // namespace groups

/// Which side of the chip a link is on.
std::uint32_t stop_of_link(std::uint32_t link);

/// When byte 0 leaves over `link` that is read `offset` cycles after `start`, or a constant time
/// before: what different links send from one group is read in different cycles where its offsets
/// differ modulo link_vector_cycles.
Cycle leaves(Cycle start, Cycle offset, const Group& from, std::uint32_t link);
/// When chip `place` of a node sends byte 0 of what all others get, over `link`: sides keep half a
/// vector apart, chips a cycle, so that writes of what comes from several never meet.
Cycle shared_leaves(Cycle start, std::uint32_t place, std::uint32_t link);

/// Times are those of byte 0 of element 0 at the sender's link: sender and receiver name the same
/// one. Bytes follow at link_vector_cycles, elements at link_element_cycles.
class CollectiveChip {
 public:
  /// `length_cycles`: at most how long the whole collective takes; two clocks drift apart for it.
  CollectiveChip(Program& program, Schedule& schedule, const Timing& timing, VectorType type,
                 Cycle length_cycles);

  void deskew(std::uint32_t link) { runs_.deskew(link, 0); }
  void send(std::uint32_t link, Cycle sent, std::uint8_t stream, const Vectors& from);
  /// The same vectors on several links of one side at once.
  void send_all(std::span<const std::uint32_t> links, Cycle sent, std::uint8_t stream,
                const Vectors& from);
  /// Into as many places as wanted, all of `count` vectors. What comes from the nearer side waits
  /// until it would come from the other one, for the first of them; at a place d stops from the
  /// first, the sides are 2 d cycles apart.
  void receive(std::uint32_t link, Cycle sent, std::uint8_t stream, std::span<const Vectors> into);
  /// Sums 4 or 8 parts, pair by pair, in one pass through the vector unit, of which element 0
  /// starts in `start`. All parts and results have the first one's count; all results are on one
  /// side.
  void sum(Cycle start, std::span<const Vectors> parts, std::span<const Vectors> into);

  /// From the last byte sent to it being in memory anywhere, or from the last element's sum
  /// likewise.
  Cycle settle_cycles() const { return flight_ + 4 * stops; }

 private:
  Cycle even(std::uint32_t link, std::uint32_t stop) const;
  Operand operand(const Vectors& part, std::uint32_t number, Cycle cycle);
  std::uint32_t add(std::uint8_t alu, Cycle cycle, const Operand& a, const Operand& b,
                    Repeat repeat);

  Runs runs_;
  const Timing& timing_;
  VectorType type_;
  Cycle flight_ = 0;
};

}  // namespace weft::program::tsp
