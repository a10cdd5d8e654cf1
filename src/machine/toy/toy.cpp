// SPDX-License-Identifier: Apache-2.0
// The toy machine in time: advance, and what crosses its cuts.
#include "machine/toy/toy.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace weft::machine::toy {

namespace {
constexpr std::uint32_t rounds_stream = 2;  ///< its place in streams()
}  // namespace

Toy::Toy(const Program& program, const Slice& slice, Coupling coupling)
    : program_(program),
      slice_(slice),
      wiring_(program, slice.region, coupling),
      state_(make_state(program, slice, wiring_)),
      cut_links_(slice.neighbours.size()),
      departures_(slice.neighbours.size()),
      host_out_(slice.tiles.tiles()) {
  find_cut_links();
  if (coupling == Coupling::global) bulk_.emplace(program, slice);
}

std::size_t Toy::neighbour_of(std::uint32_t region_tile) const {
  const std::uint32_t x = region_tile % slice_.region.width;
  const std::uint32_t y = region_tile / slice_.region.width;
  for (std::size_t n = 0; n < slice_.neighbours.size(); ++n) {
    if (slice_.neighbours[n].tiles.contains(x, y)) return n;
  }
  fail(Category::internal, "toy: tile " + std::to_string(region_tile) + " has no owner");
}

void Toy::find_cut_links() {
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    for (std::uint32_t p = 0; p < ports; ++p) {
      if (state_.target(t * ports + p) != other_slice) continue;
      cut_links_[neighbour_of(state_.wire(t * ports + p).tile)].push_back({t, p});
    }
  }
}

Cycle Toy::next_activity() const {
  Cycle least = due_;
  if (bulk_) least = std::min(least, bulk_->next_activity());
  if (!arrivals_.empty()) least = std::min(least, arrivals_.begin()->first);
  return least == never ? never : std::max(least, now_);
}

Cycle Toy::departure_bound(std::size_t n, std::span<const Cycle> departed_before) const {
  if (!bulk_ && cut_links_[n].empty()) return never;
  // Whatever arrives is queued first: it leaves at least one cycle after it acts.
  Cycle bound = next_activity();
  for (std::size_t k = 0; k < departed_before.size(); ++k) {
    const Cycle latency = slice_.neighbours[k].latency_cycles;
    if (latency == never || departed_before[k] >= never - latency - 1) continue;
    bound = std::min(bound, departed_before[k] + latency + 1);
  }
  return std::max(bound, now_);
}

void Toy::find_due() { due_ = next_due(state_, now_); }

void Toy::advance(Cycle until, Recorder& recorder) {
  while (now_ < until && !error_) {
    const Cycle cycle = next_activity();
    if (cycle >= until) {
      now_ = until;
      return;
    }
    place_arrivals(cycle);
    step(state_, cycle);
    collect(cycle, recorder);
    if (bulk_) run_bulk(cycle, recorder);
    last_activity_ = cycle;
    now_ = cycle + 1;
    find_due();
  }
}

Wire Toy::wire_of(const CutRecord& record) const {
  const std::uint32_t tile = index(record.link) / ports;
  const auto wire = tile < slice_.region.tiles() ? wiring_.across(tile, index(record.link) % ports)
                                                 : std::nullopt;
  if (record.channel >= channels || !wire ||
      !slice_.tiles.contains(wire->tile % slice_.region.width, wire->tile / slice_.region.width)) {
    fail(Category::internal, "toy: a record came over no link");
  }
  return *wire;
}

void Toy::place_arrivals(Cycle cycle) {
  while (!arrivals_.empty() && arrivals_.begin()->first == cycle) {
    const CutRecord& record = arrivals_.begin()->second;
    const Wire wire = wire_of(record);
    const std::uint32_t local =
        local_tile(wire.tile % slice_.region.width, wire.tile / slice_.region.width);
    const std::size_t lane = std::size_t{local} * lanes + wire.port * channels + record.channel;
    state_.arriving(lane * state_.slots + cycle % state_.slots) = {record.word, record.kind, 2};
    arrivals_.erase(arrivals_.begin());
  }
}

void Toy::collect(Cycle cycle, Recorder& recorder) {
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    const TileId tile{state_.global_tile(t)};
    for (std::uint32_t e = 0; e < state_.events(t); ++e) {
      const Event& event = state_.event(t * events_max + e);
      recorder.append(event.stream, {cycle, tile, e, event.kind, event.id, 0, 0, event.argument});
    }
    for (std::uint32_t k = 0; k < state_.leaves(t); ++k) {
      host_out_[t].push_back(state_.leaving(t * events_max + k));
    }
    const std::uint32_t code = state_.tile(t).error;
    if (code != 0 && (!error_ || index(tile) < index(error_->tile))) {
      error_ = KernelError{cycle, tile, code, {0, 0, 0}};
    }
  }
  collect_departures(cycle);
}

void Toy::collect_departures(Cycle cycle) {
  for (std::size_t n = 0; n < cut_links_.size(); ++n) {
    for (const CutLink& cut : cut_links_[n]) {
      const LinkId link{state_.global_tile(cut.tile) * ports + cut.port};
      for (std::uint32_t channel = 0; channel < channels; ++channel) {
        Token& token =
            state_.departing(std::size_t{cut.tile} * lanes + cut.port * channels + channel);
        if (token.valid == 0) continue;
        departures_[n].push_back({cycle, link, static_cast<std::uint16_t>(token.hops),
                                  static_cast<std::uint16_t>(channel), token.word});
        token = Token{};
      }
    }
  }
}

void Toy::run_bulk(Cycle cycle, Recorder& recorder) {
  const auto arrival = bulk_->run(cycle, state_, recorder, rounds_stream);
  if (!arrival) return;
  for (auto& records : departures_) records.push_back(*arrival);
}

void Toy::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  // An arrival is known when its round begins, before the tokens that leave until then.
  if (bulk_) {
    std::stable_sort(departures_[n].begin(), departures_[n].end(),
                     [](const CutRecord& a, const CutRecord& b) {
                       return std::pair(a.cycle, a.link) < std::pair(b.cycle, b.link);
                     });
  }
  out.insert(out.end(), departures_[n].begin(), departures_[n].end());
  departures_[n].clear();
}

void Toy::accept(std::size_t n, std::span<const CutRecord> records) {
  for (const CutRecord& record : records) {
    const bool of_round = bulk_ && record.channel == arrival_channel;
    const Cycle acts =
        record.cycle + (of_round ? program_.link_latency_cycles : wire_of(record).latency_cycles);
    if (acts < now_) {
      fail(Category::internal, "toy: a record for cycle " + std::to_string(acts) +
                                   " arrived in cycle " + std::to_string(now_));
    }
    if (of_round) {
      bulk_->accept(n, record);
    } else {
      arrivals_.emplace(acts, record);
    }
  }
}

void Toy::take_payload(std::size_t n, std::vector<std::byte>& out) { bulk_->take_payload(n, out); }

void Toy::accept_payload(std::size_t n, std::span<const std::byte> payload) {
  bulk_->accept_payload(n, payload);
}

void Toy::overlap() {
  if (bulk_) bulk_->overlap();
}

std::string Toy::describe(const KernelError& error) const {
  const std::uint32_t x = index(error.tile) % slice_.region.width;
  const std::uint32_t y = index(error.tile) / slice_.region.width;
  return "cycle " + std::to_string(error.cycle) + ", tile (" + std::to_string(x) + ", " +
         std::to_string(y) + "): function fail raised code " + std::to_string(error.code);
}

}  // namespace weft::machine::toy
