// SPDX-License-Identifier: Apache-2.0
// The check of TSP schedules beside the naive TSP, which moves every stream register every cycle,
// and beside sorting the runs.
#include "program/tsp_check.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/mix.hpp"
#include "cli/bench/groups.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "program/tsp_make.hpp"
#include "program/tsp_oracle.hpp"
#include "topology/topology.hpp"

namespace weft::cli::bench {
namespace {

using namespace program::tsp;

double seconds_of(const std::function<void()>& body) {
  const double start = cpu_seconds();
  body();
  return std::max(cpu_seconds() - start, 1e-6);
}

[[noreturn]] void refuse(const std::string& what) {
  fail(Category::internal, "benchmark tsp-check: " + what);
}

constexpr std::uint32_t loads = 20;    // of a pass of fp16: 160 rows of weights
constexpr std::uint32_t k_tiles = 26;  // of K = 4096

/// The passes of a large fp16 product, as a scheduler would lay them out: both plane pairs busy in
/// every cycle, weights loaded under the pass before, sums added over the tiles of K and written
/// after the last. Every stream operand is named.
class Product {
 public:
  Product(const Timing& timing, std::uint32_t passes, std::uint32_t rows)
      : timing_(timing), rows_(rows) {
    for (std::uint32_t pass = 0; pass < passes; ++pass) {
      for (const Hemisphere side : {Hemisphere::west, Hemisphere::east}) one(side, pass);
    }
  }
  Program program() const {
    Program made;
    made.schedules = {schedule_};
    made.schedule_of_chip = {0};
    return made;
  }

 private:
  std::uint32_t add(const Instruction& instruction) {
    schedule_.instructions.push_back(instruction);
    return static_cast<std::uint32_t>(schedule_.instructions.size() - 1);
  }
  void name(Operand& operand, std::uint32_t producer, std::int64_t step = 1) {
    operand.names = static_cast<std::uint32_t>(schedule_.names.size());
    ++operand.name_count;  // one after the other
    operand.names -= operand.name_count - 1;
    schedule_.names.push_back({producer, 0, 0, step});
  }
  /// Reads of slices [first, ...), none of them of program text, for a stream operand.
  void feed(Instruction& unit, const std::vector<std::uint32_t>& slices, std::uint32_t address,
            const StreamGroup& group, Hemisphere side) {
    unit.operands[0] = make::from(group);
    for (std::uint32_t s = 0; s < group.width; ++s) {
      const Queue slice = make::mem(side, slices.at(s));
      const Cycle way =
          hops(stop_of(slice), stop_of(queue_of(unit.queue)), group.direction).value() +
          timing_.mem_read_cycles;
      const StreamGroup stream = make::streams(group.direction, group.first + s);
      name(unit.operands[0], add(make::read(slice, unit.cycle - way, address, stream, unit.count)));
    }
  }
  Instruction mxm(Hemisphere side, Opcode opcode, MxmQueue part, Cycle cycle, std::uint32_t count) {
    Instruction made = make::run(opcode, make::mxm(side, 0, part), cycle, count);
    made.type = VectorType::f16;
    made.operands[2] = make::implied();
    return made;
  }

  void one(Hemisphere side, std::uint32_t pass) {
    const bool west = side == Hemisphere::west;
    const Direction out = west ? Direction::west : Direction::east;
    const Direction in = west ? Direction::east : Direction::west;
    const Cycle begin = 80 + Cycle{pass} * rows_;
    // Landed and installed just before the first activation.
    const Cycle landing = timing_.mxm_crossing_cycles + timing_.mxm_load_cycles;
    const Cycle installed = begin - timing_.mxm_install_cycles;
    Instruction load = mxm(side, Opcode::load_weights, MxmQueue::weights,
                           installed - landing - (loads - 1), loads);
    load.operands[2] = {};
    load.stride = 8;
    feed(load, {43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 27},
         pass * loads % 4000, make::streams(out, 16, 16), side);
    const std::uint32_t loaded = add(load);
    Instruction install = mxm(side, Opcode::install_weights, MxmQueue::weights, installed, 1);
    install.rows = lanes / 2;
    name(install.operands[2], loaded);
    const std::uint32_t array = add(install);
    Instruction activate = mxm(side, Opcode::activate, MxmQueue::activations, begin, rows_);
    feed(activate, {1, 0}, pass % 7 * rows_, make::streams(out, 0, 2), side);
    name(activate.operands[2], array, 0);
    const std::uint32_t activated = add(activate);
    Instruction sums = mxm(side, Opcode::accumulate, MxmQueue::results,
                           begin + effect_delay_cycles(timing_, activate), rows_);
    sums.adds = pass % k_tiles == 0 ? 0 : 1;
    name(sums.operands[2], activated);
    const bool ends = pass % k_tiles == k_tiles - 1;
    if (ends) sums.result = make::streams(in, 0, 4);
    const std::uint32_t summed = add(sums);
    for (std::uint32_t s = 0; ends && s < 4; ++s) {
      const Queue slice = make::mem(side, 2 + s);
      const Cycle way = hops(stop_of(queue_of(sums.queue)), stop_of(slice), in).value() +
                        result_delay_cycles(timing_, sums);
      Instruction write = make::write(slice, sums.cycle + way, make::streams(in, s),
                                      pass / k_tiles * rows_ % 4096, rows_);
      if (s == 0) name(write.operands[0], summed);
      add(write);
    }
  }

