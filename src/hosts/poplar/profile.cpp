// SPDX-License-Identifier: Apache-2.0
// Profiles of compiled and run graphs, for people and as trees of values.
#include "hosts/poplar/profile.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace poplar::core {

namespace ipu = weft::program::ipu;

namespace {

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string kilobytes(std::uint64_t bytes) {
  return fixed(static_cast<double>(bytes) / 1024, 1) + " kB";
}

void line(std::ostream& out, std::size_t indent, const std::string& label,
          const std::string& value) {
  constexpr std::size_t column = 34;
  std::string text = std::string(indent, ' ') + label + ":";
  text.resize(std::max(text.size() + 1, column), ' ');
  out << text << value << '\n';
}

/// Bytes that a tile uses, everything accounted.
std::vector<std::uint64_t> tile_bytes(const ipu::Program& program) {
  std::vector<std::uint64_t> bytes(program.memory_use.size() / ipu::memory_uses, 0);
  for (std::size_t i = 0; i < program.memory_use.size(); ++i) {
    bytes[i / ipu::memory_uses] += program.memory_use[i];
  }
  return bytes;
}

/// Bytes of all tiles by use.
std::vector<std::uint64_t> bytes_of_use(const ipu::Program& program) {
  std::vector<std::uint64_t> bytes(ipu::memory_uses, 0);
  for (std::size_t i = 0; i < program.memory_use.size(); ++i) {
    bytes[i % ipu::memory_uses] += program.memory_use[i];
  }
  return bytes;
}

void print_target(std::ostream& out, const Target& target) {
  out << "Target:\n";
  line(out, 2, "Type", target.getTargetType() == TargetType::CPU ? "CPU" : "IPU");
  line(out, 2, "Machine", topology_of(target).name());
  line(out, 2, "Architecture", target.getTargetArchString());
  line(out, 2, "Number of IPUs", std::to_string(target.getNumIPUs()));
  line(out, 2, "Tiles per IPU", grouped(target.getTilesPerIPU()));
  line(out, 2, "Total tiles", grouped(target.getNumTiles()));
  line(out, 2, "Memory per tile", kilobytes(target.getBytesPerTile()));
  line(out, 2, "Total memory",
       fixed(static_cast<double>(target.getMemoryBytes()) / 1048576, 1) + " MB");
  line(out, 2, "Clock speed (approx)", fixed(target.getTileClockFrequency() / 1e6, 1) + " MHz");
}

void print_graph(std::ostream& out, const ExecutableImpl& executable) {
  const front::GraphSummary& graph = executable.summary;
  out << "\nGraph:\n";
  line(out, 2, "Number of vertices", grouped(graph.vertices));
  line(out, 2, "Number of edges", grouped(graph.edges));
  line(out, 2, "Number of variables", grouped(graph.variables));
  line(out, 2, "Number of compute sets", grouped(graph.compute_sets));
  line(out, 2, "Number of exchanges", grouped(graph.exchanges));
  if (graph.instances_of_codelet.empty()) return;
  out << "  Vertices by type (instances):\n";
  for (const auto& [name, count] : graph.instances_of_codelet) {
    line(out, 4, name, grouped(count));
  }
}

void print_memory(std::ostream& out, const ExecutableImpl& executable) {
  constexpr std::size_t shown = 5;
  const std::vector<std::uint64_t> tiles = tile_bytes(executable.program);
  const std::uint64_t total = std::accumulate(tiles.begin(), tiles.end(), std::uint64_t{0});
  const std::uint64_t capacity = executable.target.getMemoryBytes();
  out << "\nMemory Usage:\n";
  line(out, 2, "Total",
       grouped(total) + " bytes (" +
           fixed(100.0 * static_cast<double>(total) / static_cast<double>(capacity), 1) + "% of " +
           grouped(capacity) + ")");
  out << "  By use, all tiles:\n";
  const std::vector<std::uint64_t> uses = bytes_of_use(executable.program);
  for (std::size_t use = 0; use < uses.size(); ++use) {
    line(out, 4, std::string(ipu::name_of(static_cast<ipu::MemoryUse>(use))),
         grouped(uses[use]) + " bytes");
  }
  std::vector<std::size_t> order(tiles.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t most = std::min(shown, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                    [&](std::size_t a, std::size_t b) {
                      return tiles[a] != tiles[b] ? tiles[a] > tiles[b] : a < b;
                    });
  out << "  Fullest tiles:\n";
  for (std::size_t i = 0; i < most; ++i) {
    line(out, 4, "Tile " + std::to_string(order[i]), grouped(tiles[order[i]]) + " bytes");
  }
}

void print_execution(std::ostream& out, EngineImpl& engine) {
  const std::uint64_t now = engine.now();
  if (now == 0) return;
  const std::uint64_t cycles = now - std::min(now, engine.profile_from());
  const double hz = engine.executable().target.getTileClockFrequency();
  out << "\nExecution:\n";
  line(
      out, 2, "Total cycles",
      grouped(cycles) + " (" + fixed(static_cast<double>(cycles) / hz * 1e6, 1) + " microseconds)");
}

}  // namespace

void print_profile_summary(std::ostream& out, EngineImpl& engine, const OptionFlags&) {
  print_target(out, engine.executable().target);
  print_graph(out, engine.executable());
  print_memory(out, engine.executable());
  print_execution(out, engine);
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

}  // namespace

ProfileValue graph_profile(const ExecutableImpl& executable) {
  ProfileValue::Map graph;
  graph["numVertices"] = number(executable.summary.vertices);
  graph["numEdges"] = number(executable.summary.edges);
  graph["numVars"] = number(executable.summary.variables);
  graph["numComputeSets"] = number(executable.summary.compute_sets);
  graph["numExchanges"] = number(executable.summary.exchanges);
  ProfileValue::Vector tiles;
  for (const std::uint64_t bytes : tile_bytes(executable.program)) tiles.push_back(number(bytes));
  ProfileValue::Map memory;
  const std::vector<std::uint64_t> uses = bytes_of_use(executable.program);
  for (std::size_t use = 0; use < uses.size(); ++use) {
    memory[std::string(ipu::name_of(static_cast<ipu::MemoryUse>(use)))] = number(uses[use]);
  }
  ProfileValue::Map out;
  out["target"] = target_profile(executable.target);
  out["graph"] = ProfileValue(std::move(graph));
  out["vertexInstances"] = numbers(executable.summary.instances_of_codelet);
  out["vertexCycleEstimates"] = numbers(executable.summary.cycles_of_codelet);
  out["memory"] = ProfileValue(ProfileValue::Map{{"byUse", ProfileValue(std::move(memory))},
                                                 {"byTile", ProfileValue(std::move(tiles))}});
  return ProfileValue(std::move(out));
}

ProfileValue execution_profile(EngineImpl& engine) {
  const std::uint64_t now = engine.now();
  ProfileValue::Map out;
  out["cycles"] = number(now - std::min(now, engine.profile_from()));
  out["clockFrequency"] = ProfileValue(engine.executable().target.getTileClockFrequency());
  return ProfileValue(std::move(out));
}

}  // namespace poplar::core
