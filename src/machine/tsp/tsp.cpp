// SPDX-License-Identifier: Apache-2.0
// The slice in time.
#include "machine/tsp/tsp.hpp"

#include "base/error.hpp"
#include "machine/tsp/constants.hpp"
#include "machine/tsp/words.hpp"

namespace weft::machine::tsp {

Family family() {
  Family line;
  line.name = "tsp";
  line.cut = Cut::chips;
  line.kernels = KernelSpace::device;
  line.relation = [](const topology::Topology&, std::span<const std::byte>, const Rectangle&,
                     std::span<const Rectangle> slices) { return edge_sharers(slices, 1); };
  line.make = [](const topology::Topology& topology, std::span<const std::byte>,
                 const Slice&) -> std::unique_ptr<Machine> {
    read_constants(topology);
    fail(Category::unsupported, "Unsupported: schedules are not executed yet");
  };
  line.footprints = [](const topology::Topology&, std::span<const std::byte>,
                       std::span<const Slice> slices) {
    return std::vector<Footprint>(slices.size());
  };
  line.check_constants = check_constants;
  line.words = counter_words;
  line.chip = "chip";
  return line;
}

}  // namespace weft::machine::tsp
