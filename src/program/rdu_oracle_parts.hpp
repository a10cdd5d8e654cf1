// SPDX-License-Identifier: Apache-2.0
// Parts of the naive RDU: channels, DRAM, and the transfers from and to it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "program/rdu_oracle.hpp"

namespace weft::program::rdu::oracle {

/// A channel as a list of tokens with their arrivals, and one of rooms with when they are free.
struct Line {
  const Channel* channel = nullptr;
  std::deque<std::pair<Cycle, Token>> tokens;
  std::deque<Cycle> rooms;
  std::vector<Sent> sent;
  Cycle last = 0;  ///< latest cycle in which anything of it arrives
  Waited waited;

  void start(const Channel& from) {
    channel = &from;
    tokens.assign(from.initial, {0, Token{1, {}}});
    rooms.assign(from.capacity - from.initial, 0);
  }
  bool has_token(Cycle t) const { return !tokens.empty() && tokens.front().first <= t; }
  bool has_room(Cycle t) const { return !rooms.empty() && rooms.front() <= t; }
  const Token& head() const { return tokens.front().second; }
  void pop(Cycle t) {
    tokens.pop_front();
    rooms.push_back(t + channel->latency_cycles);
    last = std::max(last, t + channel->latency_cycles);
  }
  void push(Cycle departs, const Token& token) {
    rooms.pop_front();
    tokens.emplace_back(departs + channel->latency_cycles, token);
    last = std::max(last, departs + channel->latency_cycles);
    sent.push_back({departs, token});
    ++waited.tokens;
  }
};

/// A DRAM's words, when its channels and their banks are free, and each bank's row.
struct Dram {
  std::vector<std::uint32_t> words;
  std::vector<Cycle> free;
  struct Bank {
    Cycle free = 0;
    std::deque<std::pair<std::uint64_t, Cycle>> opened;  ///< rows and when, the last first
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, Bank> banks;
  std::map<std::uint64_t, Cycle> on_the_way;  ///< bursts that are read, until when

  /// Issues a burst; gives the cycle in which it is done.
  Cycle issue(Cycle t, std::uint64_t burst, const DramTiming& timing, bool writes) {
    const std::uint64_t channel = burst % timing.channels;
    const std::uint64_t row = burst / timing.channels * burst_bytes / timing.row_bytes;
    if (!writes && on_the_way[burst] > t) return on_the_way[burst];
    Bank& bank = banks[{channel, row % timing.banks}];
    Cycle ready = std::max(t, bank.free);
    bool is_open = !bank.opened.empty() && bank.opened.front().first == row;
    for (const auto& [other, since] : bank.opened) {
      is_open = is_open || (other == row && t <= since + timing.row_window_cycles);
    }
    if (!is_open) {
      ready += timing.row_cycles;
      bank.opened.emplace_front(row, t);
      if (bank.opened.size() > rows_held) bank.opened.pop_back();
    }
    free[channel] = std::max(ready, free[channel]) + timing.burst_cycles;
    bank.free = free[channel];
    if (writes) return free[channel] + timing.write_latency_cycles;
    return on_the_way[burst] = free[channel] + timing.latency_cycles;
  }
};

using Lanes = std::array<std::uint32_t, lanes_most>;

/// The output-stationary body: 6 x 32 sums, number by number.
struct BodySums {
  std::map<std::pair<std::uint32_t, std::uint32_t>, float> sums;
  std::map<std::pair<std::uint32_t, std::uint32_t>, float> done;

  void add(const Lanes& rows, const Lanes& columns, std::uint32_t mask) {
    for (std::uint32_t row = 0; row < numerics::OutputStationaryBody::rows; ++row) {
      for (std::uint32_t column = 0; column < 2 * lanes_most; ++column) {
        if (((mask >> (column / 2)) & 1U) == 0) continue;
        const std::uint32_t half = columns[column / 2] >> (16 * (column % 2)) & 0xffffU;
        const float factor =
            numerics::float_from_bfloat16(static_cast<std::uint16_t>(rows[row] >> 16U));
        sums[{row, column}] +=
            factor * numerics::float_from_bfloat16(static_cast<std::uint16_t>(half));
      }
    }
  }
  std::uint32_t word(std::uint32_t row, std::uint32_t column) const {
    const auto found = done.find({row, column});
    return found == done.end() ? 0 : numerics::bfloat_word_of(found->second);
  }
};

/// What a transfer has begun and not ended.
class Engine {
 public:
  Engine(const Program& program, std::uint32_t number, const Timing& timing, Dram& dram,
         std::vector<Line>& lines)
      : t_(program.transfers[number]),
        number_(number),
        timing_(timing.dram_of(program.units[t_.unit].kind)),
        dram_(dram),
        lines_(lines) {}

  /// One cycle: gives out what is ready, issues a burst. True where it did something.
  bool tick(Cycle t);
  std::optional<Fault> fault() const { return fault_; }
  Cycle last() const { return last_; }  ///< latest cycle in which anything of it gets ready
  /// What it waits for, where it has begun something or something is to be begun.
  std::optional<Wait> wait(Cycle t) const;

 private:
  Line& line(std::uint32_t channel) const { return lines_[channel]; }
  bool gives_data() const {
    return t_.kind == Transfer::Kind::load || t_.kind == Transfer::Kind::gather;
  }
  bool is_dense() const {
    return t_.kind == Transfer::Kind::load || t_.kind == Transfer::Kind::store;
  }
  std::uint32_t out() const { return gives_data() ? t_.data : t_.done; }
  bool check(Cycle t, std::int64_t address, std::int64_t bytes);
  std::optional<std::int64_t> begin_of_command(Cycle t);
  bool issue_dense(Cycle t);
  bool issue_sparse(Cycle t);
  void finish(Cycle ready, const Token& token, Dropped dropped = {});

  const Transfer& t_;
  std::uint32_t number_;
  const DramTiming& timing_;
  Dram& dram_;
  std::vector<Line>& lines_;
  std::deque<std::pair<Cycle, Token>> pending_;  ///< ready from the cycle on
  std::uint64_t word_ = 0;                       ///< of the command: the next to be issued
  std::uint64_t taken_ = 0;                      ///< of the command: data tokens
  Token part_{0, {}};                            ///< load: of the vector that is being put together
  Token held_[burst_bytes / word_bytes + 1];     ///< store: the last data tokens
  std::vector<std::uint64_t> bursts_;            ///< gather, scatter: of the vector, done
  Cycle ready_ = 0;                              ///< of what is put together
  Cycle next_ = 0;                               ///< the first in which another token may leave
  Cycle last_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace weft::program::rdu::oracle
