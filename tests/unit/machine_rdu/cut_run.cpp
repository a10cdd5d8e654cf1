// SPDX-License-Identifier: Apache-2.0
// Slices by hand: windows as far as promises let them, then the exchange.
#include "cut_run.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "base/mix.hpp"
#include "machine/rdu/build.hpp"
#include "machine/rdu/rdu.hpp"
#include "partition/partition.hpp"
#include "program/rdu_shape.hpp"

namespace weft::test {

namespace form = program::rdu;
namespace oracle = form::oracle;

namespace {

struct OneSlice {
  machine::Slice slice;
  std::unique_ptr<machine::rdu::Rdu> rdu;
  std::unique_ptr<Recorder> recorder;
  std::vector<Cycle> promises;
};

Cycle later_by(Cycle cycle, Cycle by) { return cycle >= never - by ? never : cycle + by; }

std::vector<OneSlice> make_slices_of(const form::Program& program, const form::Timing& timing,
                                     int ranks) {
  const Rectangle region = form::region_of(program);
  const auto tiles = partition::cut_region(region, {}, ranks, Cut::chips).slices;
  const machine::Relation relation = machine::rdu::relation_of(program, region, tiles);
  std::vector<OneSlice> out;
  for (std::size_t s = 0; s < tiles.size(); ++s) {
    if (tiles[s].empty()) continue;
    OneSlice& one = out.emplace_back();
    one.slice = {region, tiles[s], relation[s]};
    one.rdu =
        std::make_unique<machine::rdu::Rdu>(machine::rdu::Constants{timing}, program, one.slice);
    one.recorder = std::make_unique<Recorder>(TraceLevel::full, one.rdu->streams());
    one.promises.assign(one.slice.neighbours.size(), 0);
  }
  return out;
}

std::size_t place_of_slice(const OneSlice& in, std::size_t slice) {
  const auto& list = in.slice.neighbours;
  return static_cast<std::size_t>(
      std::find_if(list.begin(), list.end(), [&](const auto& n) { return n.slice == slice; }) -
      list.begin());
}

void window(std::vector<OneSlice>& slices, Cycle most, std::uint64_t& records) {
  std::vector<std::vector<Cycle>> given;
  for (OneSlice& one : slices) {
    Cycle until = later_by(one.rdu->now(), most);
    for (std::size_t n = 0; n < one.promises.size(); ++n) {
      until = std::min(until, later_by(one.promises[n], one.slice.neighbours[n].latency_cycles));
    }
    if (until > one.rdu->now()) one.rdu->advance(until, *one.recorder);
    auto& mine = given.emplace_back();
    for (std::size_t n = 0; n < one.promises.size(); ++n) {
      mine.push_back(one.rdu->departure_bound(n, one.promises));
    }
  }
  for (std::size_t s = 0; s < slices.size(); ++s) {
    for (std::size_t n = 0; n < slices[s].promises.size(); ++n) {
      std::vector<CutRecord> out;
      slices[s].rdu->take_departures(n, out);
      records += out.size();
      OneSlice& to = slices[slices[s].slice.neighbours[n].slice];
      const std::size_t back = place_of_slice(to, s);
      if (!to.rdu->error()) to.rdu->accept(back, out);
      to.promises[back] = std::max(to.promises[back], given[s][n]);
    }
  }
}

void reload(std::vector<OneSlice>& slices, const form::Program& program,
            const form::Timing& timing) {
  for (OneSlice& one : slices) {
    const std::vector<std::byte> state = one.rdu->save();
    one.rdu =
        std::make_unique<machine::rdu::Rdu>(machine::rdu::Constants{timing}, program, one.slice);
    one.rdu->load(state);
  }
}

bool goes_on(const std::vector<OneSlice>& slices) {
  Cycle error = never;
  Cycle passed = never;
  bool active = false;
  for (const OneSlice& one : slices) {
    if (one.rdu->error()) {
      error = std::min(error, one.rdu->error()->cycle);
    } else {
      passed = std::min(passed, one.rdu->now());
    }
    active = active || one.rdu->next_activity() != never;
  }
  return active && (error == never || passed <= error);
}

bool is_earlier(const oracle::Iteration& a, const oracle::Iteration& b) {
  return std::tie(a.end, a.context, a.level) < std::tie(b.end, b.context, b.level);
}

/// Those that a machine records.
std::vector<oracle::Iteration> recorded(const std::vector<oracle::Iteration>& all) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> counts;
  std::vector<oracle::Iteration> out;
  for (const oracle::Iteration& one : all) {
    const bool first = counts[{one.context, one.level}]++ < machine::rdu::iterations_most;
    if (first && one.level <= machine::rdu::iteration_levels) out.push_back(one);
  }
  return out;
}

}  // namespace

