// SPDX-License-Identifier: Apache-2.0
// The TSP's card.
#include "machine/tsp/card.hpp"

#include "base/counted.hpp"
#include "machine/card_writer.hpp"
#include "machine/tsp/limits.hpp"

namespace weft::machine::tsp {
namespace {

using topology::Topology;

std::int64_t chips(const Topology& t) { return t.integer("region.max_height_tiles"); }
double chips_of(const Topology& t) { return static_cast<double>(chips(t)); }
double whole(const Topology& t, const char* key) { return static_cast<double>(t.integer(key)); }

double slices_of(const Topology& t) { return 2 * whole(t, "mem.slices_a_hemisphere"); }

std::string units_text(const Topology& t) {
  return (chips(t) > 1 ? counted(chips(t), "chip") + " of " : std::string()) +
         counted(t.integer("chip.stops"), "stop") + ", " +
         counted(t.integer("chip.lanes"), "lane") + ", " +
         counted(t.integer("chip.queues"), "instruction queue");
}

std::string memory_text(const Topology& t) {
  const double slice =
      whole(t, "mem.banks_a_slice") * whole(t, "mem.words_a_bank") * whole(t, "chip.lanes");
  return bytes_text(slice) + " a slice, " + bytes_text(slice * slices_of(t)) +
         " a chip; no other level";
}

// Each bank gives or takes a word of all lanes a cycle.
std::string bandwidth_text(const Topology& t) {
  const double bytes = slices_of(t) * whole(t, "mem.banks_a_slice") * whole(t, "chip.lanes");
  return rate_text(t, bytes * chips_of(t));
}

std::string peak_line(const Topology& t) {
  const std::vector<Limits::Peak> most = peaks(t);
  return peak_text(t, most[0].operations_a_cycle * chips_of(t), "OP/s") + " int8, " +
         peak_text(t, most[1].operations_a_cycle * chips_of(t)) + " fp16";
}

std::string network_text(const Topology& t) {
  const double streams = 2 * whole(t, "chip.streams_a_direction");
  return counted(t.integer("chip.streams_a_direction"), "stream") + " east and west, " +
         rate_text(t, streams * whole(t, "chip.lanes")) + " past each stop, hop " +
         std::to_string(t.integer("chip.stream_hop_cycles")) + " cycle";
}

std::string links_text(const Topology& t) {
  if (chips_of(t) < 2) return "one chip";
  const double bytes = whole(t, "chip.lanes") / real_of(t, "link.cycles_a_vector");
  return counted(t.integer("link.links_a_chip"), "link") + " a chip of " + rate_text(t, bytes) +
         ", latency " + counted(t.integer("link.least_latency_cycles"), "cycle") +
         " at least, deskewed";
}

}  // namespace

Card card(const Topology& topology) {
  return CardWriter(topology)
      .fact(Feature::discipline, "deterministic: each instruction has its cycle before the run")
      .fact(Feature::programs, "schedules in text, tensor programs, Python API groq")
      .line(Feature::units, units_text)
      .line(Feature::memory, memory_text)
      .line(Feature::memory_bandwidth, bandwidth_text)
      .fact(Feature::outer_memory, "none")
      .fact(Feature::numbers, "int8, fp16 products (exact sums); fp16, fp32, integers beside")
      .line(Feature::peak, peak_line)
      .line(Feature::network, network_text)
      .line(Feature::links, links_text)
      .line(Feature::host, host_copy_text)
      .fact(Feature::cut, "stream values in a chip, vectors between chips, at known cycles")
      .fact(Feature::look_ahead, "to the schedule's next crossing")
      .take();
}

}  // namespace weft::machine::tsp
