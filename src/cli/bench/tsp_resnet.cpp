// SPDX-License-Identifier: Apache-2.0
// ResNet-50 on one TSP: its check, its run without data and its run with data beside the naive TSP,
// which moves every stream register every cycle.
#include "program/tsp_resnet.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/recorder.hpp"
#include "cli/bench/groups.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_oracle.hpp"
#include "program/tsp_schedule.hpp"
#include "topology/topology.hpp"

namespace weft::cli::bench {
namespace {

using namespace program::tsp;

constexpr std::uint32_t chip_stops = stops;

/// Cycles a second of processor time.
template <typename Body>
double rate(Cycle cycles, const Body& body) {
  const double start = cpu_seconds();
  body();
  return static_cast<double>(cycles) / std::max(cpu_seconds() - start, 1e-6);
}

/// The same data movements without multiplications: all weights are zero, which a pass skips, and
/// for the naive TSP one row of them is installed.
void take_products_off(Program& program) {
  for (const Tensor& tensor : program.tensors) {
    if (tensor.role != Tensor::Role::constant || tensor.type != VectorType::i8) continue;
    std::fill_n(program.bytes.begin() + static_cast<std::ptrdiff_t>(tensor.bytes_first),
                tensor.elements(), std::byte{0});
  }
}

Schedule with_one_row(Schedule schedule) {
  for (Instruction& i : schedule.instructions) {
    if (i.opcode == Opcode::install_weights) i.rows = 1;
  }
  return schedule;
}

/// Runs the program on one chip; cycles a second of the run, without what making the machine takes
/// (which is the check, mostly, and memory), or with it.
double run_rate(const topology::Topology& topology, const Program& program, bool with_making) {
  const Rectangle chip{0, 0, chip_stops, 1};
  const std::vector<std::byte> bytes = serialize(program);
  const double begin = cpu_seconds();
  const auto machine = machine::family("tsp").make(topology, bytes, {chip, chip, {}});
  Recorder recorder(TraceLevel::off, machine->streams());
  machine->launch("run", {});
  const double start = with_making ? begin : cpu_seconds();
  while (machine->next_activity() != never) machine->advance(machine->now() + 10'000, recorder);
  return static_cast<double>(machine->now()) / std::max(cpu_seconds() - start, 1e-6);
}

/// FTLPU-CMODEL at c67fba0 ran its decode test of 2,510 cycles in 4.4 s of such a core.
constexpr double ftlpu_cycles_a_second = 2510 / 4.4;

}  // namespace

std::vector<Row> tsp_resnet(Context& context) {
  std::vector<Row> rows;
  if (context.world.rank() != 0) return rows;
  const topology::Topology topology = machine::load_topology("groq-tsp");
  const Timing timing = read_timing(topology);
  const std::string name = context.quick ? "ResNet, 4 blocks" : "ResNet-50";
  const ResNetBlocks blocks = context.quick ? ResNetBlocks{1, 1, 1, 1} : resnet50;
  const ScheduledProgram scheduled = schedule(resnet(blocks), timing);
  const Cycle cycles = scheduled.cycles;

  Checked checked;
  const double check_rate = rate(cycles, [&] { checked = check(scheduled.program, timing); });
  require_sound(scheduled.program, checked);
  oracle::Result naive;
  const Schedule& all = scheduled.program.schedules.front();
  const double naive_rate = rate(cycles, [&] {
    naive = oracle::run(all, timing, {}, {false, false});
  });
  if (naive.fault || naive.cycles != cycles || checked.cycles != cycles) {
    fail(Category::internal, "benchmark tsp-check: the two differ");
  }
  rows.push_back({"tsp naive, timing, " + name, naive_rate * 1e-6, "M cycles/s", "", 0});
  rows.push_back({"tsp check, " + name, check_rate * 1e-6, "M cycles/s", "naive, timing",
                  check_rate / naive_rate});
  Program timing_only = schedule(resnet(blocks), timing, {true, true}).program;
  timing_only.timing_only = true;
  const double timing_rate = run_rate(topology, timing_only, true);
  rows.push_back({"tsp, timing, " + name, timing_rate * 1e-6, "M cycles/s",
                  "FTLPU-CMODEL, a tenth of the lanes: 0.6 k cycles/s, not run here",
                  timing_rate / ftlpu_cycles_a_second});

  Program moves = scheduled.program;
  take_products_off(moves);
  const double moves_rate = run_rate(topology, moves, false);
  const double naive_moves_rate =
      rate(cycles, [&] { naive = oracle::run(with_one_row(all), timing); });
  rows.push_back(
      {"tsp naive, data but products, " + name, naive_moves_rate * 1e-3, "k cycles/s", "", 0});
  rows.push_back({"tsp, data but products, " + name, moves_rate * 1e-3, "k cycles/s",
                  "naive, data but products", moves_rate / naive_moves_rate});
  rows.push_back({"tsp, data, " + name, run_rate(topology, scheduled.program, false) * 1e-3,
                  "k cycles/s", "", 0});
  return rows;
}

}  // namespace weft::cli::bench
