// SPDX-License-Identifier: Apache-2.0
// How the registry builds toy machines.
#include "machine/toy/toy.hpp"
#include "machine/toy/words.hpp"
#include "topology/rule.hpp"

namespace weft::machine::toy {

namespace {

template <Coupling coupling>
std::unique_ptr<Machine> make(const topology::Topology&, std::span<const std::byte> program,
                              const Slice& slice) {
  return std::make_unique<Toy>(from_bytes(program), slice, coupling);
}

template <Coupling coupling>
std::vector<Footprint> footprints(const topology::Topology&, std::span<const std::byte> bytes,
                                  std::span<const Slice> slices) {
  const Program program = from_bytes(bytes);
  std::vector<Footprint> list;
  for (const Slice& slice : slices) {
    const Wiring wiring(program, slice.region, coupling);
    list.push_back({state_bytes(program, slice, wiring), bytes.size(), bytes.size(),
                    1 + own + 2 + (wiring.used_ports() == ports ? links_a_tile : 0)});
  }
  return list;
}

Relation linked(const topology::Topology&, std::span<const std::byte> program,
                const Rectangle& region, std::span<const Rectangle> slices) {
  const Wiring wiring(from_bytes(program), region, Coupling::neighbour);
  return along_links(region, slices, wiring.links());
}

/// Rounds end when all are done: each slice hears from each.
Relation everyone(const topology::Topology&, std::span<const std::byte> program,
                  const Rectangle& region, std::span<const Rectangle> slices) {
  const Wiring wiring(from_bytes(program), region, Coupling::global);
  return all_pairs(slices, wiring.least_latency_cycles());
}

void check_constants(const topology::Topology& topology) {
  topology::check_constants(topology, constant_rules());
}

/// What the two flavours have in common.
template <Coupling coupling>
Family made_of(const char* name) {
  Family line;
  line.name = name;
  line.coupling = coupling;
  line.kernels = KernelSpace::host;
  line.make = make<coupling>;
  line.footprints = footprints<coupling>;
  line.check_constants = check_constants;
  line.words = counter_words;
  return line;
}

}  // namespace

std::vector<topology::Rule> constant_rules() {
  constexpr topology::Rational slowest{1, 1 << 20};
  constexpr topology::Rational fastest{1 << 20, 1};
  std::vector<topology::Rule> out = topology::common_rules();
  out.push_back(topology::ratio("host.copy_in_bytes_per_cycle", slowest, fastest));
  out.push_back(topology::ratio("host.copy_out_bytes_per_cycle", slowest, fastest));
  out.push_back(topology::integer("host.command_latency_cycles", 0, std::int64_t{1} << 40U));
  return out;
}

Family family() {
  Family line = made_of<Coupling::neighbour>("toy");
  line.relation = linked;
  return line;
}
Family global_family() {
  Family line = made_of<Coupling::global>("toy_global");
  line.relation = everyone;
  line.cut = Cut::chips;
  return line;
}

}  // namespace weft::machine::toy
