// SPDX-License-Identifier: Apache-2.0
// How the registry builds toy machines.
#include "machine/toy/toy.hpp"

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

}  // namespace

Family family() { return {"toy", Coupling::neighbour, make<Coupling::neighbour>, footprints}; }
Family global_family() {
  return {"toy_global", Coupling::global, make<Coupling::global>, footprints, Cut::chips};
}

}  // namespace weft::machine::toy
