// SPDX-License-Identifier: Apache-2.0
// What compute sets, copies, exchanges, syncs and the host have cost so far.
#include <algorithm>
#include <utility>

#include "machine/ipu/ipu.hpp"

namespace weft::machine::ipu {

namespace {

enum Zone : std::size_t { internal, external, host };

template <typename Works>
StageTotals of_tiles(const char* kind, const std::string& name, std::uint64_t times,
                     const Works& works) {
  StageTotals stage{kind, name, times, 0, 0, 0, 0};
  for (const auto& work : works) {
    stage.cycles = std::max(stage.cycles, times * work.cycles);
    stage.tile_cycles += times * work.cycles;
  }
  return stage;
}

}  // namespace

void Ipu::count_barrier(Cycle sync_begin) {
  Totals& t = state_.totals;
  ++t.supersteps;
  t.compute_cycles += sync_begin - superstep_.begin;
  Zone zone = host;
  switch (superstep_.end) {
    case End::exchange:
      zone = state_.exchanges[superstep_.number].time.between_ipus ? external : internal;
      ++t.exchanges[superstep_.number];
      break;
    case End::sync:
      zone = superstep_.number == 0 ? internal : external;
      break;
    case End::branch:
      zone = external;
      ++t.branches;
      t.branch_cycles += superstep_.exchange_cycles;
      break;
    case End::host:
      ++t.requests[superstep_.number];
      break;
    case End::halt:
      break;
  }
  ++t.syncs[zone];
  t.sync_cycles[zone] += superstep_.sync_cycles;
}

std::vector<StageTotals> Ipu::stages() const {
  const State& s = state_;
  const Totals& t = s.totals;
  std::vector<StageTotals> list;
  for (std::size_t i = 0; i < s.compute_sets.size(); ++i) {
    list.push_back(of_tiles("compute set", program_.compute_sets[i].name, t.compute_sets[i],
                            s.compute_sets[i]));
  }
  for (std::size_t i = 0; i < s.rearrangements.size(); ++i) {
    list.push_back(of_tiles("copy", program_.rearrangements[i].name, t.rearrangements[i],
                            s.rearrangements[i]));
    for (const TileCopies& work : s.rearrangements[i]) {
      list.back().bytes += t.rearrangements[i] * work.bytes;
    }
  }
  for (std::size_t i = 0; i < s.exchanges.size(); ++i) {
    const LocalExchange& exchange = s.exchanges[i];
    StageTotals stage{"exchange", program_.exchanges[i].name, t.exchanges[i], 0, 0, 0, 0};
    stage.cycles = stage.times * exchange.time.cycles();
    stage.link_cycles = stage.times * exchange.time.global_cycles;
    for (const TileTraffic& traffic : exchange.traffic) {
      stage.bytes += stage.times * traffic.received_bytes;
    }
    list.push_back(std::move(stage));
  }
  for (std::size_t i = 0; i < t.requests.size(); ++i) {
    const std::string& name = program_.requests[i].name;
    const auto number = static_cast<std::uint32_t>(i);
    const Cycle passing = request_exchange_cycles(number);
    list.push_back({"host", name, t.requests[i], t.host_cycles[i], 0, 0, 0});
    list.push_back({"host exchange", name, t.requests[i], t.requests[i] * passing, 0, 0, 0});
  }
  list.push_back({"control exchange", "predicates", t.branches, t.branch_cycles, 0, 0, 0});
  list.push_back({"superstep", "compute", t.supersteps, t.compute_cycles, 0, 0, 0});
  list.push_back({"sync", "internal", t.syncs[internal], t.sync_cycles[internal], 0, 0, 0});
  list.push_back({"sync", "external", t.syncs[external], t.sync_cycles[external], 0, 0, 0});
  list.push_back({"sync", "host", t.syncs[host], t.sync_cycles[host], 0, 0, 0});
  return list;
}

}  // namespace weft::machine::ipu
