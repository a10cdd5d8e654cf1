// SPDX-License-Identifier: Apache-2.0
// Case R5: operations a byte of DRAM of the middle of a Monarch FFT, by how much of it is fused.
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/validation/kernel_run.hpp"
#include "engine/session.hpp"
#include "machine/machine.hpp"
#include "program/rdu_models.hpp"
#include "program/rdu_shape.hpp"

namespace weft::cli::validation {
namespace {

using namespace program::rdu;

constexpr const char* socket_of_fusion = "sambanova-sn40l";
constexpr std::uint32_t size_of_fusion = 128;

/// Emulated: what the DRAMs read and wrote, less the programs of the sections.
double operations_a_byte(validation::Context& context, std::uint32_t fused) {
  Monarch of;
  of.size = of.columns = size_of_fusion;
  of.fused = fused;
  of.par = 4;
  const auto topology =
      std::make_shared<topology::Topology>(machine::load_topology(socket_of_fusion));
  PatternOptions options;
  options.hbm = true;
  const Program graph = make_patterns(monarch(of), read_timing(*topology), options);
  std::uint64_t programs = 0;
  for (const Array& array : graph.arrays) {
    if (array.name == "programs") programs = array.words() * word_bytes;
  }
  std::vector<Ground> grounds;
  const auto plan = [&] {
    engine::Plan out;
    out.topology = topology;
    out.program = serialize(graph);
    out.region = region_of(graph);
    return out;
  };
  const auto body = [&](engine::Session& session) {
    engine::HostCommand launch;
    launch.name = "run";
    session.run(launch);
    grounds = grounds_of(*session.plan().topology);
  };
  const engine::Result result = engine::run_session(context.world, plan, body);
  rest_on(context, grounds);
  const std::uint64_t bytes = machine::sum_of(result.counters, "dram_bytes.read") +
                              machine::sum_of(result.counters, "dram_bytes.written") - programs;
  return share(context, monarch_operations(of) / static_cast<double>(bytes));
}

}  // namespace

std::vector<Row> r5(validation::Context& context) {
  struct Fusion {
    const char* name;
    std::uint32_t fused;
    double published;
  };
  const std::vector<Fusion> fusions = {
      {"none", 1, 39.5}, {"three of four", 3, 102.6}, {"all", 4, 410.4}};
  std::vector<Row> rows;
  for (const Fusion& of : fusions) {
    Row row;
    row.name = std::string("R5 Monarch FFT, 128 x 128, fused: ") + of.name;
    row.machine = socket_of_fusion;
    row.claim = Claim::schedule;
    row.unit = "operations a byte";
    row.published = of.published;
    row.ours = operations_a_byte(context, of.fused);
    row.source = "arXiv 2405.07518, Table I; its shapes are not told";
    row.rests_on = take_grounds(context);
    if (!rows.empty() && !(row.ours > rows.back().ours)) {
      fail(Category::check, "fusing more of a Monarch FFT gives no more operations a byte");
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace weft::cli::validation
