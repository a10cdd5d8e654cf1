// SPDX-License-Identifier: Apache-2.0
// A firing of a context, and a cycle of a transfer.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "machine/rdu/state.hpp"
#include "program/rdu_stop.hpp"

namespace weft::machine::rdu {

class Rdu;

/// What of a context stays as it is.
struct ContextPlan {
  bool here = false;
  Cycle stages = 1;            ///< 1 where it has none
  bool conditional = false;    ///< some inputs are taken, or outputs given, by what data say
  std::vector<bool> vectors;   ///< [node]
  std::vector<Count> counts;   ///< [counter], with constant bounds
  std::vector<bool> constant;  ///< [counter]: bounds are
};

/// A counter with these bounds, `width` indices a step.
Count count_of(std::int64_t first, std::int64_t end, std::int64_t step, std::int64_t width);

/// Values of the firing that is looked at: they live in the slice, so that nothing is allocated.
struct Scratch {
  std::vector<Lanes> values;        ///< [node]
  std::vector<std::uint32_t> sums;  ///< [node]: lanes of an accumulator that have something
  std::vector<std::uint8_t> taken;  ///< [input]
  std::vector<Count> counts;        ///< [counter]
};

/// One context looked at in one cycle. Time is token by token here: runs of regular tokens (first
/// cycle, interval, count) would stand in place of fire(), which knows a firing's inputs, room and
/// counters, and of the lines' entries; nothing
/// else counts tokens.
class Firing {
 public:
  Firing(Rdu& rdu, std::uint32_t context, Cycle cycle);

  /// Fires if it can, and says when it is to be looked at again.
  Cycle run();

 private:
  Stop find_stop();
  bool find_counts();
  void find_lanes();
  void compute();
  void compute(std::uint32_t node);
  void operate(const form::Node& node, Lanes& out) const;
  void load(std::uint32_t node, Lanes& out);
  void accumulate(std::uint32_t node, Lanes& out);
  void read_row(const form::Node& node, Lanes& out) const;
  void keep_body(const form::Node& node);
  std::uint32_t reduce(const form::Node& node) const;
  std::uint32_t conflicts(std::uint32_t memory, std::uint32_t address, std::uint32_t when) const;
  void check_stores();
  void fire();
  void store();
  void give();
  void keep();
  void step();
  void wait(const Stop& stop);
  Cycle next_look(const Stop& stop) const;

  bool is_at(std::uint32_t level) const;
  bool is_first(std::uint32_t level) const;
  bool is_last_step(std::size_t counter) const {
    return !c_.counters[counter].endless && s_.at[counter] + 1 >= counts_[counter].steps;
  }
  bool pushes(const form::Output& output) const;
  bool stores(const form::Store& store, std::uint32_t lane) const;
  void turn(std::uint32_t& buffer, std::uint32_t memory, std::uint32_t level) const;
  void refuse(form::FaultCode code, std::uint32_t thing, std::int64_t value);

  Rdu& rdu_;
  std::uint32_t number_;
  Cycle t_;
  const form::Context& c_;
  const ContextPlan& plan_;
  ContextState& s_;
  std::vector<Lanes>& values_;
  std::vector<Count>& counts_;
  std::uint32_t mask_ = 0;
  std::uint32_t cost_ = 1;
  std::optional<form::Fault> found_;
};

/// One transfer looked at in one cycle.
class Bursts {
 public:
  Bursts(Rdu& rdu, std::uint32_t transfer, Cycle cycle);

  /// Gives out what is ready, issues a burst, and says when it is to be looked at again.
  Cycle run();

 private:
  bool gives_data() const;
  bool is_dense() const;
  std::uint32_t out() const { return gives_data() ? t_.data : t_.done; }
  bool is_good(std::int64_t address, std::int64_t bytes);
  bool issue_dense();
  bool issue_sparse();
  void move_words(std::uint64_t first, std::uint64_t end, std::uint64_t count);
  bool move_lane(std::uint32_t lane, std::uint32_t address, bool& issued);
  bool is_open(std::uint64_t bank, std::uint64_t row) const;
  void open(std::uint64_t bank, std::uint64_t row);
  void issue(std::uint64_t burst);
  void finish(const Token& token);
  void ended(std::uint64_t bytes);

  Rdu& rdu_;
  std::uint32_t number_;
  Cycle at_;
  const form::Transfer& t_;
  const form::DramTiming& timing_;
  TransferState& s_;
  Dram& dram_;
};

}  // namespace weft::machine::rdu
