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

std::vector<Footprint> footprints(const topology::Topology&, std::span<const std::byte> program,
                                  std::span<const Slice> slices) {
  std::vector<Footprint> list;
  for (const Slice& slice : slices) {
    list.push_back({state_bytes(from_bytes(program), slice), program.size(), program.size(), 3});
  }
  return list;
}

void check_constants(const topology::Topology& topology) {
  topology::check_constants(topology, constant_rules());
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
  Family line{"toy", Coupling::neighbour, make<Coupling::neighbour>, footprints, check_constants};
  line.words = counter_words;
  return line;
}
Family global_family() {
  Family line{"toy_global", Coupling::global, make<Coupling::global>,
              footprints,   check_constants,  Cut::chips};
  line.words = counter_words;
  return line;
}

}  // namespace weft::machine::toy
