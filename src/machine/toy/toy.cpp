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
      coupling_(coupling),
      state_(make_state(program, slice, coupling == Coupling::global)),
      cut_links_(slice.neighbours.size()),
      departures_(slice.neighbours.size()),
      arrivals_(slice.neighbours.size()),
      host_out_(slice.tiles.tiles()) {
  find_cut_links();
  if (coupling == Coupling::global) bulk_.emplace(program, slice);
}

std::size_t Toy::neighbour_of(std::uint32_t region_tile) const {
  const std::uint32_t x = region_tile % slice_.region.width;
  const std::uint32_t y = region_tile / slice_.region.width;
  for (std::size_t n = 0; n < slice_.neighbours.size(); ++n) {
    if (slice_.neighbours[n].contains(x, y)) return n;
  }
  fail(Category::internal, "toy: tile " + std::to_string(region_tile) + " has no owner");
}

void Toy::find_cut_links() {
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    for (std::uint32_t p = 0; p < ports; ++p) {
      if (state_.target(t * ports + p) != other_slice) continue;
      const std::int64_t there = across(slice_.region, state_.global_tile(t), p);
      cut_links_[neighbour_of(static_cast<std::uint32_t>(there))].push_back({t, p});
    }
  }
}

Cycle Toy::next_activity() const {
  Cycle least = due_;
  if (bulk_) least = std::min(least, bulk_->next_activity());
  for (const auto& queue : arrivals_) {
    if (!queue.empty()) least = std::min(least, queue.front().cycle + state_.latency);
  }
  return least == never ? never : std::max(least, now_);
}

Cycle Toy::departure_bound(std::size_t, std::span<const Cycle> departed_before) const {
  // Whatever arrives is queued first: it leaves at least one cycle after it acts.
  Cycle bound = next_activity();
  for (const Cycle before : departed_before) {
    if (before < never - state_.latency - 1) bound = std::min(bound, before + state_.latency + 1);
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

void Toy::place_arrivals(Cycle cycle) {
  for (auto& queue : arrivals_) {
    while (!queue.empty() && queue.front().cycle + state_.latency == cycle) {
      const CutRecord& record = queue.front();
      const std::uint32_t port = index(record.link) % ports;
      const auto there =
          static_cast<std::uint32_t>(across(slice_.region, index(record.link) / ports, port));
      const std::uint32_t local =
          local_tile(there % slice_.region.width, there / slice_.region.width);
      const std::size_t lane =
          std::size_t{local} * lanes + opposite(port) * channels + record.channel;
      state_.arriving(lane * state_.slots + cycle % state_.slots) = {record.word, record.kind, 2};
      queue.pop_front();
    }
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
    if (record.cycle + state_.latency < now_) {
      fail(Category::internal, "toy: a record for cycle " +
                                   std::to_string(record.cycle + state_.latency) +
                                   " arrived in cycle " + std::to_string(now_));
    }
    if (bulk_ && record.channel == arrival_channel) {
      bulk_->accept(n, record);
    } else {
      arrivals_[n].push_back(record);
    }
  }
}

void Toy::take_payload(std::size_t n, std::vector<std::byte>& out) {
  if (bulk_) bulk_->take_payload(n, out);
}

void Toy::accept_payload(std::size_t n, std::span<const std::byte> payload) {
  if (!bulk_) return Machine::accept_payload(n, payload);
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
