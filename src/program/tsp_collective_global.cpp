// SPDX-License-Identifier: Apache-2.0
// All-reduce on 256 TSP chips of a dragonfly: local, global, local, and back.
#include <array>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_collective_chip.hpp"
#include "program/tsp_collective_node.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

constexpr System dragonfly{264, 33, 1, 1};
constexpr std::uint32_t nodes = 32;  // the 33rd is spare
constexpr std::uint32_t summing_chips = nodes * chips_a_node;

/// A chip's link to another node, and what belongs to that node. Where the spare node's link is, it
/// is the chip's own node's.
struct Way {
  std::uint32_t link = none;  ///< none: nothing leaves
  std::uint32_t node = 0;
  std::uint32_t far_link = none;
  std::uint32_t far_place = 0;  ///< which of the far chip's global links it is
};

class GlobalAllReduce {
 public:
  GlobalAllReduce(CollectiveChip& chip, const Wiring& wiring, const AllReduce& what,
                  std::uint32_t number)
      : chip_(chip),
        wiring_(wiring),
        node_(chip, wiring, number),
        number_(number),
        part_(what.vectors / nodes),
        eighth_(part_ / chips_a_node) {
    for (std::uint32_t chip_number = 0; chip_number < chips_a_node; ++chip_number) {
      ways_.push_back(ways_of(number - number % chips_a_node + chip_number));
    }
  }

  void write(const Timing& timing) {
    node_.deskew();
    // Clocks are aligned down a tree of three levels.
    Cycle at = alignment_cycles(timing, 3) + stops;
    at = scatter_in_node(at);
    at = send_to_nodes(at, groups::reduced, [](std::uint32_t way) {
      return std::vector<Vectors>{{groups::slots.at(way), 0, 0, 0}};
    });
    at = sum_nodes(at);
    at = sum_chips(at);
    at = send_to_nodes(at, groups::gathered, [&](std::uint32_t way) {
      return std::vector<Vectors>{{groups::result, 1, mine()[way].node * part_, 0},
                                  {groups::relayed, 0, way * part_, 0}};
    });
    gather_in_node(at);
  }

  static Cycle length_cycles(const AllReduce& what) {
    const Cycle part = what.vectors / nodes;
    return 20'000 + (2 * global_links + 3) * part * link_element_cycles;
  }

 private:
  std::array<Way, global_links> ways_of(std::uint32_t chip) const {
    std::array<Way, global_links> ways;
    std::uint32_t found = 0;
    for (std::uint32_t link = 0; link < links_a_chip; ++link) {
      const auto far = wiring_.far(chip, link);
      if (!far || far->chip / chips_a_node == chip / chips_a_node) continue;
      Way& way = ways.at(found++);
      way.node = far->chip / chips_a_node;
      if (way.node == nodes) {
        way.node = chip / chips_a_node;
        continue;
      }
      way.link = link;
      way.far_link = far->link;
      way.far_place = place_of(far->chip, far->link);
    }
    return ways;
  }
  std::uint32_t place_of(std::uint32_t chip, std::uint32_t link) const {
    std::uint32_t place = 0;
    for (std::uint32_t other = 0; other < link; ++other) {
      const auto far = wiring_.far(chip, other);
      if (far && far->chip / chips_a_node != chip / chips_a_node) ++place;
    }
    return place;
  }
  const std::array<Way, global_links>& mine() const { return ways_[number_ % chips_a_node]; }
  const std::array<Way, global_links>& theirs(std::uint32_t far) const {
    return ways_[node_.peer(far) % chips_a_node];
  }

  Cycle after(Cycle start, std::uint32_t elements) const {
    return start + Cycle{elements} * link_element_cycles + link_vector_cycles +
           chip_.settle_cycles();
  }

  /// Sums over the node of the parts that leave by this chip: to groups::reduced, by way.
  Cycle scatter_in_node(Cycle start) {
    for (std::uint32_t far = 1; far < chips_a_node; ++far) {
      for (std::uint32_t way = 0; way < global_links; ++way) {
        const std::uint32_t address = theirs(far)[way].node * part_;
        node_.send_slab(far, start, {groups::own, 0, address, part_}, way * part_);
      }
      node_.receive_slab(far, start, groups::own,
                         {groups::slots.at(far - 1), 0, 0, global_links * part_});
    }
    const Cycle summed = after(start, global_links * part_);
    for (std::uint32_t way = 0; way < global_links; ++way) {
      const Vectors into{groups::reduced, 0, way * part_, part_};
      node_.sum(summed + Cycle{way} * part_, {groups::own, 0, mine()[way].node * part_, part_},
                {&into, 1}, way * part_);
    }
    return summed + Cycle{global_links} * part_ + chip_.settle_cycles();
  }