  const Timing& timing_;
  std::uint32_t rows_;
  Schedule schedule_;
};

/// Cycles a second of the check and of the naive TSP over one schedule; they must agree.
void measure(const std::string& name, const Program& program, const Timing& timing,
             std::vector<Row>& rows) {
  Checked checked;
  const double ours = seconds_of([&] { checked = check(program, timing); });
  oracle::Result naive;
  const double theirs = seconds_of([&] {
    naive = oracle::run(program.schedules.front(), timing, {}, {false, false});
  });
  if (checked.fault || naive.fault || checked.cycles != naive.cycles) refuse("the two differ");
  const auto cycles = static_cast<double>(checked.cycles);
  rows.push_back({"tsp naive, timing, " + name, cycles / theirs * 1e-6, "M cycles/s", "", 0});
  rows.push_back(
      {"tsp check, " + name, cycles / ours * 1e-6, "M cycles/s", "naive, timing", theirs / ours});
}

/// `runs` runs of one to three words from slices of the west to slices of the east, in no order.
Program copies(std::uint32_t runs) {
  constexpr std::uint32_t streams_used = 30;
  Schedule copies;
  std::vector<Cycle> free(streams_used, 40);
  for (std::uint32_t i = 0; i < runs / 2; ++i) {
    const std::uint32_t s = i % streams_used;
    const std::uint32_t slice = s < 16 ? s : s + 13;  // none of program text
    const std::uint32_t count = 1 + static_cast<std::uint32_t>(mix(i) % 3);
    const Queue from = make::mem(Hemisphere::west, slice);
    const Queue to = make::mem(Hemisphere::east, slice);
    const StreamGroup stream = make::streams(Direction::east, s);
    const auto address = static_cast<std::uint32_t>(mix(i + 1) % (words_a_bank - 4));
    copies.instructions.push_back(make::read(from, free[s], address, stream, count));
    const Cycle way = stop_of(to) - stop_of(from) + 1U;
    copies.instructions.push_back(make::write(to, free[s] + way, stream, address, count));
    free[s] += count + mix(i + 2) % 2;
  }
  auto& all = copies.instructions;
  for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[mix(i) % (i + 1)]);
  Program program;
  program.schedules = {std::move(copies)};
  program.schedule_of_chip = {0};
  return program;
}

/// The naive TSP with data, without the arithmetic of products.
Row with_data(Timing timing, std::uint32_t runs) {
  timing.text_bytes_an_instruction = 1;
  const Program program = copies(runs);
  oracle::Result naive;
  const double seconds =
      seconds_of([&] { naive = oracle::run(program.schedules.front(), timing); });
  if (naive.fault) refuse("copies are not legal");
  return {"tsp naive, data, copies", static_cast<double>(naive.cycles) / seconds * 1e-3,
          "k cycles/s", "", 0};
}

Row many_runs(Timing timing, std::uint32_t runs) {
  timing.text_bytes_an_instruction = 1;  // so many would not fit
  const Program program = copies(runs);
  Checked checked;
  const double ours = seconds_of([&] { checked = check(program, timing); });
  if (checked.fault) refuse("copies are not legal");
  std::vector<Instruction> sorted = program.schedules.front().instructions;
  const double sorting = seconds_of([&] {
    std::sort(sorted.begin(), sorted.end(), [](const Instruction& a, const Instruction& b) {
      return a.queue != b.queue ? a.queue < b.queue : a.cycle < b.cycle;
    });
  });
  return {"tsp check, " + counted(runs, "run"), runs / ours * 1e-6, "M runs/s", "sorting them",
          sorting / ours};
}

}  // namespace

std::vector<Row> tsp_check(Context& context) {
  std::vector<Row> rows;
  if (context.world.rank() != 0) return rows;
  const Timing timing = read_timing(machine::load_topology("groq-tsp"));
  // 4096^3: 26 tiles of K, 13 of N on two pairs, 8 times 512 rows.
  const std::uint32_t passes = context.quick ? 2 * k_tiles : k_tiles * 13 * 8 / 2;
  const Program product = Product(timing, passes, 512).program();
  measure(context.quick ? "fp16 product" : "fp16 4096^3", product, timing, rows);
  rows.push_back(with_data(timing, context.quick ? 2'000 : 40'000));
  rows.push_back(many_runs(timing, context.quick ? 10'000 : 1'000'000));
  for (const Row& row : tsp_resnet(context)) rows.push_back(row);
  return rows;
}

}  // namespace weft::cli::bench