RduRun run_slices(const form::Program& program, const form::Timing& timing,
                  const oracle::Arrays& arrays, int ranks, Cycle most, bool reloads) {
  std::vector<OneSlice> slices = make_slices_of(program, timing, ranks);
  RduRun out;
  for (OneSlice& one : slices) {
    for (const auto& [name, words] : arrays) {
      if (one.rdu->written_parts(name).empty()) continue;
      one.rdu->write_array(name, std::as_bytes(std::span(words)));
    }
    one.rdu->launch("run", {});
  }
  for (int windows = 0; goes_on(slices); ++windows) {
    window(slices, most, out.records);
    if (reloads && windows % 4 == 0) reload(slices, program, timing);
  }
  std::optional<machine::KernelError> least;
  const auto key = [](const machine::KernelError& e) {
    return std::tuple(e.cycle, index(e.tile), e.code, e.detail[0]);
  };
  out.tallies.resize(program.contexts.size());
  for (OneSlice& one : slices) {
    const auto error = one.rdu->error();
    if (error && (!least || key(*error) < key(*least))) {
      least = error;
      out.error = one.rdu->describe(*error);
    }
    out.last_activity = std::max(out.last_activity, one.rdu->last_activity());
    for (const form::Wait& wait : one.rdu->waits()) out.waits.push_back(wait);
    for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
      const machine::rdu::Tally& tally = one.rdu->tally(c);
      oracle::Tally& to = out.tallies[c];
      to.firings += tally.firings;
      to.starved += tally.waited[0];
      to.dram += tally.waited[1];
      to.blocked += tally.waited[2];
      const machine::rdu::Did& did = one.rdu->did(c);
      to.busy += did.busy;
      to.first = std::min(to.first, did.first);
      to.last = std::max(to.last, did.last);
    }
    out.waited.resize(program.channels.size());
    for (std::uint32_t c = 0; c < program.channels.size(); ++c) {
      const machine::rdu::Line& line = one.rdu->line(c);
      oracle::Waited& to = out.waited[c];
      to.tokens += line.sent;
      to.starved += line.starved;
      to.rested += line.rested;
      to.blocked += line.blocked;
    }
    for (const form::Array& array : program.arrays) {
      const std::vector<std::byte> bytes = one.rdu->read_array(array.name);
      if (bytes.empty()) continue;
      auto& words = out.arrays[array.name];
      words.resize(bytes.size() / 4);
      std::memcpy(words.data(), bytes.data(), bytes.size());
    }
    for (const EventRow& row : one.recorder->drain(1, never)) out.tokens.push_back(row);
    for (const EventRow& row : one.recorder->drain(2, never)) {
      out.iterations.push_back({row.id, row.kind + 1, row.cycle + 1 - row.duration_cycles,
                                row.cycle, row.argument & 0xffffffffU});
    }
  }
  std::sort(out.iterations.begin(), out.iterations.end(), is_earlier);
  std::sort(out.waits.begin(), out.waits.end(), [](const form::Wait& a, const form::Wait& b) {
    return std::tuple(a.who.context, a.who.transfer, a.who.flow) <
           std::tuple(b.who.context, b.who.transfer, b.who.flow);
  });
  std::sort(out.tokens.begin(), out.tokens.end(), [](const EventRow& a, const EventRow& b) {
    return std::pair(a.cycle, a.id) < std::pair(b.cycle, b.id);
  });
  return out;
}

