// SPDX-License-Identifier: Apache-2.0
// A run of firings of a context, and a cycle of a transfer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "machine/rdu/mesh.hpp"
#include "machine/rdu/plan.hpp"
#include "machine/rdu/state.hpp"
#include "program/rdu_stop.hpp"

namespace weft::machine::rdu {

class Rdu;

/// Of the run that is made: it lives in the slice, so that nothing is allocated. Where two numbers
/// say the place, the second is the firing's, below run_most.
struct Scratch {
  std::vector<std::uint32_t> words;                  ///< [ContextPlan::value_at]
  std::array<std::vector<std::uint32_t>, 3> spread;  ///< an operand's words, for each lane
  std::vector<std::uint32_t> any;                    ///< [node][]: lanes that a sum has
  std::vector<std::uint32_t> registers;              ///< [register][]: before the firing; one more
  std::vector<std::uint32_t> places;                 ///< [input][]: of the head in its ring
  std::vector<std::int64_t> steps;                   ///< [counter][]
  std::vector<std::uint32_t> popped;                 ///< [input]
  std::vector<std::uint32_t> pushed;                 ///< [output]
  std::vector<std::uint8_t> taken;                   ///< [input]
  std::vector<std::int64_t> at;                      ///< [counter]: step, behind the run
  std::vector<Count> counts;                         ///< [counter]
  std::array<Cycle, run_most> ready;                 ///< []: of inputs, and of room that is sure
  std::array<Cycle, run_most> cycles;                ///< []
  std::array<Cycle, run_most> departs;        ///< of what is given or taken, one behind the other
  std::array<std::uint32_t, run_most> which;  ///< likewise: the firing
  std::array<std::uint32_t, run_most> masks;  ///< []
  std::array<std::uint32_t, run_most> costs;  ///< []: cycles that it takes
  std::array<std::int32_t, run_most> ends;    ///< []: counters from there on are at their last
  std::uint32_t goes = 0;                     ///< firings that end a go through all counters
  std::array<Happened, run_most> later;       ///< []: of those that are counted later
  std::size_t behind = 0;  ///< the first counter whose end the firing is behind; or all of them
  std::array<std::int32_t, run_most> begins;  ///< []: counters from there on are at their first
};

/// Firings of one context that follow each other, made at once: as many as there are tokens and
/// room for. When each happens follows from when those came: the latest of its inputs, its room and
/// the end of the firing before. Nobody else has to have come as far, but where it touches memory
/// that others touch.
class Run {
 public:
  Run(Rdu& rdu, std::uint32_t context);

  /// Fires as often as it can before Rdu::limit_, and says from when on it may go on; `never` where
  /// that is not known.
  void go();
  /// One that is held, or `exact`, in a cycle before which everything was done.
  void go_at(Cycle cycle);
  /// What stops it in this cycle, when nothing else is on its way.
  Stop look(Cycle cycle);

 private:
  /// Why a run ends where it does.
  enum class End : std::uint8_t {
    cut,      ///< another may follow at once
    missing,  ///< a token or room that nobody has sent yet
    late,     ///< a cycle that is not to be run yet
    held,     ///< others may still change what it loads, or load what it would change
    fault
  };

  // step.cpp: tokens, room and cycles
  void make();
  void begin();
  void gather(std::uint32_t most);
  void gather_stretch(std::uint32_t most);
  void fill_stretch(std::int32_t end, std::uint32_t count);
  bool gather_one();
  bool take_one();
  bool take_conditional();
  bool find_counts();
  void find_ends();
  void find_behind();
  bool find_room();
  void note_steps();
  std::uint32_t mask_of_counters(std::uint32_t firing) const;
  std::uint32_t mask_of(std::uint32_t firing) const;
  bool move_on(std::uint32_t firing);
  Cycle room_where(std::uint32_t firing);
  void find_cycles();
  void count_cycles();
  bool find_more(std::uint32_t firing);
  bool find_order(Cycle cycle, std::uint32_t firing);
  void raise(form::FaultCode code, Cycle cycle, std::uint32_t thing, std::int64_t value);
  void cut(std::uint32_t firings, End end) {
    count_ = firings;
    end_ = end;
  }

  // commit.cpp: what firings leave
  void commit();
  void count_waits();
  void count_wait(std::uint32_t firing, Cycle since);
  void begin_later();
  void keep_later();
  void wait_until(Cycle cycle, Reason reason, Cycle& since);
  void add_wait(std::size_t slot, Cycle cycles, bool begun, bool first);
  void note_did();
  void note_scopes();
  void found_in_order(const Stop& stop, Cycle cycle);
  Reason reason_of(std::uint32_t channel, bool begun) const;
  void go_through();
  void turn();
  void give();
  void give(std::size_t output);
  std::uint32_t find_given(std::size_t output);
  void put(Line& line, std::uint32_t node, std::uint32_t given, const std::uint32_t* places);
  void fill(std::uint32_t node, std::uint32_t firing, std::uint32_t* out) const;
  void pop();
  void pop(std::size_t input);
  void keep();

