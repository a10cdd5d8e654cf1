// SPDX-License-Identifier: Apache-2.0
// What a toy machine executes: the constants of a network on which tokens wander.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft::machine::toy {

/// Defects that tests switch on, to see that determinism checks would notice them.
enum class Defect : std::uint32_t {
  none,
  reversed_ports,     ///< arrivals of one cycle are processed in the opposite port order
  cut_arrivals_first  ///< what came over a cut is processed first: order depends on the cut
};

/// A link that the program lays, one way, between any two tiles (region indices).
struct Link {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t latency_cycles = 1;  ///< 1 to 64
  friend bool operator==(const Link&, const Link&) = default;
};
inline constexpr std::uint32_t links_a_tile = 4;  ///< at most, that leave; and that enter

/// Constants of the network. The functions a host may launch are the machine's, see toy.hpp.
struct Program {
  std::uint64_t seed = 1;
  std::uint32_t link_latency_cycles = 1;  ///< of the mesh, 1 to 64
  std::uint32_t queue_depth = 4;          ///< tokens an output queue holds, 1 to 64
  Defect defect = Defect::none;
  bool mesh = true;         ///< whether tiles side by side are joined
  std::vector<Link> links;  ///< beside them
  friend bool operator==(const Program&, const Program&) = default;
};

std::vector<std::byte> to_bytes(const Program& program);
/// Category::input when the bytes are no toy program.
Program from_bytes(std::span<const std::byte> bytes);

}  // namespace weft::machine::toy
