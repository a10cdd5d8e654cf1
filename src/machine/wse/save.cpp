// SPDX-License-Identifier: Apache-2.0
// The whole state of a slice as bytes, and its registration as a machine family.
#include <cstring>

#include "base/error.hpp"
#include "machine/wse/build.hpp"
#include "machine/wse/wse.hpp"

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

template <typename T>
void append(std::vector<std::byte>& out, const T* data, std::size_t count) {
  if (count == 0) return;
  const std::size_t at = out.size();
  out.resize(at + count * sizeof(T));
  std::memcpy(out.data() + at, data, count * sizeof(T));
}

struct Head {
  Cycle now;
  Cycle least_wake;
  Cycle last_activity;
  std::uint64_t flips_left;
  std::uint64_t ports_words;
  std::uint64_t fabric_bytes;
  std::uint64_t has_error;
  KernelError error;
};

form::Program read_program(std::span<const std::byte> bytes) { return form::deserialize(bytes); }

std::unique_ptr<Machine> make_wse(const topology::Topology& topology,
                                  std::span<const std::byte> program, const Slice& slice) {
  return std::make_unique<Wse>(topology, read_program(program), slice);
}

std::uint64_t estimate(const topology::Topology& topology, std::span<const std::byte> bytes,
                       const Slice& slice) {
  const form::Program program = read_program(bytes);
  form::validate(program);
  const Constants constants = read_constants(topology);
  const Decoded decoded = decode(program, constants);
  return state_bytes(program, decoded, constants, slice) +
         fabric::ReferenceFabric::estimate_bytes(read_fabric_parameters(topology),
                                                 {slice.region, slice.tiles, slice.neighbours},
                                                 make_routes(program, slice));
}

}  // namespace

std::uint64_t Wse::bytes() const {
  std::uint64_t sum = fabric_.bytes();
  for_each_changing_array(
      state_, [&](const auto& array) { sum += array.extent(0) * sizeof(*array.data()); });
  return sum;
}

std::vector<std::byte> Wse::save() const {
  std::vector<std::uint64_t> ports;
  ports_.save(ports);
  const std::vector<std::byte> fabric = fabric_.save();
  const Head head{now_,         least_wake_,   last_activity_,   flips_left_,
                  ports.size(), fabric.size(), error_ ? 1U : 0U, error_ ? *error_ : KernelError{}};
  std::vector<std::byte> out;
  append(out, &head, 1);
  append(out, ports.data(), ports.size());
  append(out, fabric.data(), fabric.size());
  for_each_changing_array(state_,
                          [&](const auto& array) { append(out, array.data(), array.extent(0)); });
  return out;
}

void Wse::load(std::span<const std::byte> bytes) {
  std::size_t at = 0;
  const auto take = [&](void* to, std::size_t count) {
    if (bytes.size() - at < count) fail(Category::input, "the saved state of a slice is cut short");
    std::memcpy(to, bytes.data() + at, count);
    at += count;
  };
  Head head;
  take(&head, sizeof(head));
  std::vector<std::uint64_t> ports(head.ports_words);
  take(ports.data(), ports.size() * sizeof(std::uint64_t));
  std::vector<std::byte> fabric(head.fabric_bytes);
  take(fabric.data(), fabric.size());
  for_each_changing_array(
      state_, [&](auto& array) { take(array.data(), array.extent(0) * sizeof(*array.data())); });
  if (at != bytes.size()) fail(Category::input, "the saved state is of another slice");
  const std::uint64_t* from = ports.data();
  ports_.load(from);
  fabric_.load(fabric);
  now_ = head.now;
  least_wake_ = head.least_wake;
  last_activity_ = head.last_activity;
  flips_left_ = head.flips_left;
  error_.reset();
  if (head.has_error != 0) error_ = head.error;
}

Family family() { return {"wse", Coupling::neighbour, make_wse, estimate}; }

}  // namespace weft::machine::wse
