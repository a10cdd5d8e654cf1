// SPDX-License-Identifier: Apache-2.0
// Profiles of compiled and run graphs, for people and as trees of values.
#include "hosts/poplar/profile/profile.hpp"

#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/profile/text.hpp"
#include "hosts/poplar/target/target_impl.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;

void print_profile_summary(std::ostream& out, const ExecutableImpl& executable,
                           const ExecutionTotals& totals, const OptionFlags& options) {
  weft::check_options(profile_table(), options);
  print_target(out, executable.target);
  print_graph(out, executable);
  print_memory(out, executable, weft::option_is_true(options, "showVarStorage", false));
  if (weft::option_is_true(options, "showOptimizations", false)) {
    out << "\nOptimizations:\n  Programs are compiled as written; nothing is fused or reordered.\n";
  }
  if (totals.cycle != 0 && !totals.stages.empty()) {
    print_execution(out, executable, totals);
    if (weft::option_is_true(options, "showExecutionSteps", false)) {
      print_execution_steps(out, executable, totals);
    }
  }
  out << '\n';
}

namespace {

ProfileValue number(std::uint64_t value) { return ProfileValue(static_cast<double>(value)); }

ProfileValue numbers(const std::map<std::string, std::uint64_t>& values) {
  ProfileValue::Map map;
  for (const auto& [name, value] : values) map[name] = number(value);
  return ProfileValue(std::move(map));
}

ProfileValue target_profile(const Target& target) {
  ProfileValue::Map map;
  map["type"] = ProfileValue(toString(target.getTargetType()));
  map["machine"] = ProfileValue(topology_of(target).name());
  map["architecture"] = ProfileValue(target.getTargetArchString());
  map["numIPUs"] = number(target.getNumIPUs());
  map["tilesPerIpu"] = number(target.getTilesPerIPU());
  map["numTiles"] = number(target.getNumTiles());
  map["bytesPerTile"] = number(target.getBytesPerTile());
  map["clockFrequency"] = ProfileValue(target.getTileClockFrequency());
  return ProfileValue(std::move(map));
}

ProfileValue memory_profile(const ipu::Program& program) {
  std::map<std::string, std::uint64_t> uses;
  std::vector<std::uint64_t> tiles(program.memory_use.size() / ipu::memory_uses, 0);
  for (std::size_t i = 0; i < program.memory_use.size(); ++i) {
    const auto use = static_cast<ipu::MemoryUse>(i % ipu::memory_uses);
    uses[std::string(ipu::name_of(use))] += program.memory_use[i];
    tiles[i / ipu::memory_uses] += program.memory_use[i];
  }
  ProfileValue::Vector by_tile;
  for (const std::uint64_t bytes : tiles) by_tile.push_back(number(bytes));
  return ProfileValue(
      ProfileValue::Map{{"byUse", numbers(uses)}, {"byTile", ProfileValue(std::move(by_tile))}});
}

ProfileValue steps_profile(const ExecutionTotals& totals) {
  ProfileValue::Vector steps;
  for (const auto& stage : totals.stages) {
    ProfileValue::Map map;
    map["kind"] = ProfileValue(stage.kind);
    map["name"] = ProfileValue(stage.name);
    map["times"] = number(stage.times);
    map["cycles"] = number(stage.cycles);
    map["tileCycles"] = number(stage.tile_cycles);
    map["bytes"] = number(stage.bytes);
    steps.push_back(ProfileValue(std::move(map)));
  }
  return ProfileValue(std::move(steps));
}

}  // namespace

ProfileValue graph_profile(const ExecutableImpl& executable) {
  ProfileValue::Map graph;
  graph["numVertices"] = number(executable.summary.vertices);
  graph["numEdges"] = number(executable.summary.edges);
  graph["numVars"] = number(executable.summary.variables);
  graph["numComputeSets"] = number(executable.summary.compute_sets);
  graph["numExchanges"] = number(executable.summary.exchanges);
  ProfileValue::Map out;
  out["target"] = target_profile(executable.target);
  out["graph"] = ProfileValue(std::move(graph));
  out["vertexInstances"] = numbers(executable.summary.instances_of_codelet);
  out["vertexCycleEstimates"] = numbers(executable.summary.cycles_of_codelet);
  out["memory"] = memory_profile(executable.program);
  return ProfileValue(std::move(out));
}

ProfileValue execution_profile(const ExecutableImpl& executable, const ExecutionTotals& totals) {
  const ExecutionSums sums = sums_of(executable, totals);
  ProfileValue::Map out;
  out["clockFrequency"] = ProfileValue(executable.target.getTileClockFrequency());
  out["cycles"] = number(sums.total);
  out["supersteps"] = number(sums.supersteps);
  out["computeCycles"] = number(sums.compute);
  out["syncCycles"] = number(sums.sync);
  out["exchangeCycles"] = number(sums.exchange);
  out["globalExchangeCycles"] = number(sums.link);
  out["hostExchangeCycles"] = number(sums.host);
  out["cyclesOutsidePrograms"] = number(sums.outside);
  out["tileComputeCycles"] = number(sums.busy);
  out["flops"] = number(sums.flops);
  ProfileValue::Map origins;
  for (std::size_t o = 0; o < cost_origins; ++o) {
    origins[std::string(name_of(static_cast<ipu::CostOrigin>(o)))] =
        number(sums.cycles_by_origin[o]);
  }
  out["vertexCyclesByOrigin"] = ProfileValue(std::move(origins));
  out["steps"] = steps_profile(totals);
  return ProfileValue(std::move(out));
}

}  // namespace poplar::core
