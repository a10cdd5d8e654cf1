// SPDX-License-Identifier: Apache-2.0
// Cases R1 to R3: unit graphs without DRAM on Plasticine, as its public simulator ran them.
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/validation/kernel_run.hpp"
#include "engine/latency.hpp"
#include "engine/session.hpp"
#include "machine/machine.hpp"
#include "program/rdu_figures.hpp"
#include "program/rdu_shape.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

using program::rdu::Program;
namespace graphs = program::rdu::figures;

constexpr const char* plasticine = "plasticine";
constexpr const char* sums_log = "stanford-ppl/pir d4ea004b, 200505_000113 edo-slurm2, p2p network";
/// Of an older version of the simulator, the only one with these programs.
constexpr const char* deadlocks_log = "stanford-ppl/pir d4ea004b, 200505_000113 lagos, p2p network";

/// Runs a graph; its cycles from the first in which it can fire to the last in which something
/// moved. Where it is to come to an end,
/// word 0 of array `name` has to be `word`; where not, it has to be a deadlock.
double graph_cycles(Context& context, const Program& graph, const std::string& name,
                    std::optional<std::uint32_t> word) {
  std::vector<Ground> grounds;
  double cycles = 0;
  const auto plan = [&] {
    engine::Plan out;
    out.topology = std::make_shared<topology::Topology>(machine::load_topology(plasticine));
    validate(graph);
    out.program = serialize(graph);
    out.region = region_of(graph);
    return out;
  };
  const auto body = [&](engine::Session& session) {
    engine::HostCommand launch;
    launch.name = "run";
    const engine::Reply reply = session.run(launch);
    cycles = static_cast<double>(reply.end - reply.begin);
    grounds = grounds_of(*session.plan().topology);
    if (!word) return;  // where it stops is known when the session closes
    const engine::Reply out =
        session.run(engine::array_copy(engine::CommandKind::copy_out, name, 1, sizeof(*word)));
    std::uint32_t got = 0;
    std::memcpy(&got, out.data.data(), sizeof(got));
    if (word != got) fail(Category::check, "a validation program computed a wrong result");
  };
  const engine::Result result = engine::run_session(context.world, plan, body);
  rest_on(context, grounds);
  const engine::Stop expected = word ? engine::Stop::done : engine::Stop::deadlock;
  if (result.stop != expected) fail(Category::check, "a validation program ended otherwise");
  const Cycle command = engine::launch_latency_cycles(machine::load_topology(plasticine));
  return (word ? share(context, cycles) : static_cast<double>(result.cycles)) -
         static_cast<double>(command);
}

Row row_of(const std::string& name, double published, double ours, const std::string& source) {
  Row row;
  row.name = name;
  row.machine = plasticine;
  row.published = published;
  row.ours = ours;
  row.source = source;
  return row;
}

}  // namespace

std::vector<Row> r1(Context& context) {
  struct Point {
    int number;
    std::uint32_t lanes;
    std::uint32_t copies;
    double cycles;
  };
  const std::vector<Point> points = {
      {0, 16, 1, 82}, {1, 1, 1, 1042}, {2, 3, 1, 370}, {3, 1, 2, 530}, {5, 3, 2, 194}};
  std::vector<Row> rows;
  for (const Point& p : points) {
    constexpr std::uint32_t sum = 1023U * 1024U * 2047U / 6U;
    const double ours = graph_cycles(context, graphs::sum_square(p.lanes, p.copies), "out", sum);
    rows.push_back(row_of("R1 SumSquare_" + std::to_string(p.number), p.cycles, ours, sums_log));
    rows.back().rests_on = take_grounds(context);
  }
  return rows;
}

std::vector<Row> r2(Context& context) {
  // The watchdog that ends a run is not public: one number for both, chosen in sight of them.
  constexpr double watchdog = 3000;
  const char* term_name = "R2 watchdog";
  constexpr double deadlock = 3020;
  constexpr double deadlock2 = 3022;
  std::vector<Row> rows;
  const auto add = [&](const char* name, double published, const Program& graph) {
    Row row =
        row_of(name, published - watchdog, graph_cycles(context, graph, "", {}), deadlocks_log);
    row.bound_absolute = 6;  // a context more or less
    row.rests_on = take_grounds(context);
    row.rests_on.insert(row.rests_on.begin(),
                        {term_name, "3000", plasticine, topology::Origin::fitted, {}});
    rows.push_back(row);
  };
  add("R2 Deadlock, less the watchdog", deadlock, graphs::endless_wait());
  add("R2 Deadlock2, less the watchdog", deadlock2, graphs::two_queues(16));
  Row term = row_of(term_name, deadlock2 - rows.back().ours, watchdog, deadlocks_log);
  term.claim = Claim::term;
  term.rests_on = rows.back().rests_on;
  term.rests_on.erase(term.rests_on.begin());
  rows.push_back(term);
  return rows;
}

std::vector<Row> r3(Context& context) {
  // Cycles a tile, from twenty tiles more.
  const auto interval = [&](std::uint32_t depth) {
    const auto cycles = [&](std::uint32_t tiles) {
      const std::uint32_t sum = 63U * 64U / 2U + 64U * (tiles - 1);
      return graph_cycles(context, graphs::two_stages(tiles, depth), "out", sum);
    };
    const double few = cycles(20);
    return (cycles(40) - few) / 20;
  };
  const double one = interval(1);
  Row row = row_of("R3 one buffer to two, cycles a tile", 2, one / interval(2),
                   "a token's way round, shared by the buffers");
  row.unit = "1";
  row.claim = Claim::arithmetic;
  row.rests_on = take_grounds(context);
  return {row};
}

}  // namespace weft::cli::validation
