// SPDX-License-Identifier: Apache-2.0
// A round: publish, wait for everyone, read, go on.
#include "machine/toy/bulk.hpp"

#include <algorithm>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::machine::toy {

Bulk::Bulk(const Program& program, const Slice& slice)
    : seed_(program.seed),
      latency_(program.link_latency_cycles),
      slice_(slice),
      values_(slice.tiles.tiles(), 1),
      weights_(slice.tiles.tiles(), 1),
      read_(slice.tiles.tiles(), 0),
      to_send_(slice.neighbours.size(), 0),
      payload_(slice.neighbours.size()),
      arrivals_(slice.neighbours.size()) {
  const Rectangle& part = slice.tiles;
  for (std::uint32_t y = part.y0; y < part.y1(); ++y) {
    for (std::uint32_t x = part.x0; x < part.x1(); ++x) {
      tiles_.push_back(y * slice.region.width + x);
    }
  }
}

void Bulk::launch(std::uint32_t rounds, std::uint32_t rounds_a_request, Cycle now) {
  if (work_left()) fail(Category::input, "toy: function 'share' has not finished");
  if (rounds == 0) return;
  phase_ = Phase::ready;
  rounds_left_ = rounds;
  rounds_a_request_ = rounds_a_request;
  begin_ = now;
}

Cycle Bulk::end() const {
  Cycle last = own_arrival_;
  for (const auto& queue : arrivals_) {
    if (queue.empty()) return never;
    last = std::max(last, queue.front().cycle);
  }
  return last + latency_;
}

Cycle Bulk::next_activity() const {
  if (phase_ == Phase::ready) return begin_;
  return phase_ == Phase::running ? end() : never;
}

std::uint32_t Bulk::duration(std::size_t t) const {
  return 1 + static_cast<std::uint32_t>(mix(seed_ ^ mix(tiles_[t] + std::uint64_t{round_})) % 16);
}

std::uint32_t Bulk::partner(std::size_t t) const {
  const std::uint64_t any = mix(seed_ + mix(tiles_[t]) * (round_ + 1));
  return static_cast<std::uint32_t>(any % slice_.region.tiles());
}

std::optional<CutRecord> Bulk::run(Cycle cycle, const State& state, Recorder& recorder,
                                   std::uint32_t rows) {
  if (next_activity() != cycle) return std::nullopt;
  if (phase_ == Phase::running) {
    end_round(cycle, state, recorder, rows);
    return std::nullopt;
  }
  begin_round(cycle);
  return CutRecord{own_arrival_, LinkId{tiles_.front() * ports}, 0, arrival_channel, round_};
}

void Bulk::begin_round(Cycle cycle) {
  phase_ = Phase::running;
  own_slice_read_ = false;
  own_arrival_ = cycle;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    own_arrival_ = std::max(own_arrival_, cycle + duration(t));
  }
  std::fill(to_send_.begin(), to_send_.end(), std::uint8_t{1});
}

void Bulk::gather(bool own_slice) {
  const auto place = [](const Rectangle& part, std::uint32_t x, std::uint32_t y) {
    return std::size_t{y - part.y0} * part.width + x - part.x0;
  };
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const std::uint32_t from = partner(t);
    const std::uint32_t x = from % slice_.region.width;
    const std::uint32_t y = from / slice_.region.width;
    if (slice_.tiles.contains(x, y)) {
      if (own_slice) read_[t] = values_[place(slice_.tiles, x, y)];
      continue;
    }
    for (std::size_t n = 0; n < arrivals_.size() && !own_slice; ++n) {
      const Rectangle& there = slice_.neighbours[n].tiles;
      if (there.contains(x, y)) read_[t] = arrivals_[n].front().values[place(there, x, y)];
    }
  }
}

void Bulk::overlap() {
  if (phase_ != Phase::running || own_slice_read_) return;
  gather(true);
  own_slice_read_ = true;
}

void Bulk::end_round(Cycle cycle, const State& state, Recorder& recorder, std::uint32_t rows) {
  overlap();
  gather(false);
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    values_[t] += weights_[t] * read_[t];
    state.tile(t).busy_cycles += duration(t);
    recorder.append(rows, {cycle, TileId{tiles_[t]}, 0, 0, partner(t), duration(t), 0, values_[t]});
  }
  for (auto& queue : arrivals_) queue.pop_front();
  ++round_;
  --rounds_left_;
  begin_ = cycle + 1;
  phase_ = rounds_left_ > 0 ? Phase::ready : Phase::idle;
  if (rounds_a_request_ > 0 && round_ % rounds_a_request_ == 0) phase_ = Phase::asking;
}

