// SPDX-License-Identifier: Apache-2.0
// Sums over tiles, stages and vertices.
#include "hosts/poplar/profile/sums.hpp"

#include <algorithm>
#include <numeric>

namespace poplar::core {

namespace ipu = weft::program::ipu;
using weft::CounterArray;
using weft::machine::StageTotals;

namespace {

const CounterArray* find_counter(const ExecutionTotals& totals, std::string_view name) {
  const auto at = std::find_if(totals.counters.begin(), totals.counters.end(),
                               [&](const CounterArray& c) { return c.name == name; });
  return at == totals.counters.end() ? nullptr : &*at;
}

std::uint64_t sum_of(const ExecutionTotals& totals, std::string_view name) {
  const CounterArray* counter = find_counter(totals, name);
  if (counter == nullptr) return 0;
  return std::accumulate(counter->values.begin(), counter->values.end(), std::uint64_t{0});
}

bool is_state(const CounterArray& counter) {
  return counter.name == "memory_bytes" || counter.name == "memory_free";
}

void add_stages(ExecutionSums& sums, const ExecutionTotals& totals) {
  for (const StageTotals& stage : totals.stages) {
    if (stage.kind == "superstep") {
      sums.compute += stage.cycles;
      sums.supersteps += stage.times;
    } else if (stage.kind == "sync") {
      sums.sync += stage.cycles;
    } else if (stage.kind == "host") {
      sums.host += stage.cycles;
    } else if (stage.kind == "exchange" || stage.kind == "host exchange" ||
               stage.kind == "control exchange") {
      sums.exchange += stage.cycles - stage.link_cycles;
      sums.link += stage.link_cycles;
    }
  }
}

void add_tiles(ExecutionSums& sums, const ExecutionTotals& totals) {
  sums.copies = sum_of(totals, "copy_cycles");
  sums.bytes_received = sum_of(totals, "bytes_received");
  if (const CounterArray* busy = find_counter(totals, "tile_busy")) {
    for (std::size_t t = 0; t < busy->values.size(); ++t) {
      sums.busy += busy->values[t];
      if (busy->values[t] <= sums.busiest) continue;
      sums.busiest = busy->values[t];
      sums.busiest_tile = static_cast<std::uint32_t>(t);
    }
  }
  if (const CounterArray* origin = find_counter(totals, "compute_by_origin")) {
    for (std::size_t i = 0; i < origin->values.size(); ++i) {
      sums.cycles_by_origin[i % cost_origins] += origin->values[i];
    }
  }
  sums.slots = sums.copies + sum_of(totals, "vertex_cycles");
}

/// Vertices cost the same each time their compute set runs.
void add_vertices(ExecutionSums& sums, const ExecutableImpl& executable,
                  const ExecutionTotals& totals) {
  const ipu::Program& program = executable.program;
  const std::vector<StageTotals> sets = stages_of(totals, "compute set");
  std::vector<CodeletSums> codelets(program.codelets.size());
  for (std::size_t s = 0; s < program.compute_sets.size(); ++s) {
    const ipu::ComputeSet& set = program.compute_sets[s];
    const std::uint64_t times = s < sets.size() ? sets[s].times : 0;
    for (std::uint64_t v = set.first; v < set.first + set.count; ++v) {
      const ipu::Vertex& vertex = program.vertices[v];
      CodeletSums& of = codelets[vertex.codelet];
      ++of.instances;
      of.runs += times;
      of.cycles += times * vertex.cycles;
      ++of.instances_by_origin[static_cast<std::size_t>(vertex.cost)];
    }
    if (s < executable.summary.flops_of_compute_set.size()) {
      sums.flops += times * executable.summary.flops_of_compute_set[s];
    }
  }
  for (std::size_t c = 0; c < codelets.size(); ++c) {
    CodeletSums& all = sums.codelets[program.codelets[c].name];
    all.instances += codelets[c].instances;
    all.runs += codelets[c].runs;
    all.cycles += codelets[c].cycles;
    for (std::size_t o = 0; o < cost_origins; ++o) {
      all.instances_by_origin[o] += codelets[c].instances_by_origin[o];
    }
  }
}

}  // namespace

std::vector<StageTotals> stages_of(const ExecutionTotals& totals, std::string_view kind) {
  std::vector<StageTotals> list;
  for (const StageTotals& stage : totals.stages) {
    if (stage.kind == kind) list.push_back(stage);
  }
  return list;
}

ExecutionTotals since(const ExecutionTotals& now, const ExecutionTotals& before) {
  ExecutionTotals rest = now;
  rest.cycle -= std::min(rest.cycle, before.cycle);
  for (std::size_t c = 0; c < std::min(rest.counters.size(), before.counters.size()); ++c) {
    if (is_state(rest.counters[c])) continue;
    auto& values = rest.counters[c].values;
    const auto& old = before.counters[c].values;
    for (std::size_t i = 0; i < std::min(values.size(), old.size()); ++i) values[i] -= old[i];
  }
  for (std::size_t s = 0; s < std::min(rest.stages.size(), before.stages.size()); ++s) {
    StageTotals& stage = rest.stages[s];
    const StageTotals& old = before.stages[s];
    stage.times -= old.times;
    stage.cycles -= old.cycles;
    stage.link_cycles -= old.link_cycles;
    stage.tile_cycles -= old.tile_cycles;
    stage.bytes -= old.bytes;
  }
  return rest;
}

ExecutionSums sums_of(const ExecutableImpl& executable, const ExecutionTotals& totals) {
  ExecutionSums sums;
  sums.tiles = executable.program.tiles();
  sums.total = totals.cycle;
  add_stages(sums, totals);
  add_tiles(sums, totals);
  add_vertices(sums, executable, totals);
  const weft::Cycle known = sums.compute + sums.sync + sums.exchange + sums.link + sums.host;
  sums.outside = sums.total - std::min(sums.total, known);
  sums.waiting = sums.tiles * sums.compute - std::min(sums.tiles * sums.compute, sums.busy);
  return sums;
}

}  // namespace poplar::core
