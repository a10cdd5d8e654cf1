// SPDX-License-Identifier: Apache-2.0
// Case T30: what a program takes with its input and output, beside GroqFlow's estimate.
#include <memory>

#include "cli/validation/kernel_run.hpp"
#include "engine/session.hpp"
#include "machine/machine.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_runs.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

using namespace program::tsp;

constexpr std::uint32_t vectors = 4000;

Tensor tensor(const char* name, Tensor::Role role, Hemisphere hemisphere) {
  Tensor out;
  out.name = name;
  out.role = role;
  out.shape = {vectors, lanes};
  Piece piece;
  piece.hemisphere = hemisphere;
  piece.words = vectors;
  out.pieces = {piece};
  return out;
}

/// Copies vectors from one hemisphere to the other.
Program copy_program(const Timing& timing) {
  Program program;
  program.schedules.resize(1);
  program.schedule_of_chip = {0};
  Runs runs(program, program.schedules[0], timing);
  const Repeat all{vectors, 1};
  const Cycle at = stops;
  const std::uint32_t read = runs.read({Hemisphere::west, 0, 0, 0, 1}, vxm_stop, at, 0, all);
  runs.write({Hemisphere::east, 0, 0, 0, 1}, vxm_stop, at, 0, read, all);
  program.tensors = {tensor("x", Tensor::Role::input, Hemisphere::west),
                     tensor("y", Tensor::Role::output, Hemisphere::east)};
  return program;
}

engine::HostCommand copy(engine::CommandKind kind, const char* name) {
  return engine::array_copy(kind, name, std::uint64_t{vectors} * lanes, 1);
}

}  // namespace

std::vector<Row> t30(Context& context) {
  std::vector<Ground> grounds;
  Cycle of_program = 0;
  double formula = 0;
  const std::vector<std::byte> data(std::size_t{vectors} * lanes);
  const auto plan = [&] {
    engine::Plan out;
    auto topology = std::make_shared<topology::Topology>(machine::load_topology("groq-tsp"));
    const Timing timing = read_timing(*topology);
    const Program program = copy_program(timing);
    of_program = check(program, timing).cycles;
    const auto clock = static_cast<double>(topology->clock_hz());
    const auto bytes = static_cast<double>(data.size());
    formula = 2 * (bytes / 24e9 + 10e-6) * clock + static_cast<double>(of_program);
    out.topology = std::move(topology);
    out.program = serialize(program);
    out.region = {0, 0, stops, 1};
    return out;
  };
  const engine::Result result =
      engine::run_session(context.world, plan, [&](engine::Session& session) {
        engine::HostCommand launch;
        launch.name = "run";
        session.run(copy(engine::CommandKind::copy_in, "x"), data);
        session.run(launch);
        session.run(copy(engine::CommandKind::copy_out, "y"));
        grounds = grounds_of(*session.plan().topology);
      });
  rest_on(context, grounds);
  Row row;
  row.name = "T30 1.28 MB in, 4,000 vectors copied, 1.28 MB out";
  row.machine = "groq-tsp";
  row.published = context.world.broadcast_value(formula);
  row.ours = static_cast<double>(result.cycles);
  row.bound_absolute = 2;  // each transfer ends in a whole cycle
  row.claim = Claim::arithmetic;
  row.source = "GroqFlow, estimate_performance(): bytes / 24 GB/s + 10 us each way";
  row.rests_on = take_grounds(context);
  return {row};
}

}  // namespace weft::cli::validation
