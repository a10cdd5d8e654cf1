// SPDX-License-Identifier: Apache-2.0
// All-reduce on a node of TSP chips: reduce-scatter and all-gather over direct links.
#include "program/tsp_collective.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/tsp_collective_chip.hpp"
#include "program/tsp_collective_node.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t chips = chips_a_node;

/// One chip's schedule.
class ChipAllReduce {
 public:
  ChipAllReduce(CollectiveChip& chip, const Wiring& wiring, const AllReduce& what,
                std::uint32_t number)
      : chip_(chip),
        node_(chip, wiring, number),
        what_(what),
        number_(number),
        slab_((what.vectors + chips - 1) / chips) {}

  void write(const Timing& timing) {
    node_.deskew();
    const Cycle scatter = alignment_cycles(timing, 1) + stops;
    for (std::uint32_t far = 1; far < chips; ++far) {
      node_.send_slab(far, scatter, slab(groups::own, 0, node_.peer(far)));
      node_.receive_slab(far, scatter, groups::own,
                         {groups::slots.at(far - 1), 0, 0, mine().count});
    }
    const Cycle summed = scatter + length() + chip_.settle_cycles();
    const std::array<Vectors, 2> sums = {mine(), Vectors{groups::reduced, 0, 0, mine().count}};
    node_.sum(summed, slab(groups::own, 0, number_), sums);
    const Cycle gather = summed + slab_ + chip_.settle_cycles();
    node_.send_shared(gather, sums[1]);
    for (std::uint32_t far = 1; far < chips; ++far) {
      const std::array<Vectors, 1> into = {slab(groups::result, 1, node_.peer(far))};
      node_.receive_shared(far, gather, into);
    }
  }

  /// Of one exchange of slabs.
  Cycle length() const { return Cycle{slab_} * link_element_cycles + link_vector_cycles; }

 private:
  Vectors slab(const Group& group, std::uint8_t bank, std::uint32_t owner) const {
    const std::uint32_t first = std::min(what_.vectors, owner * slab_);
    return {group, bank, first, std::min(what_.vectors, first + slab_) - first};
  }
  Vectors mine() const { return slab(groups::result, 1, number_); }

  CollectiveChip& chip_;
  NodeChip node_;
  const AllReduce& what_;
  std::uint32_t number_;
  std::uint32_t slab_;
};

}  // namespace

Tensor collective_tensor(const char* name, Tensor::Role role, const AllReduce& what,
                         std::uint32_t chips_in_all, const Group& group, std::uint8_t bank) {
  Tensor out;
  out.name = name;
  out.role = role;
  out.type = what.type;
  out.shape = {chips_in_all, what.vectors, lanes};
  for (std::uint32_t chip = 0; chip < chips_in_all; ++chip) {
    Piece piece;
    piece.chip = chip;
    piece.hemisphere = group.hemisphere;
    piece.bank = bank;
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      piece.slices.at(byte) = static_cast<std::uint8_t>(group.byte(byte, bank, 0).slice);
    }
    piece.words = what.vectors;
    piece.first = std::int64_t{chip} * what.vectors * lanes;
    out.pieces.push_back(piece);
  }
  return out;
}

void require_all_reduce(const AllReduce& what, std::uint32_t multiple) {
  const bool wide = numerics::width_of(what.type) == planes_an_element;
  if (wide && what.vectors > 0 && what.vectors <= words_a_bank && what.vectors % multiple == 0) {
    return;
  }
  fail(Category::input, "all-reduce of " + counted(what.vectors, "vector") + " of " +
                            std::string(numerics::name_of(what.type)) + ": " +
                            std::to_string(multiple) + " to " + counted(words_a_bank, "vector") +
                            " of f32 or i32, a multiple of " + std::to_string(multiple));
}

Program all_reduce_node(const Timing& timing, const AllReduce& what) {
  require_all_reduce(what, 1);
  const Wiring wiring(chips, cables_of({chips, 1, 1, 1}));
  Program program;
  program.schedules.resize(chips);
  const Cycle length = 10'000 + Cycle{2} * (what.vectors / chips + 1) * link_element_cycles;
  for (std::uint32_t number = 0; number < chips; ++number) {
    program.schedule_of_chip.push_back(number);
    CollectiveChip chip(program, program.schedules[number], timing, what.type, length);
    ChipAllReduce(chip, wiring, what, number).write(timing);
  }
  program.tensors = {collective_tensor("x", Tensor::Role::input, what, chips, groups::own, 0),
                     collective_tensor("y", Tensor::Role::output, what, chips, groups::result, 1)};
  return program;
}

}  // namespace weft::program::tsp
