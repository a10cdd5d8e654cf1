// SPDX-License-Identifier: Apache-2.0
// Unit graphs on the RDU, beside the naive one, which looks at every context in every cycle.
#include "frontends/rdu/rdu.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/recorder.hpp"
#include "cli/bench/groups.hpp"
#include "cli/bench/rdu_graphs.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "program/rdu_oracle.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_timing.hpp"
#include "program/rdu_timing_only.hpp"
#include "topology/topology.hpp"

namespace weft::cli::bench {
namespace {

using program::rdu::Program;

/// How far a run came, and how fast.
struct Measured {
  Cycle cycles = 0;
  std::uint64_t firings = 0;
  double seconds = 0;
};

Measured run_machine(const topology::Topology& topology, const Program& program) {
  const Rectangle region = program::rdu::region_of(program);
  const auto machine =
      machine::family("rdu").make(topology, serialize(program), {region, region, {}});
  Recorder recorder(TraceLevel::off, machine->streams());
  machine->launch("run", {});
  const double start = cpu_seconds();
  machine->advance(never, recorder);
  Measured out;
  out.seconds = std::max(cpu_seconds() - start, 1e-6);
  out.cycles = machine->last_activity();
  for (const CounterArray& counter : machine->counters()) {
    if (counter.name != "context_cycles") continue;
    for (std::size_t i = 0; i < counter.values.size(); i += counter.channels.size()) {
      out.firings += counter.values[i];
    }
  }
  return out;
}

Measured run_naive(const topology::Topology& topology, const Program& program) {
  const double start = cpu_seconds();
  const auto result = program::rdu::oracle::run(program, program::rdu::read_timing(topology));
  Measured out;
  out.seconds = std::max(cpu_seconds() - start, 1e-6);
  out.cycles = result.last_activity;
  for (const auto& tally : result.tallies) out.firings += tally.firings;
  return out;
}

Row row_of(const std::string& name, const Measured& measured) {
  return {name, static_cast<double>(measured.firings) / measured.seconds * 1e-6, "M firings/s", "",
          0};
}

/// Firings a second of both over one graph, with values and without those that decide nothing; they
/// must agree on what there was.
void measure(const std::string& name, const topology::Topology& topology, const Program& program,
             std::vector<Row>& rows) {
  const Measured naive = run_naive(topology, program);
  rows.push_back(row_of("rdu naive, " + name, naive));
  const auto add = [&](const std::string& how, const Program& of) {
    const Measured ours = run_machine(topology, of);
    if (ours.cycles != naive.cycles || ours.firings != naive.firings) {
      fail(Category::internal, "benchmark rdu: the two differ over " + name);
    }
    Row row = row_of("rdu" + how + ", " + name, ours);
    row.against = "naive";
    row.ratio = naive.seconds / ours.seconds;
    rows.push_back(row);
  };
  add("", program);
  const auto timing = program::rdu::read_timing(topology);
  add(" timing", program::rdu::timing_only(program, timing).program);
}

/// Words a second that one of the graphs of DAM's benchmarks takes in.
Row words_a_second(const std::string& name, const topology::Topology& topology,
                   const Program& program, double words) {
  const Measured ours = run_machine(topology, program);
  return {"rdu, " + name, words / ours.seconds * 1e-6, "M words/s", "", 0};
}

}  // namespace

std::vector<Row> rdu(Context& context) {
  std::vector<Row> rows;
  if (context.world.rank() != 0) return rows;
  const auto topology = machine::load_topology("plasticine");
  const bool quick = context.quick;
  for (const std::string& file : context.graphs) {
    measure(file, topology, weft::rdu::read_file(file, program::rdu::read_timing(topology)), rows);
  }
  if (!context.graphs.empty()) return rows;
  measure(quick ? "product of 32^2" : "product of 128^2", topology, rdu_product(quick ? 32 : 128),
          rows);
  measure(quick ? "outer products of 32" : "outer products of 128", topology,
          quick ? rdu_outer(8, 32) : rdu_outer(64, 128), rows);
  measure("stages of 64 words", topology, rdu_stages(quick ? 20 : 1000), rows);
  measure("1,040 pairs", topology, rdu_pairs(1040, quick ? 50 : 5000), rows);
  const std::uint32_t merged = 1U << (quick ? 10 : 22);
  rows.push_back(words_a_second("merge of two", topology, rdu_merge(merged), merged));
  const std::uint32_t leaves = quick ? 16 : 1024;
  const std::uint32_t words = 1U << (quick ? 8 : 13);
  rows.push_back(words_a_second("tree of " + std::to_string(leaves), topology,
                                rdu_tree(leaves, words), 1.0 * leaves * words));
  return rows;
}

}  // namespace weft::cli::bench
