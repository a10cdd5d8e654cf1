// SPDX-License-Identifier: Apache-2.0
// A machine's card: in a few lines what it is, each with the constants that it follows from, so
// that machines of different kinds can stand side by side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.hpp"

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
/// "discipline", "memory bandwidth".
std::string_view name_of(Feature feature);

struct CardLine {
  Feature feature = Feature::discipline;
  std::string text;
  /// The least certain origin of the constants behind it; nullopt: it follows from none.
  std::optional<topology::Origin> origin;
  std::vector<std::string> keys;  ///< of these constants, the least certain first
};
/// In the order of Feature, each once.
using Card = std::vector<CardLine>;

/// Writes a card line by line, and notes which constants each looked up.
class CardWriter {
 public:
  explicit CardWriter(const topology::Topology& topology) : topology_(topology) {}
  /// What the machine is by its kind, whatever its constants.
  CardWriter& fact(Feature feature, std::string text);
  CardWriter& line(Feature feature,
                   const std::function<std::string(const topology::Topology&)>& write);
  /// Category::internal if a feature is missing or out of order.
  Card take();

 private:
  const topology::Topology& topology_;
  Card card_;
};

/// "48 KiB", "33.3 GiB": at most four digits, binary.
std::string bytes_text(double bytes);
/// Three digits and a decimal prefix: "47.0 T" of 4.7e13.
std::string scaled_text(double value);
/// "2.4 GB/s": `bytes_a_cycle` at the topology's clock.
std::string rate_text(const topology::Topology& topology, double bytes_a_cycle);
/// "250 TFLOP/s": `operations_a_cycle` at the topology's clock.
std::string peak_text(const topology::Topology& topology, double operations_a_cycle,
                      std::string_view unit = "FLOP/s");
/// The region's tiles: width x height.
double tiles_of(const topology::Topology& topology);

/// A rational constant as a double.
double real_of(const topology::Topology& topology, std::string_view key);

}  // namespace weft::machine
