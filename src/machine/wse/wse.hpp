// SPDX-License-Identifier: Apache-2.0
// A slice of a Cerebras wafer: processing elements on the mesh of fabric/.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fabric/queued.hpp"
#include "machine/machine.hpp"
#include "machine/wse/host_ports.hpp"
#include "machine/wse/state.hpp"
#include "machine/wse/step.hpp"
#include "program/wse.hpp"

namespace weft::machine::wse {

class Wse : public Machine, public TilePorts {
 public:
  /// Category::input or unsupported for a program that does not fit the machine.
  Wse(const topology::Topology& topology, form::Program program, const Slice& slice);

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

  std::vector<Export> exports() const override;
  void set_now(Cycle cycle) override;
  Facets facets() override { return {.tile_ports = this}; }
  void copy_in(const std::string& name, const Rectangle& where, std::uint32_t elements,
               std::span<const std::byte> data) override;
  std::vector<std::byte> copy_out(const std::string& name, const Rectangle& where,
                                  std::uint32_t elements) override;
  void launch(const std::string& name, std::span<const std::uint32_t> arguments) override;
  bool takes_launch(const std::string& name) const override;
  void stream_in(const std::string& name, const Rectangle& where, std::uint32_t words,
                 std::span<const std::uint32_t> data) override;
  std::uint64_t words_to_enter() const override { return ports_.words_to_enter(); }
  std::vector<std::uint32_t> stream_out(const std::string& name, const Rectangle& where,
                                        std::uint32_t words,
                                        std::vector<std::uint32_t>& taken) override;

  std::vector<StreamInfo> streams() const override;
  void conclude(Cycle cycle, Recorder& recorder) override;
  std::vector<CounterArray> counters() const override;
  std::vector<Remark> remarks() const override;
  std::uint64_t bytes() const override;
  std::vector<std::byte> save() const override;
  void load(std::span<const std::byte> state) override;

  // --- for tests and benchmarks ---
  const State& state() const { return state_; }

 private:
  void run_cycle(Cycle cycle, Recorder& recorder);
  void flip_wavelets(Cycle cycle);
  void gather_awake(Cycle cycle);
  void step_awake(Cycle cycle, Recorder& recorder);
  void collect_error(Cycle cycle);
  Cycle launch_time(std::uint32_t tile) const;
  std::uint32_t local_tile(std::uint32_t x, std::uint32_t y) const;
  std::string tile_name(TileId tile) const;
  /// The exported variable of the tile's code; Category::input when it has none of that name.
  /// Byte address of an exported variable's first element, where it lies now.
  std::uint32_t address_of(std::uint32_t tile, const form::Symbol& symbol,
                           std::uint32_t bytes) const;
  const form::Symbol& symbol_of(std::uint32_t tile, const std::string& name,
                                std::uint32_t elements) const;
  std::uint8_t stream_color(const std::string& name, bool into) const;
  std::string waiting_reason(std::uint32_t tile) const;
  std::string thread_reason(std::uint32_t tile, std::uint32_t slot) const;

  form::Program program_;
  Slice slice_;
  State state_;
  fabric::QueuedFabric fabric_;
  HostPorts ports_;
  RowBuffer rows_;
  std::vector<std::uint32_t> awake_;
  std::vector<std::uint32_t> error_tiles_;
  Cycle now_ = 0;
  Cycle least_wake_ = 0;  ///< at most the least entry of State::wake
  Cycle last_activity_ = 0;
  std::uint64_t flips_left_ = 0;  ///< a bit a wavelet flip of the program still to come
  std::optional<KernelError> error_;
};

/// The registry's line.
Family family();

}  // namespace weft::machine::wse
