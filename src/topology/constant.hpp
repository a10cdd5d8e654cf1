// SPDX-License-Identifier: Apache-2.0
// One constant of a machine: its value, its unit, and how it is known.
#pragma once

#include <cstdint>
#include <string>

#include "topology/value.hpp"

namespace weft::topology {

/// How a constant is known.
enum class Origin : std::uint8_t {
  published,  ///< the vendor or a paper states it
  measured,   ///< somebody measured it on the machine or on the vendor's simulator
  derived,    ///< follows from published or measured figures
  fitted,     ///< chosen so that one named case comes out right
  assumed,    ///< no public source says; a choice of ours
};
const char* name_of(Origin origin);

struct Constant {
  std::string key;  ///< dotted: "fabric.hop_latency_cycles"
  Value value;      ///< boolean, integer, text (words, and ratios such as "3/2"), array of integers
  std::string unit;
  Origin origin = Origin::assumed;
  std::string source;     ///< where the value comes from, in words
  std::string fitted_to;  ///< the case, when origin is fitted; else empty
  /// The value as one writes it in TOML, strings without quotes.
  std::string value_text() const;
};

}  // namespace weft::topology
