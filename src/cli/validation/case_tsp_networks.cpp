// SPDX-License-Identifier: Apache-2.0
// Cases T7, T13 and T14: how long schedules of whole networks and of large products take.
#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "cli/validation/cases.hpp"
#include "comm/communicator.hpp"
#include "engine/agreement.hpp"
#include "machine/machine.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_gemm.hpp"
#include "program/tsp_resnet.hpp"
#include "program/tsp_schedule.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

using namespace program::tsp;

constexpr const char* machine_name = "groq-tsp";

/// A schedule that the check finds sound and as long as the scheduler says.
ScheduledProgram sound_schedule(const TensorProgram& network, const Timing& timing,
                                bool interleave_layers) {
  const ScheduleOptions options{interleave_layers, true};
  ScheduledProgram scheduled = schedule(network, timing, options);
  const Checked checked = check(scheduled.program, timing);
  require_sound(scheduled.program, checked);
  if (checked.cycles != scheduled.cycles) fail(Category::internal, "tsp: foretold wrongly");
  return scheduled;
}

Row row_of(const char* name, double published, double ours, const char* source) {
  Row row;
  row.name = name;
  row.machine = machine_name;
  row.published = published;
  row.ours = ours;
  row.source = source;
  return row;
}

/// Cycles of three networks, of the first without interleaving, and of it in fp16.
struct Found {
  double of_50 = 0, of_101 = 0, of_152 = 0, apart = 0, halves = 0;
};

Found schedule_networks(const Timing& timing) {
  const auto cycles = [&](const ResNetBlocks& blocks, bool interleave_layers,
                          VectorType type = VectorType::i8) {
    return static_cast<double>(
        sound_schedule(resnet(blocks, type), timing, interleave_layers).cycles);
  };
  return {cycles(resnet50, true), cycles(resnet101, true), cycles(resnet152, true),
          cycles(resnet50, false), cycles(resnet50, true, VectorType::f16)};
}

}  // namespace

std::vector<Row> t7(Context& context) {
  const topology::Topology topology = machine::load_topology(machine_name);
  const Timing timing = read_timing(topology);
  Found found;
  engine::together(context.world, [&] {
    if (context.world.rank() == 0) found = schedule_networks(timing);
  });
  found = context.world.broadcast_value(found);
  Row whole =
      row_of("T7 ResNet-50", 44'118, found.of_50, "ISCA 2020: 20.4 k images a second at 900 MHz");
  Row of_101 = row_of("T8 ResNet-101", 62'937, found.of_101,
                      "ISCA 2020: 14.3 k images a second at 900 MHz, projected");
  Row of_152 = row_of("T8 ResNet-152", 84'112, found.of_152,
                      "ISCA 2020: 10.7 k images a second at 900 MHz, projected");
  for (Row* row : {&whole, &of_101, &of_152}) row->bound_relative = 0.2;
  // The deeper ones have 17 blocks of conv4_x more, then 13 more and four of conv3_x.
  const double conv4_block = (found.of_101 - found.of_50) / 17;
  Row conv4 = row_of("T9 a block of conv4_x", 1107, conv4_block,
                     "ISCA 2020: (ResNet-101 - ResNet-50) / 17, 1088 to 1126 by rounding");
  conv4.bound_absolute = 19;
  Row conv3 =
      row_of("T10 a block of conv3_x", 1696, (found.of_152 - found.of_101 - 13 * conv4_block) / 4,
             "ISCA 2020: ResNet-152 - ResNet-101 less 13 blocks of conv4_x, by 4");
  conv3.bound_absolute = 215;
  Row apart = row_of("T11 more without interleaving", 5500, found.apart - found.of_50,
                     "ISCA 2020: about 5,500 cycles");
  apart.bound_absolute = 2500;
  Row halves = row_of("T7 ResNet-50 fp16, another schedule", 301'467, found.halves,
                      "GroqFlow logs of ALCF: 2985.40 images a second on chip, 900 MHz");
  halves.claim = Claim::schedule;
  std::vector<Row> rows = {whole, of_101, of_152, conv4, conv3, apart, halves};
  for (Row& row : rows) row.rests_on = grounds_of(topology);
  return rows;
}

std::vector<Row> t13(Context& context) {
  const topology::Topology topology = machine::load_topology(machine_name);
  const Timing timing = read_timing(topology);
  constexpr std::uint64_t m = 2304;
  constexpr std::uint64_t k = 4096;
  double least = 1;
  engine::together(context.world, [&] {
    if (context.world.rank() != 0) return;
    for (const std::uint64_t n : {1376U, 1600U, 1920U, 3000U, 3500U}) {
      TensorProgram program;
      const TensorId a = program.input("a", VectorType::f16, {m, k});
      const TensorId w = program.pattern("w", VectorType::f16, {k, n}, 1);
      program.output(program.convert(program.matmul(a, w), VectorType::f16, "y"));
      const double products = static_cast<double>(m * k) * static_cast<double>(n);
      constexpr double products_a_cycle = 2.0 * 160 * 320;
      const auto cycles = static_cast<double>(sound_schedule(program, timing, true).cycles);
      least = std::min(least, products / cycles / products_a_cycle);
    }
  });
  Row row = row_of("T13 least share of the planes' products", 80,
                   100 * context.world.broadcast_value(least),
                   "ISCA 2022, figure 13: at least 80 % at N of 1376 to 3500");
  row.unit = "%";
  row.bound_absolute = 20;
  row.rests_on = grounds_of(topology);
  return {row};
}

std::vector<Row> t14(Context& context) {
  struct Run {
    const char* name;
    const char* machine;
    std::uint32_t rows;
    double published_us;
  };
  constexpr Run runs[] = {{"T14 [800 x 32576] x [32576 x 8192], 8 chips", "groq-node8", 1, 330},
                          {"T14 the same on 16 chips", "groq-rack9x8", 2, 150}};
  std::vector<Row> rows;
  for (const Run& run : runs) {
    const topology::Topology topology = machine::load_topology(run.machine);
    const Timing timing = read_timing(topology);
    double us = 0;
    if (context.world.rank() == 0) {
      const System system = read_system(topology);
      const Program program = gemm(timing, system, {800, 32576, 8192, 8, run.rows, true});
      const Checked checked = check(program, timing, cables_of(system));
      require_sound(program, checked);
      us = 1e6 * static_cast<double>(checked.cycles) / static_cast<double>(topology.clock_hz());
    }
    Row row = row_of(run.name, run.published_us, context.world.broadcast_value(us),
                     "ISCA 2022, figure 14, read: columns split by 8, K by the rest");
    row.machine = run.machine;
    row.unit = "us";
    row.bound_relative = 0.15;
    row.rests_on = grounds_of(topology);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace weft::cli::validation
