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

std::uint64_t estimate(const topology::Topology&, std::span<const std::byte> program,
                       const Slice& slice) {
  return state_bytes(from_bytes(program), slice);
}

}  // namespace

Family family() { return {"toy", Coupling::neighbour, make<Coupling::neighbour>, estimate}; }
Family global_family() {
  return {"toy_global", Coupling::global, make<Coupling::global>, estimate, Cut::chips};
}

}  // namespace weft::machine::toy
