// SPDX-License-Identifier: Apache-2.0
// Reservation tables of a TSP chip, and fragments of a schedule that are moved until they fit.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// Cycles inside a fragment are relative, and may be negative.
using Offset = std::int64_t;

/// Which half of the row of stops a value crosses; the VXM stands between.
inline constexpr std::uint8_t zone_west = 1;
inline constexpr std::uint8_t zone_east = 2;
std::uint8_t zones_between(std::uint32_t from_stop, std::uint32_t to_stop);
/// What stays the same of a value that is at `stop` in `cycle`.
Offset stream_phase(Direction direction, std::uint32_t stop, Offset cycle);
Offset hops_between(std::uint32_t a, std::uint32_t b);
Direction direction_to(std::uint32_t from_stop, std::uint32_t to_stop);

/// Pieces of a schedule whose cycles are fixed among each other. Streams and ALUs are asked for and
/// chosen when the fragment is placed.
class Fragment {
 public:
  struct Streams {
    Direction direction = Direction::west;
    std::uint8_t width = 1;
    std::uint8_t low = 0;  ///< streams [low, high)
    std::uint8_t high = streams_a_direction;
    std::uint8_t zones = 0;
    Offset phase = 0;  ///< of element 0; element k has phase + k * interval
    std::uint32_t count = 1;
    std::uint32_t interval = 1;
    std::uint8_t chosen = 0;
  };
  struct Alu {
    std::uint8_t column = 0;
    bool large = false;
    Offset cycle = 0;
    std::uint32_t count = 1;
    std::uint8_t chosen = 0;
  };
  struct Port {
    std::uint32_t key = 0;
    Offset cycle = 0;
    std::uint64_t span = 1;
  };
  /// Element k of an operand is element first + k * step of item `item`, of this fragment, or of
  /// instruction `item` of the schedule.
  struct Source {
    bool placed = false;
    std::uint32_t item = none;
    std::int64_t first = 0;
    std::int64_t step = 1;
  };
  struct In {
    Operand::Kind kind = Operand::Kind::none;
    std::int32_t streams = -1;  ///< index of a request
    std::uint8_t offset = 0;    ///< of its streams, [offset, offset + width); width 0: all
    std::uint8_t width = 0;
    std::vector<Source> sources;  ///< none, one, or one a stream; chain: the item that feeds it
  };
  struct Item {
    Instruction instruction;  ///< without cycle, operands, result, and the queue of an ALU
    Offset cycle = 0;
    std::int32_t alu = -1;     ///< index of a request
    std::int32_t result = -1;  ///< index of a request
    std::uint8_t result_offset = 0;
    std::uint8_t result_width = 0;
    std::array<In, 3> in;
  };

  std::int32_t streams(const Streams& request);
  /// The same, for runs that follow each other: `shared` (-1 at first) is widened where it can be.
  std::int32_t streams(const Streams& request, std::int32_t& shared);
  std::int32_t alu(const Alu& request);
  /// Adds it, and asks for its queue, and a memory instruction's bank.
  std::uint32_t add(Item item);
  /// An instruction of MEM or MXM that was added goes on until it has `count` elements.
  void prolong(std::uint32_t item, std::uint32_t count);
  /// The request goes on until it has `count` elements.
  void prolong_streams(std::int32_t request, std::uint32_t count);
  bool empty() const { return items.empty(); }
  Offset first_cycle() const;
  /// Of what it asks for, streams by their phase.
  Offset first_request() const;
  /// Two of its instructions want one queue or bank at once: it fits nowhere.
  bool clashes_with_itself() const;

  std::vector<Streams> stream_requests;
  std::vector<Alu> alu_requests;
  std::vector<Port> ports;
  std::vector<Item> items;

 private:
  void ask(std::uint32_t key, Offset cycle, const Instruction& run);
  std::vector<std::size_t> first_ports_;  ///< [item]
};

/// A schedule that grows by fragments.
class Placer {
 public:
  explicit Placer(const Timing& timing) : timing_(timing) {}

  /// Finds the least shift from `earliest` on (so that no cycle is negative) at which everything
  /// that the fragment asks for is free, takes it, and appends its instructions under `label`.
  /// Gives the shift; item i became instruction first_instruction + i.
  Offset place(Fragment fragment, Offset earliest, std::uint32_t label,
               std::uint32_t* first_instruction = nullptr);
  /// The same; nothing, and nothing taken, for one that clashes with itself, be it in ports, ALUs
  /// or streams, and so fits nowhere.
  std::optional<Offset> place_if_it_fits(Fragment fragment, Offset earliest, std::uint32_t label,
                                         std::uint32_t* first_instruction = nullptr);

  /// Where place() would put it.
  Offset find(Fragment fragment, Offset earliest);

  const Timing& timing() const { return timing_; }
  Schedule& schedule() { return schedule_; }

 private:
  using Intervals = std::map<Offset, Offset>;  ///< first -> behind the last, apart from each other

  /// 0 where [first, first + span) is free, else how far on it may be.
  Offset clash(std::uint32_t key, Offset first, std::uint64_t span) const;
  void take(std::uint32_t key, Offset first, std::uint64_t span);
  /// Chooses streams and ALUs, and takes all at the shift that it gives; nothing where it fits
  /// nowhere.
  std::optional<Offset> fit(Fragment& fragment, Offset earliest);
  std::optional<Offset> put(Fragment& fragment, Offset earliest, std::uint32_t label,
                            std::uint32_t* first_instruction);
  void give_back();
  Offset try_at(Fragment& fragment, Offset shift);
  Offset try_streams(Fragment::Streams& request, Offset shift);
  /// As clash() and take(), of all elements.
  Offset clash(std::uint32_t key, const Fragment::Streams& request, Offset shift) const;
  void take(std::uint32_t key, const Fragment::Streams& request, Offset shift);
  Offset try_alu(Fragment::Alu& request, Offset shift);
  void append(const Fragment& fragment, Offset shift, std::uint32_t label);
  Operand operand(const Fragment& fragment, const Fragment::In& in, std::uint32_t base);

  struct Taken {
    std::uint32_t key;
    Offset first;
  };
  Timing timing_;
  Schedule schedule_;
  std::vector<Intervals> tables_;
  std::vector<Taken> taken_;  ///< by the trial
  Offset trial_behind_ = 0;   ///< all that it took
  Offset behind_ = 0;         ///< all that was ever taken
};

}  // namespace weft::program::tsp
