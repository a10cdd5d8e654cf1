// SPDX-License-Identifier: Apache-2.0
// Lines of a card, and quantities as they are written there.
#include "machine/card.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::machine {
namespace {

constexpr std::array<std::string_view, 13> feature_names = {
    "discipline",   "programs", "units",     "memory",  "memory bandwidth",
    "outer memory", "numbers",  "peak",      "network", "links",
    "host",         "cut",      "look-ahead"};

// "750", "47", "9.6", "1.25": three digits, no zeros at the end.
std::string short_number(double value) { return general(value, value < 999.5 ? 3 : 4); }

}  // namespace

std::string_view name_of(Feature feature) {
  return feature_names[static_cast<std::size_t>(feature)];
}

CardWriter& CardWriter::fact(Feature feature, std::string text) {
  card_.push_back({feature, std::move(text), std::nullopt, {}});
  return *this;
}

CardWriter& CardWriter::line(Feature feature,
                             const std::function<std::string(const topology::Topology&)>& write) {
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

Card CardWriter::take() {
  bool whole = card_.size() == feature_names.size();
  for (std::size_t i = 0; whole && i < card_.size(); ++i) {
    whole = static_cast<std::size_t>(card_[i].feature) == i;
  }
  if (!whole) fail(Category::internal, "a card of " + topology_.name() + " lacks a line");
  return std::move(card_);
}

std::string bytes_text(double bytes) {
  constexpr std::array<std::string_view, 5> units = {" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return short_number(bytes) + std::string(units[unit]);
}

std::string scaled_text(double value) {
  constexpr std::array<std::string_view, 7> prefixes = {" ", " k", " M", " G", " T", " P", " E"};
  std::size_t prefix = 0;
  while (value >= 999.5 && prefix + 1 < prefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  return short_number(value) + std::string(prefixes[prefix]);
}

std::string rate_text(const topology::Topology& topology, double bytes_a_cycle) {
  return scaled_text(bytes_a_cycle * static_cast<double>(topology.clock_hz())) + "B/s";
}

std::string peak_text(const topology::Topology& topology, double operations_a_cycle,
                      std::string_view unit) {
  return scaled_text(operations_a_cycle * static_cast<double>(topology.clock_hz())) +
         std::string(unit);
}

double tiles_of(const topology::Topology& topology) {
  const Rectangle region = topology.max_region();
  return static_cast<double>(region.width) * static_cast<double>(region.height);
}

double real_of(const topology::Topology& topology, std::string_view key) {
  const topology::Rational value = topology.rational(key);
  return static_cast<double>(value.numerator) / static_cast<double>(value.denominator);
}

}  // namespace weft::machine
