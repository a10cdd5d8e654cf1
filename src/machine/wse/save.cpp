// SPDX-License-Identifier: Apache-2.0
// The whole state of a slice as bytes, and its registration as a machine family.
#include "base/bytes.hpp"
#include "machine/wse/build.hpp"
#include "machine/wse/card.hpp"
#include "machine/wse/words.hpp"
#include "machine/wse/wse.hpp"
#include "program/wse_limits.hpp"
#include "topology/topology.hpp"

namespace weft::machine::wse {
namespace {

/// Everything of the tiles that changes in a run.
template <typename StateType, typename Body>
void for_each_changing_array(StateType& s, const Body& body) {
  body(s.tile);
  body(s.wake);
  body(s.sram);
  body(s.written);
  body(s.registers);
  body(s.descriptors);
  body(s.fifo);
  body(s.thread);
  body(s.activation);
  body(s.hazard);
  body(s.launch_arguments);
}

form::Program read_program(std::span<const std::byte> bytes) { return form::deserialize(bytes); }

std::unique_ptr<Machine> make_wse(const topology::Topology& topology,
                                  std::span<const std::byte> program, const Slice& slice) {
  return std::make_unique<Wse>(topology, read_program(program), slice);
}

/// Values a tile of Wse::counters(): four single ones, stalls, wavelets by port.
constexpr std::uint64_t counter_values = 4 + stall_count + form::port_count;

std::vector<Footprint> footprints(const topology::Topology& topology,
                                  std::span<const std::byte> bytes, std::span<const Slice> slices) {
  const form::Program program = read_program(bytes);
  form::validate(program);
  form::check_limits(program, form::read_limits(topology));
  const Constants constants = read_constants(topology, program);
  const Decoded decoded = decode(program, constants);
  std::vector<Footprint> list;
  for (const Slice& slice : slices) {
    Footprint& footprint = list.emplace_back();
    if (slice.tiles.empty()) continue;
    const fabric::RouteTable routes = make_routes(program, slice);
    footprint.state_bytes =
        state_bytes(program, decoded, constants, slice) +
        fabric::QueuedFabric::estimate_bytes(read_fabric_parameters(topology, program),
                                             extent_of(slice), routes);
    // Two forms of the program, and the routes.
    footprint.program_bytes = bytes.size();
    footprint.building_bytes = bytes.size() + slice.tiles.tiles() * 3 * sizeof(std::uint32_t);
    footprint.counter_values = counter_values;
  }
  return list;
}

/// A hop of the mesh takes a cycle.
Relation relation(const topology::Topology&, std::span<const std::byte>, const Rectangle&,
                  std::span<const Rectangle> slices) {
  return edge_sharers(slices, 1);
}

}  // namespace

std::uint64_t Wse::bytes() const {
  std::uint64_t sum = fabric_.bytes();
  for_each_changing_array(
      state_, [&](const auto& array) { sum += array.extent(0) * sizeof(*array.data()); });
  return sum;
}

std::vector<std::byte> Wse::save() const {
  ByteWriter out;
  for (const Cycle cycle : {now_, least_wake_, last_activity_}) out.value(cycle);
  out.value(flips_left_);
  out.value(error_.has_value());
  out.value(error_.value_or(KernelError{}));
  ports_.save(out);
  out.values(fabric_.save());
  for_each_changing_array(state_, [&](const auto& array) {
    using Item = std::remove_reference_t<decltype(*array.data())>;
    out.values(std::span<const Item>(array.data(), array.extent(0)));
  });
  return out.take();
}

void Wse::load(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "saved wafer");
  for (Cycle* cycle : {&now_, &least_wake_, &last_activity_}) *cycle = in.value<Cycle>();
  flips_left_ = in.value<decltype(flips_left_)>();
  const bool failed = in.value<bool>();
  const auto error = in.value<KernelError>();
  error_.reset();
  if (failed) error_ = error;
  ports_.load(in);
  fabric_.load(in.values<std::byte>());
  for_each_changing_array(
      state_, [&](auto& array) { in.values_into(std::span(array.data(), array.extent(0))); });
  in.finish();
}

Family family() {
  Family line{"wse", Coupling::neighbour, relation, make_wse, footprints, check_constants};
  line.kernels = KernelSpace::host;  // its vector operations call host code, numerics/arrays
  line.words = counter_words;
  line.card = card;
  return line;
}

}  // namespace weft::machine::wse