  // body.cpp: the output-stationary body
  void read_row(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void keep_body(std::uint32_t node);

  // compute.cpp: values
  void compute_early();
  void compute_late(bool stores);
  void find_costs();
  void compute_flat(const std::vector<std::uint32_t>& nodes);
  void compute_serial(const std::vector<std::uint32_t>& nodes,
                      const std::vector<std::uint32_t>& registers, bool stores);
  void compute(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void take(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void index(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void operate(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void pair(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  const std::uint32_t* operand(std::uint32_t node, std::uint32_t slot, std::uint32_t first,
                               std::uint32_t end);
  void load(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void accumulate(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  void accumulate_slowly(std::uint32_t node, std::uint32_t firing, Sum& sum) const;
  void reduce(std::uint32_t node, std::uint32_t first, std::uint32_t end);
  std::uint32_t reduce_slowly(std::uint32_t node, std::uint32_t firing) const;
  void leave(std::uint32_t reg, std::uint32_t firing);
  std::uint32_t conflicts(std::uint32_t memory, std::uint32_t address, std::uint32_t when,
                          std::uint32_t firing) const;
  std::uint32_t going_on(std::uint32_t node, std::uint32_t first, std::uint32_t end,
                         std::uint32_t any) const;
  void check_stores();
  void check_stores(std::uint32_t firing);
  void store(std::uint32_t firing);
  void refuse(std::uint32_t firing, std::uint32_t order, std::uint32_t memory, std::uint32_t word);

  bool is_at(std::int32_t level, std::uint32_t firing) const { return level >= q_.ends[firing]; }
  bool is_first(std::uint32_t level, std::uint32_t firing) const;
  bool pushes(std::size_t output, std::uint32_t firing) const;
  bool pops(std::size_t input, std::uint32_t firing) const;
  bool stores(const form::Store& store, std::uint32_t lane, std::uint32_t firing) const;
  bool is_vector(std::uint32_t node) const { return plan_.vectors[node] != 0; }
  std::uint32_t width(std::uint32_t node) const { return is_vector(node) ? form::lanes_most : 1U; }
  std::uint32_t* values(std::uint32_t node, std::uint32_t firing) const;
  std::uint32_t value(std::uint32_t node, std::uint32_t firing, std::uint32_t lane = 0) const {
    return values(node, firing)[is_vector(node) ? lane : 0];
  }

  Rdu& rdu_;
  std::uint32_t number_;
  const form::Context& c_;
  const ContextPlan& plan_;
  ContextState& s_;
  Scratch& q_;
  std::uint32_t count_ = 0;
  End end_ = End::cut;
  Cycle candidate_ = never;  ///< where it ends `late` or `held`: the next firing's cycle
  std::uint32_t seen_ = 0;   ///< of its firings, the slice's clock has come to so many
  std::array<std::uint64_t, 3>* waited_ = nullptr;  ///< of the firing that is counted
  bool waits_ = false;                              ///< some of its firings do, before
  bool late_ = false;    ///< what some of them take may come when they could fire already
  bool costly_ = false;  ///< some of them may take more than a cycle
  std::optional<form::Fault> found_;
  std::uint32_t found_order_ = 0;
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
  std::optional<std::int64_t> begin_of_command();
  bool issue_dense();
  bool issue_sparse();
  void move_words(std::uint64_t first, std::uint64_t end, std::uint64_t count);
  bool move_lane(std::uint32_t lane, std::uint32_t address, bool& issued);
  bool is_open(std::uint64_t bank, std::uint64_t row) const;
  void open(std::uint64_t bank, std::uint64_t row);
  void issue(std::uint64_t burst);
  void read(std::uint64_t burst);
  Cycle give_channel(std::uint64_t burst);
  void forget_ways();
  void finish(const Token& token, form::Dropped dropped = {});
  void ended(std::uint64_t bytes);

  Rdu& rdu_;
  std::uint32_t number_;
  Cycle at_;
  const form::Transfer& t_;
  const form::DramTiming& timing_;
  TransferState& s_;
  Dram& dram_;
  Happened did_;
};

/// The dynamic mesh looked at in one cycle.
class MeshCycle {
 public:
  MeshCycle(Rdu& rdu, Cycle cycle);

  /// Moves what can go on, and says when it is to be looked at again.
  Cycle run();

 private:
  bool run(Mesh::Switch& at);
  bool find_wants(const Mesh::Switch& at);
  void move(Mesh::Switch& at, std::uint32_t queue, std::uint32_t way);
  std::uint32_t take(Mesh::Switch& at, std::uint32_t queue);

  Rdu& rdu_;
  Mesh& mesh_;
  Cycle at_;
  Happened did_;
  std::vector<std::uint32_t> wants_;  ///< [queue]
};

}  // namespace weft::machine::rdu
