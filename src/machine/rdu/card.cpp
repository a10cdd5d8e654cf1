// SPDX-License-Identifier: Apache-2.0
// The RDU's card: Plasticine and what came of it.
#include "machine/rdu/card.hpp"

#include "base/counted.hpp"
#include "machine/card_writer.hpp"
#include "machine/rdu/limits.hpp"

namespace weft::machine::rdu {
namespace {

using topology::Topology;

std::int64_t chips(const Topology& t) { return t.integer("region.max_height_tiles"); }
double chips_of(const Topology& t) { return static_cast<double>(chips(t)); }
double whole(const Topology& t, const char* key) { return static_cast<double>(t.integer(key)); }

std::string units_text(const Topology& t) {
  return (chips(t) > 1 ? counted(chips(t), "chip") + " of " : std::string()) +
         counted(t.integer("chip.compute_units"), "compute unit") + " of " +
         counted(t.integer("context.lanes"), "lane") + ", " +
         counted(t.integer("chip.memory_units"), "memory unit");
}

std::string memory_text(const Topology& t) {
  const double unit = whole(t, "memory.words") * whole(t, "context.word_bits") / 8;
  return bytes_text(unit) + " a memory unit, " +
         bytes_text(unit * whole(t, "chip.memory_units") * chips_of(t)) + " in all";
}

// A vector in and one out a cycle.
std::string bandwidth_text(const Topology& t) {
  const double vector = whole(t, "context.lanes") * whole(t, "context.word_bits") / 8;
  return rate_text(t, 2 * vector * whole(t, "chip.memory_units") * chips_of(t));
}

double bytes_a_cycle(const Topology& t, const std::string& memory) {
  return real_of(t, memory + ".channels") * whole(t, "dram.burst_bytes") /
         real_of(t, memory + ".burst_cycles");
}

std::string one_outer_text(const Topology& t, const std::string& name, const std::string& memory) {
  const std::string key = memory + ".capacity_bytes";
  const std::string size =
      t.has(key) ? "of " + bytes_text(static_cast<double>(t.integer(key)) * chips_of(t)) + ", "
                 : std::string();
  return name + " " + size + rate_text(t, bytes_a_cycle(t, memory) * chips_of(t));
}

std::string outer_text(const Topology& t) {
  const std::string dram = one_outer_text(t, "DRAM", "dram");
  return t.has("hbm.channels") ? one_outer_text(t, "HBM", "hbm") + "; " + dram : dram;
}

std::string peak_line(const Topology& t) {
  const double operations = peaks(t)[0].operations_a_cycle * chips_of(t);
  if (t.has("body.rows")) return peak_text(t, operations) + " bf16, sums in fp32";
  return peak_text(t, operations, "OP/s") + " of 32 bits, one a lane and stage";
}

std::string numbers_text(const Topology& t) {
  return std::string(t.has("body.rows") ? "bf16 products, fp32 sums; " : "") +
         "fp32, fp16, fixed point of up to 32 bits";
}

std::string links_text(const Topology& t) {
  if (chips_of(t) < 2) return "one chip";
  const double vector = whole(t, "context.lanes") * whole(t, "context.word_bits") / 8;
  return rate_text(t, vector / whole(t, "link.vector_cycles")) + " an address unit, latency " +
         counted(t.integer("link.latency_cycles"), "cycle");
}

}  // namespace

Card card(const Topology& topology) {
  return CardWriter(topology)
      .fact(Feature::discipline, "spatial dataflow: a unit fires when tokens and room are there")
      .line(Feature::programs,
            [](const Topology& t) {
              return t.has("body.rows") ? "unit graphs in text; patterns in C++"
                                        : "Spatial (Scala); unit graphs in text";
            })
      .line(Feature::units, units_text)
      .line(Feature::memory, memory_text)
      .line(Feature::memory_bandwidth, bandwidth_text)
      .line(Feature::outer_memory, outer_text)
      .line(Feature::numbers, numbers_text)
      .line(Feature::peak, peak_line)
      .fact(Feature::network, "switches between units: vectors, words and bits, each with credits")
      .line(Feature::links, links_text)
      .line(Feature::host, host_copy_text)
      .fact(Feature::cut, "runs of tokens and credits on channels that are cut")
      .fact(Feature::look_ahead, "a channel's latency, as far as a run is known")
      .take();
}

}  // namespace weft::machine::rdu
