// SPDX-License-Identifier: Apache-2.0
// A machine's card: in a few lines what it is, each with the constants that it follows from, so
// that machines of different kinds can stand side by side.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/constant.hpp"

namespace weft::machine {

/// What machines are compared by, in a card's order.
enum class Feature : std::uint8_t {
  discipline,        ///< what makes something happen, and when
  programs,          ///< how it is programmed here
  units,             ///< what works in parallel
  memory,            ///< on the chip: levels, of each unit and in all
  memory_bandwidth,  ///< of the memory on the chip
  outer_memory,      ///< off the chip: levels, capacity, bandwidth
  numbers,           ///< formats that it computes in
  peak,              ///< arithmetic, an operation an addition or a multiplication
  network,           ///< on the chip
  links,             ///< between chips
  host,              ///< to and from the host
  cut,               ///< what crosses a cut between two ranks of an emulation
  look_ahead,        ///< how far ranks can run without a word from each other
};
inline constexpr std::array<std::string_view, 13> feature_names = {
    "discipline",   "programs", "units",     "memory",  "memory bandwidth",
    "outer memory", "numbers",  "peak",      "network", "links",
    "host",         "cut",      "look-ahead"};
/// "discipline", "memory bandwidth".
inline std::string_view name_of(Feature feature) {
  return feature_names[static_cast<std::size_t>(feature)];
}

struct CardLine {
  Feature feature = Feature::discipline;
  std::string text;
  /// The least certain origin of the constants behind it; nullopt: it follows from none.
  std::optional<topology::Origin> origin;
  std::vector<std::string> keys;  ///< of these constants, the least certain first
};
/// In the order of Feature, each once.
using Card = std::vector<CardLine>;

}  // namespace weft::machine
