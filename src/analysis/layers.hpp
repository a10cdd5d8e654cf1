// SPDX-License-Identifier: Apache-2.0
// What the layers of a program took: parts that it gave names to, as a compiled model does its
// nodes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

struct LayerTime {
  std::string name;
  std::uint64_t times = 0;  ///< entered
  Cycle begin = 0;          ///< first cycle
  Cycle end = 0;            ///< first cycle behind the last
  /// By the machine's own kinds: "compute", "sync" ...
  std::vector<std::pair<std::string, Cycle>> parts;
  Cycle cycles = 0;  ///< of all parts
};

/// In order of their first cycles. Category::input where the trace has no stream "layers": its
/// program names none, its machine does not tell, or the run did not come to its end.
std::vector<LayerTime> read_layers(const trace::Reader& reader);

/// A line a layer with its share of the run's cycles, and what lies in none.
std::string describe_layers(const std::vector<LayerTime>& layers, Cycle run_cycles);

}  // namespace weft::analysis
