// SPDX-License-Identifier: Apache-2.0
// Tokens and room that go along channels, inside of the slice and across its cuts.
#include <algorithm>
#include <string>
#include <tuple>

#include "base/error.hpp"
#include "base/mix.hpp"
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

namespace {

/// The last is none of these, but the first cycle in which another may leave.
enum RecordKind : std::uint16_t { record_token, record_room, record_bound };
/// A vector is its mask and eight pairs of words.
constexpr std::uint16_t vector_parts = 1 + form::lanes_most / 2;

std::uint64_t hash_of(const Token& token) {
  std::uint64_t hash = mix(token.mask);
  for (const std::uint32_t word : token.words) hash = mix(hash ^ word);
  return hash;
}

}  // namespace

void Rdu::push(std::uint32_t channel, Cycle departs, const Token& token) {
  Line& line = lines_[channel];
  line.rooms.pop();
  ++line.sent;
  send(channel, line, departs, departs, token);
  if (line.consumer != none) wake(line.consumer, departs + line.latency);
}

void Rdu::send(std::uint32_t channel, Line& line, Cycle cycle, Cycle departs, const Token& token) {
  if (tokens_wanted_) record(channel, cycle, departs, token);
  if (line.consumer != none) {
    line.put(departs + line.latency, token);
    last_arrival_ = std::max(last_arrival_, departs + line.latency);
    return;
  }
  if (!line.vector) {
    return depart(line, {departs, LinkId{channel}, record_token, 0, token.words[0]});
  }
  depart(line, {departs, LinkId{channel}, record_token, 0, token.mask});
  for (std::uint16_t part = 1; part < vector_parts; ++part) {
    const std::size_t lane = 2U * (part - 1U);
    const std::uint64_t words = token.words[lane] | std::uint64_t{token.words[lane + 1]} << 32U;
    depart(line, {departs, LinkId{channel}, record_token, part, words});
  }
}

void Rdu::record(std::uint32_t channel, Cycle cycle, Cycle departs, const Token& token) {
  const std::uint32_t unit = form::unit_of(program_, ends_[channel].producer);
  append(tokens_stream, cycle,
         {departs, TileId{tiles_[unit]}, channel, 0, channel, 0, 0, hash_of(token)});
}

void Rdu::depart(Line& line, const CutRecord& record) {
  line.told = record.cycle + 1;
  departures_[line.neighbour].push_back(record);
}

void Rdu::pop(std::uint32_t channel, Cycle cycle) {
  Line& line = lines_[channel];
  line.tokens.pop();
  free_room(channel, cycle);
  if (line.producer != none) wake(line.producer, cycle + line.latency);
}

void Rdu::free_room(std::uint32_t channel, Cycle cycle) {
  Line& line = lines_[channel];
  if (line.producer == none) return depart(line, {cycle, LinkId{channel}, record_room, 0, 0});
  line.rooms.push(cycle + line.latency);
}

/// Who waits for one channel need not wait for what all the others may bring.
void Rdu::tell_bounds(std::size_t n, std::vector<CutRecord>& out) {
  for (const std::uint32_t channel : cut_) {
    Line& line = lines_[channel];
    if (line.neighbour != n || line.told >= never - told_cycles) continue;
    const Cycle bound = line.producer != none ? departure_of(channel) : credit_of(channel);
    if (bound < line.told + told_cycles) continue;
    line.told = bound;
    out.push_back({bound, LinkId{channel}, record_bound, 0, bound});
  }
}

void Rdu::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  auto& records = departures_[n];
  if (next_activity() != never) tell_bounds(n, records);
  std::stable_sort(records.begin(), records.end(), [](const CutRecord& a, const CutRecord& b) {
    return std::tuple(a.cycle, a.link) < std::tuple(b.cycle, b.link);
  });
  out.insert(out.end(), records.begin(), records.end());
  records.clear();
}

void Rdu::accept(std::size_t /*n*/, std::span<const CutRecord> records) {
  for (const CutRecord& record : records) {
    const std::uint32_t channel = index(record.link);
    const bool is_token = record.kind == record_token;
    const bool is_bound = record.kind == record_bound;
    if (channel >= lines_.size() || record.channel >= vector_parts ||
        (!is_bound && (is_token ? lines_[channel].consumer : lines_[channel].producer) == none)) {
      fail(Category::internal, "rdu: a record came over no channel");
    }
    Line& line = lines_[channel];
    if (is_bound) {
      const Cycle comes = record.word >= never - line.latency ? never : record.word + line.latency;
      line.behind = std::max(line.behind, comes);
      continue;
    }
    const Cycle acts = record.cycle + line.latency;
    if (acts < now_) {
      fail(Category::internal, "rdu: a record for cycle " + std::to_string(acts) +
                                   " came in cycle " + std::to_string(now_));
    }
    if (!is_token) {
      line.behind = std::max(line.behind, acts + 1);
      line.rooms.push(acts);
      wake(line.producer, acts);
      continue;
    }
    Token& token = arriving_[channel];
    if (!line.vector) {
      token = {1, {static_cast<std::uint32_t>(record.word)}};
    } else if (record.channel == 0) {
      token.mask = static_cast<std::uint32_t>(record.word);
      continue;
    } else {
      const std::size_t lane = 2U * (record.channel - 1U);
      token.words[lane] = static_cast<std::uint32_t>(record.word);
      token.words[lane + 1] = static_cast<std::uint32_t>(record.word >> 32U);
      if (record.channel + 1 < vector_parts) continue;
    }
    line.behind = std::max(line.behind, acts + 1);
    line.put(acts, token);
    last_arrival_ = std::max(last_arrival_, acts);
    wake(line.consumer, acts);
  }
}

}  // namespace weft::machine::rdu
