// SPDX-License-Identifier: Apache-2.0
// The toy machine: tokens wander over a mesh, so that the engine can be tested without a real one.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "machine/machine.hpp"
#include "machine/toy/bulk.hpp"
#include "machine/toy/state.hpp"

namespace weft::topology {
struct Rule;
}

namespace weft::machine::toy {

/// Tokens wander over the mesh and over the links that the program lays, each with its own latency.
/// Functions a host may launch (32-bit arguments):
///   run(tokens, hops)        every tile makes `tokens` tokens, one a cycle, that cross `hops`
///   links spin(period_cycles)      every tile does something every `period_cycles`, for ever
///   await(words)             every tile wants `words` words of stream "in" before it is done
///   fail(delay, tile, code)  tile (region index) raises error `code` after `delay` cycles
///   fail_all(delay)          tile t raises 1 + t % 5 after `delay + mix(t) % 16` cycles
///   share(rounds, every)     globally coupled flavour: rounds of Bulk; after every `every` of them
///   (0: never) the program asks the host, request 1 with the number of rounds done
/// Variables: "bias" u32[4] and "value" u32[2] a tile, "small" u16[3] a tile.
/// Streams: words put in at "in" get their tile's bias[word % 4] added and travel east; they leave
/// at "out" in the last column, or where no mesh is.
/// Array, globally coupled flavour: "shared" u32[2 * tiles], what the rounds work on (Bulk).
class Toy : public Machine, public TilePorts, public ArrayPorts, public Requests, public Payloads {
 public:
  Toy(const Program& program, const Slice& slice, Coupling coupling);

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
  bool work_left() const override;
  std::vector<Waiting> waiting(std::size_t most) const override;

  std::vector<Export> exports() const override;
  void set_now(Cycle cycle) override;
  /// Only the globally coupled flavour has more than tile ports.
  Facets facets() override {
    if (!bulk_) return {.tile_ports = this};
    return {.tile_ports = this, .array_ports = this, .requests = this, .payloads = this};
  }
  void copy_in(const std::string& name, const Rectangle& where, std::uint32_t elements,
               std::span<const std::byte> data) override;
  std::vector<std::byte> copy_out(const std::string& name, const Rectangle& where,
                                  std::uint32_t elements) override;
  void launch(const std::string& name, std::span<const std::uint32_t> arguments) override;
  void stream_in(const std::string& name, const Rectangle& where, std::uint32_t words,
                 std::span<const std::uint32_t> data) override;
  std::uint64_t words_to_enter() const override;
  std::vector<std::uint32_t> stream_out(const std::string& name, const Rectangle& where,
                                        std::uint32_t words,
                                        std::vector<std::uint32_t>& taken) override;
  std::optional<HostRequest> host_request() const override;
  void answer() override;
  std::vector<ArrayPart> array_parts(const std::string& name) const override;
  void write_array(const std::string& name, std::span<const std::byte> data) override;
  std::vector<std::byte> read_array(const std::string& name) const override;

  std::vector<StreamInfo> streams() const override;
  std::vector<CounterArray> counters() const override;
  std::uint64_t bytes() const override;
  std::vector<std::byte> save() const override;
  void load(std::span<const std::byte> state) override;

 private:
  /// A link that ends in another slice.
  struct CutLink {
    std::uint32_t tile;  ///< local source tile
    std::uint32_t port;
  };

  void find_cut_links();
  /// The link that a record came over. Category::internal where there is none.
  Wire wire_of(const CutRecord& record) const;
  void run_bulk(Cycle cycle, Recorder& recorder);
  void need_array(const std::string& name) const;
  std::size_t neighbour_of(std::uint32_t region_tile) const;
  void place_arrivals(Cycle cycle);
  void collect(Cycle cycle, Recorder& recorder);
  void collect_departures(Cycle cycle);
  void find_due();
  std::uint32_t local_tile(std::uint32_t x, std::uint32_t y) const;

  Program program_;
  Slice slice_;
  Wiring wiring_;
  State state_;
  std::optional<Bulk> bulk_;  ///< of the globally coupled flavour
  Cycle now_ = 0;
  Cycle due_ = never;  ///< least cycle >= now_ in which a tile has something to do, cuts apart
  Cycle last_activity_ = 0;
  std::optional<KernelError> error_;
  std::vector<std::vector<CutLink>> cut_links_;      ///< by neighbour, in link order
  std::vector<std::vector<CutRecord>> departures_;   ///< by neighbour, not yet taken
  std::multimap<Cycle, CutRecord> arrivals_;         ///< by the cycle in which they act
  std::vector<std::deque<std::uint32_t>> host_out_;  ///< by tile, words that have left
};

/// The registry's lines for the two flavours.
/// What every constant of the family may be.
std::vector<topology::Rule> constant_rules();

Family family();
Family global_family();

}  // namespace weft::machine::toy