void Bulk::take_payload(std::size_t n, std::vector<std::byte>& out) {
  if (to_send_[n] == 0) return;
  const auto bytes = std::as_bytes(std::span(values_));
  out.insert(out.end(), bytes.begin(), bytes.end());
  to_send_[n] = 0;
}

void Bulk::accept_payload(std::size_t n, std::span<const std::byte> payload) {
  const std::size_t wanted = slice_.neighbours[n].tiles.tiles() * sizeof(std::uint32_t);
  if (payload.size() != wanted || !payload_[n].empty()) {
    fail(Category::internal, "toy: a payload of " + counted(payload.size(), "byte") +
                                 " where one of " + std::to_string(wanted) + " was due");
  }
  payload_[n].resize(slice_.neighbours[n].tiles.tiles());
  std::memcpy(payload_[n].data(), payload.data(), payload.size());
}

void Bulk::accept(std::size_t n, const CutRecord& arrival) {
  if (payload_[n].empty()) fail(Category::internal, "toy: an arrival came before its payload");
  arrivals_[n].push_back({arrival.cycle, std::move(payload_[n])});
  payload_[n].clear();
}

std::optional<HostRequest> Bulk::host_request() const {
  if (phase_ != Phase::asking) return std::nullopt;
  return HostRequest{1, round_};
}

void Bulk::answer(Cycle now) {
  if (phase_ != Phase::asking) fail(Category::internal, "toy: nothing was asked of the host");
  begin_ = now;
  phase_ = rounds_left_ > 0 ? Phase::ready : Phase::idle;
}

std::vector<ArrayPart> Bulk::array_parts() const {
  const std::uint64_t last = 2 * slice_.region.tiles() - 1;
  std::vector<ArrayPart> parts;
  for (const std::uint32_t tile : tiles_) {
    parts.push_back({4 * std::uint64_t{tile}, 4});
    parts.push_back({4 * (last - tile), 4});
  }
  return parts;
}

void Bulk::write_array(std::span<const std::byte> data) {
  if (data.size() != 8 * tiles_.size()) fail(Category::internal, "toy: a part of a wrong size");
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    std::memcpy(&values_[t], data.data() + 8 * t, 4);
    std::memcpy(&weights_[t], data.data() + 8 * t + 4, 4);
  }
}

std::vector<std::byte> Bulk::read_array() const {
  std::vector<std::byte> data(8 * tiles_.size());
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    std::memcpy(data.data() + 8 * t, &values_[t], 4);
    std::memcpy(data.data() + 8 * t + 4, &weights_[t], 4);
  }
  return data;
}

std::uint64_t Bulk::bytes() const { return 4 * sizeof(std::uint32_t) * tiles_.size(); }

void Bulk::save(ByteWriter& out) const {
  for (const auto* words : {&values_, &weights_, &read_}) out.values(*words);
  out.value(phase_);
  for (const std::uint32_t word : {round_, rounds_left_, rounds_a_request_}) out.value(word);
  out.value(begin_);
  out.value(own_arrival_);
  out.value(own_slice_read_);
  out.values(to_send_);
  for (const auto& values : payload_) out.values(values);
  for (const auto& queue : arrivals_) {
    out.value(std::uint64_t{queue.size()});
    for (const Arrival& arrival : queue) {
      out.value(arrival.cycle);
      out.values(arrival.values);
    }
  }
}

void Bulk::load(ByteReader& in) {
  for (auto* words : {&values_, &weights_, &read_}) {
    *words = in.values<std::uint32_t>();
    if (words->size() != tiles_.size()) fail(Category::input, "saved toy state: of another slice");
  }
  phase_ = in.value<Phase>();
  for (auto* word : {&round_, &rounds_left_, &rounds_a_request_}) *word = in.value<std::uint32_t>();
  begin_ = in.value<Cycle>();
  own_arrival_ = in.value<Cycle>();
  own_slice_read_ = in.value<bool>();
  to_send_ = in.values<std::uint8_t>();
  for (auto& values : payload_) values = in.values<std::uint32_t>();
  for (auto& queue : arrivals_) {
    queue.resize(in.value<std::uint64_t>());
    for (Arrival& arrival : queue) {
      arrival.cycle = in.value<Cycle>();
      arrival.values = in.values<std::uint32_t>();
    }
  }
}

}  // namespace weft::machine::toy
