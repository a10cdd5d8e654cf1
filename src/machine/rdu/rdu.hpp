// SPDX-License-Identifier: Apache-2.0
// A slice of RDU chips: units whose contexts fire when tokens and room are there.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "machine/machine.hpp"
#include "machine/rdu/constants.hpp"
#include "machine/rdu/plan.hpp"
#include "machine/rdu/state.hpp"
#include "machine/rdu/step.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_stop.hpp"

namespace weft::machine::rdu {

/// A context goes on by itself as long as what it takes and where it gives is known, whatever the
/// cycle of the others is: its firings' cycles follow from those of tokens and room. Where the
/// order among several matters (DRAM, memories that they share with nothing between them,
/// conditions that are loaded) the least cycle of all is run, when nobody can go on by himself.
/// What leaves for another slice is a record a token (of a vector: nine) or a credit, by the cycle
/// in which it leaves. What a neighbour's promise and the channels' latencies let happen decides
/// how far the slice's clock goes; its contexts go beyond, as far as what they take is known, and
/// so do those that are run in order, as long as nothing unknown can come before. What they do
/// there is counted when the clock has come so far. Function "run" starts the contexts that are
/// `once`; arrays are the program's.
class Rdu : public Machine, public ArrayPorts, public CheckedMemory {
 public:
  /// Category::input where the graph is refused, or is of another region.
  Rdu(Constants constants, program::rdu::Program program, const Slice& slice);

  Cycle now() const override { return now_; }
  Cycle next_activity() const override;
  Cycle departure_bound(std::size_t n, std::span<const Cycle> departed_before) const override;
  void advance(Cycle until, Recorder& recorder) override;

  void take_departures(std::size_t n, std::vector<CutRecord>& out) override;
  void accept(std::size_t n, std::span<const CutRecord> records) override;

  std::optional<KernelError> error() const override { return error_; }
  std::string describe(const KernelError& error) const override;
  Cycle last_activity() const override;
  bool work_left() const override;
  std::vector<Waiting> waiting(std::size_t most) const override;
  std::vector<WaitFor> waits_for() const override;

  std::vector<Export> exports() const override;
  void set_now(Cycle cycle) override { now_ = visible_ = floor_ = cycle; }
  Facets facets() override { return {.array_ports = this, .checked_memory = this}; }
  void launch(const std::string& name, std::span<const std::uint32_t> arguments) override;
  std::vector<ArrayPart> array_parts(const std::string& name) const override;
  void write_array(const std::string& name, std::span<const std::byte> data) override;
  std::vector<std::byte> read_array(const std::string& name) const override;
  /// No word has check bits: who takes it takes it as it is. Of a bf16 the bits are 16 to 31.
  void flip_bit(const std::string& name, std::uint64_t element, std::uint32_t bit) override;

  std::vector<StreamInfo> streams() const override;
  std::vector<CounterArray> counters() const override;
  std::uint64_t bytes() const override;
  std::vector<std::byte> save() const override;
  void load(std::span<const std::byte> state) override;

  void conclude(Cycle cycle, Recorder& recorder) override;

  const Did& did(std::uint32_t context) const { return contexts_[context].did; }
  const Line& line(std::uint32_t channel) const { return lines_[channel]; }
  const Tally& tally(std::uint32_t context) const { return contexts_[context].tally; }
  /// What contexts and transfers of this slice wait for, in their order.
  std::vector<program::rdu::Wait> waits() const;

 private:
  friend class Run;
  friend class Bursts;
  friend class MeshCycle;

  // build.cpp
  void build();
  void add_drams();
  void add_lines();
  void add_scratch();
  void find_alone();
  bool is_here(std::uint32_t unit) const;
  /// Contexts by number, transfers behind them, and one for the mesh.
  std::uint32_t actor_of(const program::rdu::End& end) const;
  std::uint32_t mesh_actor() const;
  std::uint32_t unit_of_actor(std::uint32_t actor) const;
  std::size_t neighbour_of(std::uint32_t unit) const;

  // ahead.cpp
  bool is_seen(Cycle cycle) const { return cycle < visible_; }
  std::uint32_t count_seen(const Cycle* cycles, std::uint32_t count) const;
  void note(const Happened& happened);
  void append(std::uint32_t stream, Cycle cycle, const EventRow& row);
  void see(Cycle end);
  Cycle cut_bound(const Line& line) const;
  Cycle sure_until() const;
  bool is_behind(Cycle cycle) const;
  Cycle departure_of(std::uint32_t channel) const;
  Cycle credit_of(std::uint32_t channel) const;

  // report.cpp
  void conclude_layers(Cycle cycle, Recorder& recorder) const;

  // rdu.cpp
  void run_window(Cycle end);
  void run_queue();
  bool retry_held();
  Cycle next_in_order() const;
  void run_in_order(Cycle cycle);
  void wake(std::uint32_t actor, Cycle cycle);
  void refuse(const program::rdu::Fault& fault);
  void active(std::uint32_t unit, const Cycle* cycles, std::uint32_t count);
  void count_busy();
  void store_word(const Write& write);
  bool has_load(std::uint32_t context, std::uint32_t memory) const;
  void went_through(std::uint32_t context, Cycle cycle);
  void went_round(std::uint32_t context, std::uint32_t level, Cycle cycle, std::uint64_t firings);
  void moved(std::uint32_t transfer, std::uint64_t bytes, Cycle cycle);

