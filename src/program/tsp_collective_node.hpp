// SPDX-License-Identifier: Apache-2.0
// What a chip of a node exchanges with the seven others; shared by collectives.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "program/tsp_collective.hpp"
#include "program/tsp_collective_chip.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {

/// "far": 1..7, how many places behind this chip the other one stands, modulo 8.
class NodeChip {
 public:
  NodeChip(CollectiveChip& chip, const Wiring& wiring, std::uint32_t number)
      : chip_(chip), wiring_(wiring), number_(number) {}

  std::uint32_t peer(std::uint32_t far) const {
    return number_ - place() + (place() + far) % chips_a_node;
  }
  std::uint32_t link_to(std::uint32_t far) const {
    return wiring_.between(number_, peer(far)).at(0);
  }
  void deskew() { chip_.deskew(link_to(1)); }

  /// Each pair exchanges something of its own. One slice feeds all links, so sends to different
  /// chips keep apart by a cycle each. `after`: elements sent to that chip in this exchange before.
  void send_slab(std::uint32_t far, Cycle start, const Vectors& from, std::uint32_t after = 0) {
    const Cycle begin = start + Cycle{after} * link_element_cycles;
    const Cycle sent = leaves(begin, far, from.group, link_to(far));
    chip_.send(link_to(far), sent, static_cast<std::uint8_t>(far), from);
  }
  /// `from`: the group that the other one sends from.
  void receive_slab(std::uint32_t far, Cycle start, const Group& from, const Vectors& into) {
    const std::uint32_t their_link = wiring_.between(peer(far), number_).at(0);
    const Cycle sent = leaves(start, chips_a_node - far, from, their_link);
    chip_.receive(link_to(far), sent, inbound(far), {&into, 1});
  }
  /// Own part first, then those of groups::slots by far, at address `slot_address`.
  void sum(Cycle start, const Vectors& own, std::span<const Vectors> into,
           std::uint32_t slot_address = 0) {
    std::array<Vectors, chips_a_node> parts;
    parts[0] = own;
    for (std::uint32_t far = 1; far < chips_a_node; ++far) {
      parts.at(far) = {groups::slots.at(far - 1), 0, slot_address, own.count};
    }
    chip_.sum(start, parts, into);
  }

  /// Each chip sends one thing to all others.
  void send_shared(Cycle start, const Vectors& from) {
    for (const bool west : {true, false}) {
      std::vector<std::uint32_t> links;
      for (std::uint32_t far = 1; far < chips_a_node; ++far) {
        const std::uint32_t link = link_to(far);
        if ((queue_of_link(link).hemisphere == Hemisphere::west) == west) links.push_back(link);
      }
      chip_.send_all(links, shared_leaves(start, place(), links.at(0)), shared_stream, from);
    }
  }
  void receive_shared(std::uint32_t far, Cycle start, std::span<const Vectors> into) {
    const std::uint32_t their_link = wiring_.between(peer(far), number_).at(0);
    const std::uint32_t their_place = peer(far) % chips_a_node;
    chip_.receive(link_to(far), shared_leaves(start, their_place, their_link), inbound(far), into);
  }

 private:
  static constexpr std::uint8_t shared_stream = 2 * chips_a_node;
  static std::uint8_t inbound(std::uint32_t far) {
    return static_cast<std::uint8_t>(chips_a_node + far);
  }
  std::uint32_t place() const { return number_ % chips_a_node; }

  CollectiveChip& chip_;
  const Wiring& wiring_;
  std::uint32_t number_;
};

/// "x" or "y" of a collective: every chip's vectors at address 0 of a group.
Tensor collective_tensor(const char* name, Tensor::Role role, const AllReduce& what,
                         std::uint32_t chips_in_all, const Group& group, std::uint8_t bank);
/// Category::input unless there are such vectors, in a multiple of `multiple`.
void require_all_reduce(const AllReduce& what, std::uint32_t multiple);

}  // namespace weft::program::tsp
