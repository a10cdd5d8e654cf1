// SPDX-License-Identifier: Apache-2.0
// The toy machine's bulk synchronous side: rounds in which every tile reads another tile's value.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/recorder.hpp"
#include "machine/machine.hpp"
#include "machine/toy/program.hpp"
#include "machine/toy/state.hpp"

namespace weft::machine::toy {

/// Channel of the record with which a slice says when its last tile is done with a round.
inline constexpr std::uint16_t arrival_channel = channels;

/// Rounds of one slice. A round begins in the same cycle everywhere and takes each tile 1 to 16
/// cycles; a link latency after the last tile of all slices is done, every tile adds weight * value
/// of some tile, as that was when the round began. A slice's values travel as payload, together
/// with its arrival record. After every so many rounds the program asks the host, and waits.
class Bulk {
 public:
  Bulk(const Program& program, const Slice& slice);

  /// Category::input while the last launch is not done.
  void launch(std::uint32_t rounds, std::uint32_t rounds_a_request, Cycle now);
  /// Cycle in which a round begins or ends; never when there is none, or not known yet.
  Cycle next_activity() const;
  /// Runs `cycle`, if anything is due: the arrival record for every neighbour when a round begins;
  /// a row a tile in stream `rows` and busy cycles when it ends.
  std::optional<CutRecord> run(Cycle cycle, const State& state, Recorder& recorder,
                               std::uint32_t rows);

  void take_payload(std::size_t n, std::vector<std::byte>& out);
  void accept_payload(std::size_t n, std::span<const std::byte> payload);
  /// Category::internal when neighbour n's values have not come with it.
  void accept(std::size_t n, const CutRecord& arrival);
  /// Reads what lies in this slice already.
  void overlap();

  bool work_left() const { return phase_ != Phase::idle; }
  std::optional<HostRequest> host_request() const;
  void answer(Cycle now);

  /// Array "shared": the values in tile order, then the weights in the opposite order.
  std::vector<ArrayPart> array_parts() const;
  void write_array(std::span<const std::byte> data);
  std::vector<std::byte> read_array() const;

  std::uint64_t bytes() const;
  void save(ByteWriter& out) const;
  void load(ByteReader& in);

 private:
  enum class Phase : std::uint32_t { idle, ready, running, asking };
  /// What neighbour n said of a round.
  struct Arrival {
    Cycle cycle = 0;
    std::vector<std::uint32_t> values;
  };

  Cycle end() const;
  std::uint32_t duration(std::size_t t) const;
  std::uint32_t partner(std::size_t t) const;
  void begin_round(Cycle cycle);
  void end_round(Cycle cycle, const State& state, Recorder& recorder, std::uint32_t rows);
  void gather(bool own_slice);

  std::uint64_t seed_;
  Cycle latency_;
  Slice slice_;
  std::vector<std::uint32_t> tiles_;  ///< region number of each tile of the slice
  std::vector<std::uint32_t> values_;
  std::vector<std::uint32_t> weights_;
  std::vector<std::uint32_t> read_;  ///< of this round: the partner's value
  Phase phase_ = Phase::idle;
  std::uint32_t round_ = 0;
  std::uint32_t rounds_left_ = 0;
  std::uint32_t rounds_a_request_ = 0;
  Cycle begin_ = never;
  Cycle own_arrival_ = 0;
  bool own_slice_read_ = false;
  std::vector<std::uint8_t> to_send_;                ///< by neighbour: values not taken yet
  std::vector<std::vector<std::uint32_t>> payload_;  ///< by neighbour: its record is to come
  std::vector<std::deque<Arrival>> arrivals_;        ///< by neighbour: rounds not ended here
};

}  // namespace weft::machine::toy
