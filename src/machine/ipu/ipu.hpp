// SPDX-License-Identifier: Apache-2.0
// A slice of IPU tiles: supersteps of compute, sync and exchange, driven by the program's control
// code, which every slice follows in step.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "machine/ipu/state.hpp"
#include "machine/ipu/step.hpp"
#include "machine/ipu/superstep.hpp"
#include "machine/machine.hpp"
#include "program/ipu_outline.hpp"

namespace weft::machine::ipu {

/// A superstep is computed whole when its first cycle is run. Each slice then tells the others, by
/// one record that leaves in the cycle in which its last tile is done, and by the bytes of the
/// exchange that follows; all know the sync's cycle once all records are there. Function
/// "program"(index) runs entry `index`; arrays are the program's. Host backends only: codelets are
/// host code.
class Ipu : public Machine, public ArrayPorts, public Requests, public Stages, public Payloads {
 public:
  /// `program`: a serialized one. Category::input where it is none.
  Ipu(const topology::Topology& topology, std::span<const std::byte> program, const Slice& slice);

  Cycle now() const override { return now_; }
  Cycle next_activity() const override;
  Cycle departure_bound(std::size_t n, std::span<const Cycle> departed_before) const override;
  void advance(Cycle until, Recorder& recorder) override;

  void take_departures(std::size_t n, std::vector<CutRecord>& out) override;
  void accept(std::size_t n, std::span<const CutRecord> records) override;
  void take_payload(std::size_t n, std::vector<std::byte>& out) override;
  void accept_payload(std::size_t n, std::span<const std::byte> payload) override;
  void overlap() override;

  std::optional<KernelError> error() const override { return error_; }
  std::string describe(const KernelError& error) const override;
  Cycle last_activity() const override { return last_activity_; }
  bool work_left() const override { return superstep_.phase != Phase::idle; }
  std::vector<Waiting> waiting(std::size_t most) const override;

  std::vector<Export> exports() const override;
  void set_now(Cycle cycle) override;
  Facets facets() override { return {nullptr, this, this, this, this}; }
  void launch(const std::string& name, std::span<const std::uint32_t> arguments) override;
  std::optional<HostRequest> host_request() const override;
  void answer() override;
  std::vector<ArrayPart> array_parts(const std::string& name) const override;
  void write_array(const std::string& name, std::span<const std::byte> data) override;
  std::vector<std::byte> read_array(const std::string& name) const override;

  std::vector<StreamInfo> streams() const override;
  std::vector<CounterArray> counters() const override;
  std::vector<StageTotals> stages() const override;
  void conclude(Cycle cycle, Recorder& recorder) override;
  std::uint64_t bytes() const override;
  std::vector<std::byte> save() const override;
  void load(std::span<const std::byte> state) override;

 private:
  /// A neighbour's record of one superstep.
  struct Arrival {
    Cycle done = 0;
    std::uint64_t word = 0;
    std::vector<Cycle> parts;  ///< as Ipu::parts_, of its tiles
    std::vector<std::byte> bytes;
  };
  /// A stretch of a superstep's compute that is told under one layer, `until` this slice's last
  /// tile has done what came before its end.
  struct Part {
    std::uint32_t layer = 0;
    std::uint32_t works = 0;  ///< of the superstep so far
    Cycle until = 0;
  };
  struct Neighbour {
    bool record_leaving = false;      ///< waits to be taken
    std::vector<std::byte> outgoing;  ///< of the exchange
    std::vector<std::byte> payload;   ///< came before its record
    std::vector<Cycle> parts;         ///< likewise
    std::deque<Arrival> arrivals;     ///< oldest first
  };

  // control.cpp
  void run_superstep(Recorder& recorder);
  void run_instruction(Recorder& recorder);
  void begin_superstep();
  void end_superstep(End end, std::uint32_t number);
  void execute(std::uint32_t set, Recorder& recorder);
  void rearrange(std::uint32_t set, Recorder& recorder);
  void flow(const program::ipu::Instruction& i);
  void repeat(const program::ipu::Instruction& i);
  void read_clock(const program::ipu::Instruction& i);
  std::uint64_t place_value(std::uint32_t place) const;
  void abort_program(std::uint32_t text);
  void take_faults();
  bool all_arrived() const;
  Cycle sync_begin() const;
  Cycle next_ready() const;
  void finish_barrier(Recorder& recorder);
  void move_inside_once();
  void follow_branch(std::uint64_t word);
  Cycle sync_cycles(End end, std::uint32_t number) const;
  Cycle exchange_cycles(End end, std::uint32_t number) const;
  Cycle request_exchange_cycles(std::uint32_t number) const;

  // report.cpp
  enum class Kind : std::uint32_t { compute, copy, exchange };
  void record_work(Kind kind, std::uint32_t id, std::uint32_t tile, Cycle duration,
                   std::uint64_t argument, Recorder& recorder) const;
  void record_barrier(Cycle sync_begin, Cycle sync_end, Recorder& recorder) const;
  /// By the trace's table of exchanges: those of the program, those of its requests, and that of
  /// the word which a branch reads.
  std::uint32_t exchange_id() const;
  /// That the superstep's exchange moves.
  std::uint64_t exchange_bytes() const;
  /// Of the arrays that a request moves.
  std::uint64_t request_bytes(std::uint32_t number) const;
  void record_host(Recorder& recorder);

  // stages.cpp
  void count_barrier(Cycle sync_begin);

  // layers.cpp
  void enter_layer(std::uint32_t layer);
  void leave_layer();
  void end_part();
  void tell(std::uint32_t layer, Cycle LayerTotals::*what, Cycle begin, Cycle end);
  void count_layers(Cycle sync_begin);
  std::vector<Cycle> part_ends() const;

  std::uint32_t array_number(const std::string& name) const;

  Ipu(const topology::Topology& topology, program::ipu::Outline outline, const Slice& slice);

  Slice slice_;
  State state_;
  program::ipu::Program program_;  ///< without the parts that only building needs
  Superstep superstep_;
  Cycle now_ = 0;
  Cycle last_activity_ = 0;
  std::uint32_t pc_ = 0;
  std::vector<std::uint64_t> counters_;
  std::vector<std::uint32_t> calls_;
  Surroundings surroundings_;
  std::vector<std::uint64_t> loop_step_;  ///< by counter: superstep in which its body last began
  std::vector<LayerTotals> layers_;       ///< by text; empty: none is entered anywhere
  std::vector<std::uint32_t> inside_;     ///< layers that control is in, the innermost last
  std::vector<Part> parts_;               ///< of this superstep, before its last
  std::vector<Neighbour> neighbours_;
  std::vector<std::byte> scratch_;
  Faults faults_;
  std::optional<KernelError> error_;
  std::string error_text_;
};

/// The registry's line.
Family family();

}  // namespace weft::machine::ipu
