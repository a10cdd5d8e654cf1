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
#include "machine/rdu/state.hpp"
#include "machine/rdu/step.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_stop.hpp"

namespace weft::machine::rdu {

/// Whoever may do something is looked at in the cycles in which something of it changes: a token
/// arrives, room comes back, a firing ends. What leaves for another slice is a record a token (of a
/// vector: nine) or a credit, in the cycle in which it leaves; what a neighbour's promise and the
/// channels' latencies let happen decides how far a slice goes. Function "run" starts the contexts
/// that are `once`; arrays are the program's.
class Rdu : public Machine, public ArrayPorts {
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
  void set_now(Cycle cycle) override { now_ = cycle; }
  Facets facets() override { return {.array_ports = this}; }
  void launch(const std::string& name, std::span<const std::uint32_t> arguments) override;
  std::vector<ArrayPart> array_parts(const std::string& name) const override;
  void write_array(const std::string& name, std::span<const std::byte> data) override;
  std::vector<std::byte> read_array(const std::string& name) const override;

  std::vector<StreamInfo> streams() const override;
  std::vector<CounterArray> counters() const override;
  std::uint64_t bytes() const override;
  std::vector<std::byte> save() const override;
  void load(std::span<const std::byte> state) override;

  const Tally& tally(std::uint32_t context) const { return contexts_[context].tally; }
  /// What contexts and transfers of this slice wait for, in their order.
  std::vector<program::rdu::Wait> waits() const;

 private:
  friend class Firing;
  friend class Bursts;

  // build.cpp
  void build();
  void add_drams();
  void add_lines();
  bool is_here(std::uint32_t unit) const;
  std::size_t neighbour_of(std::uint32_t unit) const;

  // rdu.cpp
  void run_cycle(Cycle cycle, Recorder& recorder);
  void wake(std::uint32_t actor, Cycle cycle) { wake_[actor] = std::min(wake_[actor], cycle); }
  void refuse(const program::rdu::Fault& fault);
  void active(std::uint32_t unit, Cycle cycle);
  void went_through(std::uint32_t context, Cycle cycle);
  void moved(std::uint32_t transfer, std::uint64_t bytes, Cycle cycle);

  // cuts.cpp
  void push(std::uint32_t channel, Cycle departs, const Token& token);
  void pop(std::uint32_t channel, Cycle cycle);
  void send(const Line& line, const CutRecord& record);
  void give_room(Line& line, Cycle cycle, std::uint32_t channel);

  // report.cpp
  bool has_begun(std::uint32_t context) const;
  bool has_work(std::uint32_t actor) const;
  bool is_given(std::uint32_t channel) const;
  std::vector<std::uint64_t> counted(std::uint32_t unit) const;
  /// What somebody without work would begin with.
  std::optional<program::rdu::Wait> wait_at_rest(std::uint32_t actor) const;
  std::optional<program::rdu::Wait> wait_of_transfer(std::uint32_t transfer) const;
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
                                          ///< contexts of the program; in order
  std::vector<ContextPlan> plans_;        ///< [context]; only this slice's are filled
  std::vector<ContextState> contexts_;    ///< [context]
  std::vector<TransferState> transfers_;  ///< [transfer]
  std::vector<std::vector<std::uint32_t>> memories_;  ///< [memory]
  std::vector<Dram> drams_;
  std::vector<std::uint32_t> dram_of_;              ///< [unit]: place in drams_
  std::vector<Line> lines_;                         ///< [channel]
  std::vector<Cycle> wake_;                         ///< [actor]
  std::vector<std::vector<CutRecord>> departures_;  ///< by neighbour
  std::vector<Token> arriving_;                     ///< [channel]: of a vector that comes in parts
  // Of a tile: cycles in which anything of it was done, and the last of them.
  std::vector<std::uint64_t> busy_;  ///< [unit]
  std::vector<Cycle> last_busy_;     ///< [unit]; never: none
  std::vector<std::uint64_t> sent_;  ///< [unit]: tokens

  Cycle now_ = 0;
  Cycle last_done_ = 0;
  std::optional<KernelError> error_;
  // Of the cycle that is run.
  std::vector<Write> writes_;
  std::optional<program::rdu::Fault> fault_;
  Scratch scratch_;
  Recorder* recorder_ = nullptr;
};

/// The registry's line.
Family family();

}  // namespace weft::machine::rdu
