// SPDX-License-Identifier: Apache-2.0
// The naive TSP's state: a chip between two cycles. Private to the oracle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/tsp_oracle.hpp"

namespace weft::program::tsp::oracle {

/// An element of an instruction.
struct Element {
  std::uint32_t run = none;  ///< index of the instruction
  std::uint32_t number = 0;
  friend bool operator==(const Element&, const Element&) = default;
};

/// A stream register: valid where an element drove it.
struct Register {
  Element by;
  std::uint32_t byte = 0;
  std::uint32_t driven = none;  ///< in which cycle, modulo 2^32: registers move, and move fast
};
constexpr std::size_t registers_a_direction = std::size_t{stops} * streams_a_direction;
constexpr std::size_t place(std::uint32_t stop, std::uint32_t stream) {
  return std::size_t{stop} * streams_a_direction + stream;
}
constexpr std::size_t side(Direction direction) { return static_cast<std::size_t>(direction); }

struct Value {
  Element by;
  Vectors data;
};
/// An ALU's operands, while those are waited for that come by chain.
struct Entering {
  Element by;
  std::array<Vectors, 2> operands;
};
/// What changes state later: memory, weights, sums.
struct Effect {
  Element by;
  Vectors data;
  std::vector<std::uint32_t> words;  ///< write: one; scatter: one a superlane
  std::vector<Vectors> weights;      ///< install
};

struct Plane {
  struct Row {
    Element by;  ///< that loaded it; none: nothing landed since the last install
    Vectors data;
  };
  std::array<Row, lanes> buffer;
  Cycle buffer_free = 0;            ///< cycle from which no install takes it any more
  Element installed;                ///< the last install that was dispatched
  Element array;                    ///< the install whose weights are there
  std::vector<Vectors> weights;     ///< of the array
  Value sums;                       ///< the row that comes out in this cycle
  std::vector<Value> accumulators;  ///< a row of fp16 stands in both planes
};

inline bool is_read(Opcode opcode) { return opcode == Opcode::read || opcode == Opcode::gather; }
inline bool is_write(Opcode opcode) { return opcode == Opcode::write || opcode == Opcode::scatter; }

/// What falls due in later cycles.
template <typename T>
class Due {
 public:
  void resize(Cycle cycles) { slots_.resize(cycles); }
  std::vector<T>& at(Cycle cycle) { return slots_[cycle % slots_.size()]; }

 private:
  std::vector<std::vector<T>> slots_;
};

/// A chip that runs one schedule.
class Chip {
 public:
  Chip(const Schedule& schedule, const Timing& timing, const Memory& before,
       const Options& options);
  Result run();

 private:
  const Instruction& of(Element e) const { return schedule_.instructions[e.run]; }
  const Queue& queue(Element e) const { return queues_[e.run]; }
  /// True for fp16 of the MXM, which takes both planes.
  bool on_pair(Element e) const {
    const bool syncs = of(e).opcode == Opcode::sync || of(e).opcode == Opcode::notify;
    return queue(e).unit == Unit::mxm && of(e).type == VectorType::f16 && !syncs;
  }
  std::vector<Plane*> planes(Element e);
  Plane& plane(Element e) { return *planes(e).front(); }
  Cycle cycle_of(Element e) const { return of(e).cycle + Cycle{e.number} * of(e).interval_cycles; }
  std::uint32_t word(Element e, std::int64_t address) const;
  std::vector<std::uint32_t> words(Element e, const Vectors& offsets) const;
  Vector memory_word(std::uint32_t number) const;
  Vectors gathered(const std::vector<std::uint32_t>& words) const;

  void found(const Fault& fault);
  void found(FaultCode code, Element e, Element other = {}, std::uint32_t operand = 0,
             std::uint32_t stream = 0);
  void move_streams();
  void change_state();
  void apply(const Effect& effect);
  std::vector<Element> elements_of_cycle();
  void check_queues(Element e, Element earlier);
  void check_text();
  void check_parked(Element e);
  void check_install(Element e);
  void check_replaced(Element e);
  bool replaced_until(const Plane* plane, Cycle last);
  void dispatch(Element e);
  Vectors take_streams(Element e, std::uint32_t operand);
  void note(Element e, std::uint32_t operand, Element from, std::uint32_t stream = 0,
            std::uint32_t byte = 0);
  void take(Element e, std::uint32_t operand, Element from, std::uint32_t stream = 0,
            std::uint32_t byte = 0);
  void load(Element e, const Vectors& a);
  void land(const Effect& effect);
  void install(Element e);
  void activate(Element e, const Vectors& a);
  void accumulate(Element e);
  void run_alus();
  void send(Element e, Vectors data);
  void drive();
  void change_later(Effect effect);

  const Schedule& schedule_;
  const Timing& timing_;
  Options options_;
  Result result_;
  Cycle now_ = 0;
  Cycle load_cycles_ = 0;  ///< from the dispatch of a load to its landing

  std::vector<Queue> queues_;                ///< [instruction]
  std::vector<std::optional<Fault>> wrong_;  ///< [instruction] in itself
  std::vector<std::uint32_t> waiting_;    ///< instructions that have not begun, the next one last
  std::vector<Element> active_;           ///< the next element of each run that has begun
  std::vector<Cycle> notifies_;           ///< their dispatches, sorted
  std::array<Cycle, queues> released_{};  ///< [queue] cycle from which it may dispatch again
  std::array<std::vector<Register>, 2> streams_;  ///< [direction][place]: what comes in, then goes
  std::array<std::vector<Vector>, 2> data_;       ///< [direction][place]
  std::array<Value, alus> alu_out_;               ///< results that come out in this cycle
  std::array<std::array<Plane, planes_a_hemisphere>, 2> planes_;  ///< [hemisphere]
  Due<Value> results_;                                            ///< onto streams
  Due<Value> alu_results_;
  Due<Entering> entering_;
  Due<Effect> effects_;
};

}  // namespace weft::program::tsp::oracle
