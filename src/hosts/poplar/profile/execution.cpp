// SPDX-License-Identifier: Apache-2.0
// Where the cycles of a run went.
#include <algorithm>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "hosts/poplar/profile/text.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;
using weft::grouped;
using weft::mean_text;
using weft::percent;

namespace {

constexpr std::size_t column = 56;

/// "3,717.6 (0.1% of total)": a mean over tiles.
std::string tile_average(const ExecutionSums& sums, std::uint64_t tile_cycles) {
  return mean_text(tile_cycles, sums.tiles) + " (" + percent(tile_cycles, sums.tiles * sums.total) +
         "% of total)";
}

/// The same of what all tiles spend alike.
std::string everywhere(const ExecutionSums& sums, weft::Cycle cycles) {
  return tile_average(sums, sums.tiles * cycles);
}

void print_phases(std::ostream& out, const ExecutionSums& sums) {
  const auto line = [&](const char* label, const std::string& value) {
    profile_line(out, 2, label, value, column);
  };
  line("Tile average compute cycles (including idle threads)", tile_average(sums, sums.busy));
  line("Tile average compute cycles (excluding idle threads)", tile_average(sums, sums.slots));
  line("Tile average IPU exchange cycles", everywhere(sums, sums.exchange));
  line("Tile average global exchange cycles", everywhere(sums, sums.link));
  line("Tile average host exchange cycles", everywhere(sums, sums.host));
  line("Tile average sync cycles", everywhere(sums, sums.sync));
  line("Tile average cycles waiting for the slowest tile", tile_average(sums, sums.waiting));
  line("Cycles outside programs", everywhere(sums, sums.outside));
}

/// "1,234 of 2,000 vertices user estimate": where a type's costs come from.
std::string origins_of(const CodeletSums& codelet) {
  std::string text;
  for (std::size_t o = 0; o < cost_origins; ++o) {
    if (codelet.instances_by_origin[o] == 0) continue;
    if (!text.empty()) text += ", ";
    text += name_of(static_cast<ipu::CostOrigin>(o));
    if (codelet.instances_by_origin[o] != codelet.instances) {
      text += " (" + grouped(codelet.instances_by_origin[o]) + ")";
    }
  }
  return text;
}

void print_codelets(std::ostream& out, const ExecutionSums& sums) {
  std::vector<std::pair<std::string, CodeletSums>> list(sums.codelets.begin(), sums.codelets.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second.cycles > b.second.cycles; });
  if (list.empty()) return;
  std::size_t wide = 0;
  for (const auto& [name, codelet] : list) {
    wide = std::max(wide, name.size() + grouped(codelet.instances).size());
  }
  out << "\n  Cycles by vertex type (instances), and where its cost comes from:\n";
  for (const auto& [name, codelet] : list) {
    profile_line(out, 4, name + " (" + grouped(codelet.instances) + ")",
                 grouped(codelet.cycles) + "  " + origins_of(codelet), wide + 9);
  }
}

void print_origins(std::ostream& out, const ExecutionSums& sums) {
  std::uint64_t all = 0;
  for (const std::uint64_t cycles : sums.cycles_by_origin) all += cycles;
  if (all == 0) return;
  out << "\n  Vertex cycles by where they come from:\n";
  for (std::size_t o = 0; o < cost_origins; ++o) {
    profile_line(
        out, 4, std::string(name_of(static_cast<ipu::CostOrigin>(o))),
        grouped(sums.cycles_by_origin[o]) + " (" + percent(sums.cycles_by_origin[o], all) + "%)");
  }
}

}  // namespace

void print_execution(std::ostream& out, const ExecutableImpl& executable,
                     const ExecutionTotals& totals) {
  const ExecutionSums sums = sums_of(executable, totals);
  const double hz = executable.target.getTileClockFrequency();
  out << "\nExecution:\n";
  profile_line(out, 2, "Total cycles",
               grouped(sums.total) + " (approx " +
                   weft::microseconds(sums.total, static_cast<std::uint64_t>(hz)) +
                   " microseconds)",
               column);
  print_phases(out, sums);
  out << '\n';
  profile_line(out, 2, "Supersteps", grouped(sums.supersteps), column);
  profile_line(out, 2, "Tile balance",
               percent(sums.busy, sums.tiles * sums.busiest) + "% (busiest: tile " +
                   std::to_string(sums.busiest_tile) + ", " + grouped(sums.busiest, "cycle") + ")",
               column);
  profile_line(out, 2, "Tile average cycles in on-tile copies", mean_text(sums.copies, sums.tiles),
               column);
  profile_line(out, 2, "Bytes exchanged between tiles", grouped(sums.bytes_received), column);
  if (sums.flops != 0) {
    profile_line(out, 2, "FLOPs",
                 grouped(sums.flops) + " (" + mean_text(sums.flops, sums.total) + " a cycle, " +
                     mean_text(sums.flops, sums.tiles * sums.compute) +
                     " a cycle and tile while computing)",
                 column);
  }
  print_codelets(out, sums);
  print_origins(out, sums);
}

}  // namespace poplar::core