  // order.cpp
  /// What others leave to an order of cycles where a context shares memories with them.
  struct Order {
    Cycle loads = 0;   ///< nobody else stores before it
    Cycle stores = 0;  ///< nobody else loads or stores before it
  };
  Order find_order(std::uint32_t context) const;
  Cycle least(std::uint32_t context, std::uint32_t& looks) const;
  Cycle least_arrival(std::uint32_t channel, std::uint32_t& looks) const;
  Cycle least_of_transfer(std::uint32_t transfer, std::uint32_t channel,
                          std::uint32_t& looks) const;
  Cycle least_room(std::uint32_t channel, std::uint32_t& looks) const;
  Cycle least_access(std::uint32_t context, const SharedAccess& access, std::uint32_t buffer) const;
  std::uint64_t firings_until(std::uint32_t context, std::int32_t level) const;

  // cuts.cpp
  void push(std::uint32_t channel, Cycle departs, const Token& token);
  void pop(std::uint32_t channel, Cycle cycle);
  /// A token leaves; its room is the caller's to take.
  void send(std::uint32_t channel, Line& line, Cycle cycle, Cycle departs, const Token& token);
  /// Room comes back; the token is the caller's to take.
  void free_room(std::uint32_t channel, Cycle cycle);
  void record(std::uint32_t channel, Cycle cycle, Cycle departs, const Token& token);
  void depart(Line& line, const CutRecord& record);
  void tell_bounds(std::size_t n, std::vector<CutRecord>& out);

  // report.cpp
  bool has_begun(std::uint32_t context) const;
  Stop stop_of(std::uint32_t context) const;
  bool has_work(std::uint32_t actor) const;
  bool is_given(std::uint32_t channel) const;
  std::vector<std::uint64_t> counted(std::uint32_t unit) const;
  /// What somebody without work would begin with.
  std::optional<program::rdu::Wait> wait_at_rest(std::uint32_t actor) const;
  std::optional<program::rdu::Wait> wait_of_transfer(std::uint32_t transfer) const;
  /// A token that can't enter the mesh, or, where there is none, the one that would be next.
  program::rdu::Wait wait_of_flow(std::uint32_t flow) const;
  bool has_work_in_flow(std::uint32_t flow) const;
  program::rdu::Wait wait_on(const program::rdu::End& who, std::uint32_t channel,
                             bool for_room) const;

  // host.cpp
  const program::rdu::Array& array(const std::string& name) const;
  std::uint32_t unit_of_array(const program::rdu::Array& array) const;
  std::uint32_t* words_of(const program::rdu::Array& array);

  Constants constants_;
  program::rdu::Program program_;
  Slice slice_;
  std::vector<program::rdu::Ends> ends_;  ///< [channel]
  std::vector<std::uint32_t> tiles_;      ///< [unit]
  std::vector<std::uint32_t> actors_;     ///< of this slice: contexts, then transfers behind all
                                          ///< contexts of the program, then the mesh; in order
  std::vector<ContextPlan> plans_;        ///< [context]; only this slice's are filled
  std::vector<ContextState> contexts_;    ///< [context]
  std::vector<TransferState> transfers_;  ///< [transfer]
  std::vector<std::vector<std::uint32_t>> memories_;  ///< [memory]
  Mesh mesh_;                                         ///< without switches where the slice has none
  std::vector<Dram> drams_;
  std::vector<std::uint32_t> dram_of_;  ///< [unit]: place in drams_
  std::vector<Line> lines_;             ///< [channel]
  std::vector<Cycle> wake_;             ///< [actor]: nothing of it happens before, and is known
  std::vector<std::uint8_t> known_;     ///< [context]: its next firing is in that very cycle
  std::vector<Order> orders_;           ///< [context]
  std::vector<std::uint32_t> ordered_;  ///< actors that are always looked at in order
  std::vector<std::vector<CutRecord>> departures_;  ///< by neighbour
  std::vector<Token> arriving_;                     ///< [channel]: of a vector that comes in parts
  std::vector<std::uint64_t> busy_;  ///< [unit]: cycles in which anything of it was done
  std::vector<std::uint64_t> sent_;  ///< [unit]: tokens

  Cycle now_ = 0;
  Cycle last_done_ = 0;
  Cycle last_arrival_ = 0;  ///< of all tokens
  std::optional<KernelError> error_;
  Ahead ahead_;  ///< what is not counted yet
  std::vector<LaterRow> ahead_rows_;
  std::vector<std::uint32_t> cut_;  ///< channels with one end here
  /// Of each neighbour: what it promised last.
  mutable std::vector<Cycle> promised_;
  // Of the window that is run.
  Cycle visible_ = 0;                 ///< its end: what is done from it on is counted later
  Cycle order_end_ = 0;               ///< nothing is done in order from it on
  Cycle limit_ = 0;                   ///< nothing is done from it on
  Cycle floor_ = 0;                   ///< nothing is done before it any more
  bool in_order_ = false;             ///< all before this cycle was done
  std::vector<std::uint32_t> queue_;  ///< actors that may go on
  std::vector<std::uint8_t> queued_;  ///< [actor]
  std::vector<std::uint32_t> held_;
  std::vector<std::uint8_t> alone_;               ///< [unit]: it has one actor
  std::vector<std::vector<std::uint64_t>> used_;  ///< [unit]: a bit a cycle, of units with several
  std::vector<Write> writes_;
  mutable std::vector<std::uint8_t> looks_at_;  ///< [context], while others' cycles are looked up
  std::optional<program::rdu::Fault> fault_;
  Scratch scratch_;
  Recorder* recorder_ = nullptr;
  bool tokens_wanted_ = false;
};

/// The registry's line.
Family family();

}  // namespace weft::machine::rdu
