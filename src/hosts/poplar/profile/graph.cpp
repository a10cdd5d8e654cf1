// SPDX-License-Identifier: Apache-2.0
// What was compiled, and for what.
#include <algorithm>

#include "base/number_text.hpp"
#include "hosts/poplar/profile/text.hpp"
#include "hosts/poplar/target/target_impl.hpp"

namespace poplar::core {

using weft::grouped;
using weft::mean_text;

namespace {

constexpr std::uint64_t kibibyte = 1024;

}  // namespace

void profile_line(std::ostream& out, std::size_t indent, const std::string& label,
                  const std::string& value, std::size_t column) {
  std::string text = std::string(indent, ' ') + label + ":";
  text.resize(std::max(text.size() + 1, column), ' ');
  out << text << value << '\n';
}

void print_target(std::ostream& out, const Target& target) {
  const std::uint64_t tile_bytes = target.getBytesPerTile();
  out << "Target:\n";
  profile_line(out, 2, "Type", target.getTargetType() == TargetType::CPU ? "CPU" : "IPU");
  profile_line(out, 2, "Machine", topology_of(target).name());
  profile_line(out, 2, "Architecture", target.getTargetArchString());
  profile_line(out, 2, "Number of IPUs", grouped(target.getNumIPUs()));
  profile_line(out, 2, "Tiles per IPU", grouped(target.getTilesPerIPU()));
  profile_line(out, 2, "Total tiles", grouped(target.getNumTiles()));
  profile_line(out, 2, "Memory per tile", mean_text(tile_bytes, kibibyte) + " kB");
  profile_line(out, 2, "Total memory",
               mean_text(target.getMemoryBytes(), kibibyte * kibibyte) + " MB");
  profile_line(
      out, 2, "Clock speed (approx)",
      mean_text(static_cast<std::uint64_t>(target.getTileClockFrequency()), 1'000'000) + " MHz");
}

void print_graph(std::ostream& out, const ExecutableImpl& executable) {
  const front::GraphSummary& graph = executable.summary;
  out << "\nGraph:\n";
  profile_line(out, 2, "Number of vertices", grouped(graph.vertices));
  profile_line(out, 2, "Number of edges", grouped(graph.edges));
  profile_line(out, 2, "Number of variables", grouped(graph.variables));
  profile_line(out, 2, "Number of compute sets", grouped(graph.compute_sets));
  profile_line(out, 2, "Number of exchanges", grouped(graph.exchanges));
}

}  // namespace poplar::core
