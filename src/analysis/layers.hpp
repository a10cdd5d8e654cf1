// SPDX-License-Identifier: Apache-2.0
// What the layers of a program took: parts that it gave names to, as a compiled model does its
// nodes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

struct LayerTime {
  std::string name;
  std::string source;       ///< the model's node and its line, where the job says it
  std::uint64_t times = 0;  ///< entered; 0: its machine does not count
  Cycle begin = 0;          ///< first cycle
  Cycle end = 0;            ///< first cycle behind the last
  /// Where layers run one after the other, by the machine's own kinds: "compute", "sync" ...
  std::vector<std::pair<std::string, Cycle>> parts;
  /// Of all parts; where layers run at the same time, those in which the busiest tile, queue or
  /// context of the layer worked.
  Cycle cycles = 0;

  /// `cycles`, of those from begin to end.
  double busy_share() const;
};

struct Layers {
  std::vector<LayerTime> list;  ///< in order of their first cycles
  /// Of different layers at the same time: their cycles are no parts of the run's.
  bool together = false;
  std::string meaning;  ///< what a layer's cycles are, as the machine says it
  Cycle run_cycles = 0;
};

/// Category::input where the trace has no stream "layers": its program names none, its machine
/// does not tell, or the run did not come to its end.
Layers read_layers(const trace::Reader& reader);

/// A line a layer with its share of the run's cycles, and where layers run one after the other
/// what lies in none; else what the cycles are.
std::string describe_layers(const Layers& layers);

}  // namespace weft::analysis
