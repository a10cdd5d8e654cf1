// SPDX-License-Identifier: Apache-2.0
// A slice of TSP chips: stops of their stream registers, driven by a schedule that was checked
// whole before anything runs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "machine/machine.hpp"
#include "machine/tsp/arrays.hpp"
#include "machine/tsp/constants.hpp"
#include "machine/tsp/counts.hpp"
#include "machine/tsp/state.hpp"
#include "machine/tsp/step.hpp"

namespace weft::machine::tsp {

/// Every cycle of a schedule is known before it runs: time only says how much of it has happened. A
/// task is computed whole when its first element is due; its result stays until all that take it
/// have. What a slice takes from another crosses the cuts between as payload, with a record a task
/// and cut in the cycle in which its first element leaves; what leaves next is known too, so a
/// slice promises that. Function "run" starts the schedule; arrays are the program's inputs and
/// outputs. A program in timing mode has no data, and nothing crosses.
class Tsp : public Machine, public ArrayPorts, public CheckedMemory, public Payloads {
 public:
  /// Category::input where the schedule is refused or the program is for another region.
  Tsp(Constants constants, program::tsp::Program program, const Slice& slice);
  /// With a check that was made already.
  Tsp(Constants constants, program::tsp::Program program, program::tsp::Checked checked,
      const Slice& slice);

  Cycle now() const override { return now_; }
  Cycle next_activity() const override;
  Cycle departure_bound(std::size_t n, std::span<const Cycle> departed_before) const override;
  void advance(Cycle until, Recorder& recorder) override;

  void take_departures(std::size_t n, std::vector<CutRecord>& out) override;
  void accept(std::size_t n, std::span<const CutRecord> records) override;
  void take_payload(std::size_t n, std::vector<std::byte>& out) override;
  void accept_payload(std::size_t n, std::span<const std::byte> payload) override;

  std::optional<KernelError> error() const override { return error_; }
  std::string describe(const KernelError& error) const override;
  Cycle last_activity() const override;
  bool work_left() const override { return running_; }
  std::vector<Waiting> waiting(std::size_t most) const override;

  std::vector<Export> exports() const override;
  void set_now(Cycle cycle) override { now_ = cycle; }
  Facets facets() override {
    return {.array_ports = this, .payloads = this, .checked_memory = this};
  }
  void launch(const std::string& name, std::span<const std::uint32_t> arguments) override;
  std::vector<ArrayPart> array_parts(const std::string& name) const override;
  std::vector<ArrayPart> written_parts(const std::string& name) const override;
  void write_array(const std::string& name, std::span<const std::byte> data) override;
  std::vector<std::byte> read_array(const std::string& name) const override;

  /// One in a word of 128 is corrected and counted wherever it is taken, two are refused there.
  void flip_bit(const std::string& name, std::uint64_t element, std::uint32_t bit) override {
    if (carries_data()) tsp::flip_bit(placed(name), element, bit, parts_);
  }

  std::vector<StreamInfo> streams() const override;
  void conclude(Cycle cycle, Recorder& recorder) override;
  std::vector<CounterArray> counters() const override;
  std::vector<Remark> remarks() const override;
  std::uint64_t bytes() const override;
  std::vector<std::byte> save() const override;
  void load(std::span<const std::byte> state) override;

 private:
  /// A side of a part that lies at another slice.
  struct Border {
    std::size_t part = 0;
    std::size_t side = 0;  ///< program::tsp::Direction
  };
  struct Neighbour {
    std::vector<Border> borders;            ///< by chip
    std::vector<std::uint32_t> deliveries;  ///< to there, by (cycle, number)
    std::size_t first_left = 0;             ///< of them: not given away yet
    std::vector<std::uint8_t> given;
    std::map<std::uint32_t, std::vector<std::byte>> vectors;  ///< ready to be, by delivery
    std::vector<std::byte> outgoing;                          ///< of the records that were taken
    std::vector<std::byte> incoming;                          ///< came before its records
  };

  // build.cpp
  void build();
  void add_part(std::uint32_t chip);
  void add_borders();

  // tsp.cpp
  Cycle run_tasks(Cycle until);
  Cycle run_part(Part& part, Cycle until);
  void finish();
  bool carries_data() const { return !program_.timing_only; }

  // cuts.cpp
  void give(Part& part, std::size_t side, std::uint32_t at, CutRecord& record,
            std::vector<std::byte>& payload);
  void accept_result(const Border& border, const CutRecord& record,
                     std::span<const std::byte>& payload);
  const Border& border_of(std::size_t n, const CutRecord& record) const;

  // links.cpp
  void add_deliveries();
  std::uint32_t tile_of(std::uint32_t chip, std::uint32_t instruction) const;
  void send_vectors(Part& part, std::uint32_t task);
  void deliver(const Delivery& delivery, std::span<const std::byte> vectors);

  // report.cpp
  void record_runs(Cycle until, Recorder& recorder);
  std::vector<std::uint64_t> counted(const Part& part) const;
  std::uint64_t busy_at(const Part& part, std::uint32_t stop) const;
  std::uint64_t corrections_at(std::uint32_t tile) const;

  // host.cpp
  const Placed& placed(const std::string& name) const;

  Constants constants_;
  program::tsp::Program program_;
  program::tsp::Checked checked_;
  Slice slice_;
  std::vector<Flow> flows_;                     ///< [schedule]
  std::vector<std::vector<Progression>> busy_;  ///< [schedule * stops + stop]
  std::vector<Delivery> deliveries_;            ///< of all chips, the same on every rank
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>>
      deliveries_of_;        ///< by (chip, task) that sends them
  std::vector<Part> parts_;  ///< by chip
  std::vector<Neighbour> neighbours_;
  std::map<std::string, Placed> placed_;  ///< inputs and outputs
  Shop shop_;                             ///< error, corrections: what is to come

  Cycle now_ = 0;
  Cycle last_end_ = 0;  ///< last cycle of the last schedule
  Cycle first_launch_ = never;
  bool running_ = false;
  std::uint64_t completed_ = 0;  ///< runs of the schedule
  std::optional<KernelError> error_;
};

/// The registry's line.
Family family();

}  // namespace weft::machine::tsp