  /// A part for each way, over global links; which part: at `way * part` of groups::reduced, or the
  /// same one of another group for all. The offset of a link keeps both its ends' links apart.
  template <typename Into>
  Cycle send_to_nodes(Cycle start, const Group& from, const Into& into_of) {
    const bool each =
        from.hemisphere == groups::reduced.hemisphere && from.number == groups::reduced.number;
    for (std::uint32_t way = 0; way < global_links; ++way) {
      const Way& one = mine()[way];
      if (one.link == none) continue;
      const auto stream = static_cast<std::uint8_t>(17 + way);
      const auto inbound = static_cast<std::uint8_t>(21 + way);
      chip_.send(one.link, leaves(start, global_links * way + one.far_place, from, one.link),
                 stream, {from, 0, each ? way * part_ : 0, part_});
      std::vector<Vectors> into = into_of(way);
      for (Vectors& place : into) place.count = part_;
      const Cycle sent = leaves(start, global_links * one.far_place + way, from, one.far_link);
      chip_.receive(one.link, sent, inbound, into);
    }
    return after(start, part_);
  }

  /// The four parts that came in here, or are here: to groups::partial.
  Cycle sum_nodes(Cycle start) {
    std::array<Vectors, global_links> parts;
    for (std::uint32_t way = 0; way < global_links; ++way) {
      const bool here = mine()[way].link == none;
      parts.at(way) = here ? Vectors{groups::reduced, 0, way * part_, part_}
                           : Vectors{groups::slots.at(way), 0, 0, part_};
    }
    const Vectors into{groups::partial, 0, 0, part_};
    chip_.sum(start, parts, {&into, 1});
    return start + part_ + chip_.settle_cycles();
  }

  /// The eight chips' partial sums of the node's part, an eighth a chip; then all of it everywhere:
  /// groups::gathered and the result.
  Cycle sum_chips(Cycle start) {
    for (std::uint32_t far = 1; far < chips_a_node; ++far) {
      const std::uint32_t address = node_.peer(far) % chips_a_node * eighth_;
      node_.send_slab(far, start, {groups::partial, 0, address, eighth_});
      node_.receive_slab(far, start, groups::partial, {groups::slots.at(far - 1), 0, 0, eighth_});
    }
    const Cycle summed = after(start, eighth_);
    const std::uint32_t mine = number_ % chips_a_node * eighth_;
    const std::array<Vectors, 3> into = {Vectors{groups::reduced, 0, 0, eighth_},
                                         Vectors{groups::result, 1, of_node() + mine, eighth_},
                                         Vectors{groups::gathered, 0, mine, eighth_}};
    node_.sum(summed, {groups::partial, 0, mine, eighth_}, into);
    const Cycle gather = summed + eighth_ + chip_.settle_cycles();
    node_.send_shared(gather, into[0]);
    for (std::uint32_t far = 1; far < chips_a_node; ++far) {
      const std::uint32_t other = node_.peer(far) % chips_a_node * eighth_;
      const std::array<Vectors, 2> places = {Vectors{groups::result, 1, of_node() + other, eighth_},
                                             Vectors{groups::gathered, 0, other, eighth_}};
      node_.receive_shared(far, gather, places);
    }
    return after(gather, eighth_);
  }
  std::uint32_t of_node() const { return number_ / chips_a_node * part_; }

  /// What came from other nodes to one chip, to the seven others.
  void gather_in_node(Cycle start) {
    for (std::uint32_t way = 0; way < global_links; ++way) {
      const Cycle at = start + Cycle{way} * part_ * link_element_cycles;
      if (mine()[way].link != none) {
        node_.send_shared(at, {groups::relayed, 0, way * part_, part_});
      }
      for (std::uint32_t far = 1; far < chips_a_node; ++far) {
        const Way& one = theirs(far)[way];
        const Vectors into{groups::result, 1, one.node * part_, part_};
        if (one.link != none) node_.receive_shared(far, at, {&into, 1});
      }
    }
  }

  CollectiveChip& chip_;
  const Wiring& wiring_;
  NodeChip node_;
  std::uint32_t number_;
  std::uint32_t part_;
  std::uint32_t eighth_;
  std::vector<std::array<Way, global_links>> ways_;  ///< of the node's chips
};

}  // namespace

Program all_reduce_dragonfly(const Timing& timing, const AllReduce& what) {
  require_all_reduce(what, summing_chips);
  const Wiring wiring(dragonfly.chips, cables_of(dragonfly));
  Program program;
  program.schedules.resize(summing_chips);
  for (std::uint32_t number = 0; number < summing_chips; ++number) {
    program.schedule_of_chip.push_back(number);
    CollectiveChip chip(program, program.schedules[number], timing, what.type,
                        GlobalAllReduce::length_cycles(what));
    GlobalAllReduce(chip, wiring, what, number).write(timing);
  }
  program.schedule_of_chip.resize(dragonfly.chips, none);
  program.tensors = {
      collective_tensor("x", Tensor::Role::input, what, summing_chips, groups::own, 0),
      collective_tensor("y", Tensor::Role::output, what, summing_chips, groups::result, 1)};
  return program;
}

}  // namespace weft::program::tsp