RduRun run_oracle(const form::Program& program, const form::Timing& timing,
                  const oracle::Arrays& arrays) {
  oracle::Result result = oracle::run(program, timing, arrays, 1'000'000);
  RduRun out;
  out.last_activity = result.last_activity;
  if (result.fault) out.error = form::describe(program, *result.fault);
  out.waits = std::move(result.waits);
  out.tallies = std::move(result.tallies);
  out.waited = std::move(result.waited);
  out.iterations = recorded(result.iterations);
  out.arrays = std::move(result.arrays);
  for (std::uint32_t c = 0; c < result.sent.size(); ++c) {
    for (const oracle::Sent& sent : result.sent[c]) {
      EventRow row;
      row.cycle = sent.cycle;
      row.id = c;
      row.argument = mix(sent.token.mask);
      for (const std::uint32_t word : sent.token.words) row.argument = mix(row.argument ^ word);
      out.tokens.push_back(row);
    }
  }
  std::sort(out.tokens.begin(), out.tokens.end(), [](const EventRow& a, const EventRow& b) {
    return std::pair(a.cycle, a.id) < std::pair(b.cycle, b.id);
  });
  return out;
}

std::string difference(const RduRun& ours, const RduRun& oracle) {
  if (ours.error != oracle.error) return "error '" + ours.error + "', '" + oracle.error + "'";
  if (!oracle.error.empty()) return "";
  for (std::size_t i = 0; i < std::min(ours.tokens.size(), oracle.tokens.size()); ++i) {
    const EventRow& a = ours.tokens[i];
    const EventRow& b = oracle.tokens[i];
    if (a.cycle == b.cycle && a.id == b.id && a.argument == b.argument) continue;
    return "token " + std::to_string(i) + ": channel " + std::to_string(a.id) + " cycle " +
           std::to_string(a.cycle) + ", channel " + std::to_string(b.id) + " cycle " +
           std::to_string(b.cycle) + (a.argument == b.argument ? "" : ", another value");
  }
  if (ours.tokens.size() != oracle.tokens.size()) {
    return std::to_string(ours.tokens.size()) + " tokens, " + std::to_string(oracle.tokens.size());
  }
  if (ours.last_activity != oracle.last_activity) {
    return "ends in " + std::to_string(ours.last_activity) + ", " +
           std::to_string(oracle.last_activity);
  }
  if (!(ours.waits == oracle.waits)) return "other waits";
  for (std::size_t c = 0; c < ours.tallies.size(); ++c) {
    if (!(ours.tallies[c] == oracle.tallies[c])) return "tally of context " + std::to_string(c);
  }
  for (std::size_t c = 0; c < ours.waited.size(); ++c) {
    if (!(ours.waited[c] == oracle.waited[c])) return "waits on channel " + std::to_string(c);
  }
  for (std::size_t i = 0; i < std::min(ours.iterations.size(), oracle.iterations.size()); ++i) {
    const auto& a = ours.iterations[i];
    const auto& b = oracle.iterations[i];
    if (std::tie(a.context, a.level, a.begin, a.end, a.firings) ==
        std::tie(b.context, b.level, b.begin, b.end, b.firings)) {
      continue;
    }
    return "iteration " + std::to_string(i) + " of context " + std::to_string(a.context);
  }
  if (ours.iterations.size() != oracle.iterations.size()) return "other iterations";
  return ours.arrays == oracle.arrays ? "" : "other arrays";
}

}  // namespace weft::test
