// SPDX-License-Identifier: Apache-2.0
// What a machine writes its card with: lines that note their constants, quantities as text.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "machine/card.hpp"
#include "topology/topology.hpp"

namespace weft::machine {

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

/// "8 GB/s in, 8 GB/s out": of the copies that every machine has.
std::string host_copy_text(const topology::Topology& topology);

// Inline: each machine writes its card, and a machine links no more than what is below it.
namespace card_text {

// "750", "47", "9.6", "1.25": three digits, no zeros at the end.
inline std::string short_number(double value) { return general(value, value < 999.5 ? 3 : 4); }

}  // namespace card_text

inline CardWriter& CardWriter::fact(Feature feature, std::string text) {
  card_.push_back({feature, std::move(text), std::nullopt, {}});
  return *this;
}

inline CardWriter& CardWriter::line(
    Feature feature, const std::function<std::string(const topology::Topology&)>& write) {
  const topology::Topology asked = topology_;  // a copy has looked up nothing yet
  CardLine made;
  made.feature = feature;
  made.text = write(asked);
  for (const topology::Constant* constant : asked.rests_on()) {
    if (!made.origin) made.origin = constant->origin;
    made.keys.push_back(constant->key);
  }
  card_.push_back(std::move(made));
  return *this;
}

inline Card CardWriter::take() {
  bool whole = card_.size() == feature_names.size();
  for (std::size_t i = 0; whole && i < card_.size(); ++i) {
    whole = static_cast<std::size_t>(card_[i].feature) == i;
  }
  if (!whole) fail(Category::internal, "a card of " + topology_.name() + " lacks a line");
  return std::move(card_);
}

inline std::string bytes_text(double bytes) {
  constexpr std::array<std::string_view, 5> units = {" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return card_text::short_number(bytes) + std::string(units[unit]);
}

inline std::string scaled_text(double value) {
  constexpr std::array<std::string_view, 7> prefixes = {" ", " k", " M", " G", " T", " P", " E"};
  std::size_t prefix = 0;
  while (value >= 999.5 && prefix + 1 < prefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  return card_text::short_number(value) + std::string(prefixes[prefix]);
}

inline std::string rate_text(const topology::Topology& topology, double bytes_a_cycle) {
  return scaled_text(bytes_a_cycle * static_cast<double>(topology.clock_hz())) + "B/s";
}

inline std::string peak_text(const topology::Topology& topology, double operations_a_cycle,
                             std::string_view unit) {
  return scaled_text(operations_a_cycle * static_cast<double>(topology.clock_hz())) +
         std::string(unit);
}

inline double tiles_of(const topology::Topology& topology) {
  const Rectangle region = topology.max_region();
  return static_cast<double>(region.width) * static_cast<double>(region.height);
}

inline double real_of(const topology::Topology& topology, std::string_view key) {
  const topology::Rational value = topology.rational(key);
  return static_cast<double>(value.numerator) / static_cast<double>(value.denominator);
}

inline std::string host_copy_text(const topology::Topology& topology) {
  return rate_text(topology, real_of(topology, "host.copy_in_bytes_per_cycle")) + " in, " +
         rate_text(topology, real_of(topology, "host.copy_out_bytes_per_cycle")) + " out";
}

}  // namespace weft::machine
