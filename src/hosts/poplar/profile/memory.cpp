// SPDX-License-Identifier: Apache-2.0
// What fills the tiles' memories, from the compiled program.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "hosts/poplar/profile/text.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;
using weft::grouped;
using weft::mean_text;
using weft::percent;

namespace {

constexpr std::size_t fullest_shown = 5;

/// Bytes by tile of one use, or of all.
struct TileBytes {
  std::string use;
  std::vector<std::uint64_t> bytes;
  std::uint64_t total() const {
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
  }
};

std::vector<TileBytes> by_use(const ipu::Program& program) {
  std::vector<TileBytes> list;
  for (std::size_t use = 0; use < ipu::memory_uses; ++use) {
    TileBytes of{std::string(ipu::name_of(static_cast<ipu::MemoryUse>(use))), {}};
    for (std::size_t at = use; at < program.memory_use.size(); at += ipu::memory_uses) {
      of.bytes.push_back(program.memory_use[at]);
    }
    list.push_back(std::move(of));
  }
  return list;
}

TileBytes all_of(const std::vector<TileBytes>& uses) {
  TileBytes all{"Total", std::vector<std::uint64_t>(uses.front().bytes.size(), 0)};
  for (const TileBytes& use : uses) {
    for (std::size_t t = 0; t < use.bytes.size(); ++t) all.bytes[t] += use.bytes[t];
  }
  return all;
}

void print_row(std::ostream& out, const std::string& name, const std::string& total,
               const std::string& least, const std::string& mean, const std::string& most,
               const std::string& tile) {
  char text[160];
  std::snprintf(text, sizeof text, "    %-20s %15s %12s %14s %12s %8s\n", name.c_str(),
                total.c_str(), least.c_str(), mean.c_str(), most.c_str(), tile.c_str());
  out << text;
}

void print_use(std::ostream& out, const TileBytes& use) {
  const auto [least, most] = std::minmax_element(use.bytes.begin(), use.bytes.end());
  print_row(
      out, use.use, grouped(use.total()), grouped(*least), mean_text(use.total(), use.bytes.size()),
      grouped(*most),
      std::to_string(std::max_element(use.bytes.begin(), use.bytes.end()) - use.bytes.begin()));
}

void print_fullest(std::ostream& out, const std::vector<TileBytes>& uses, const TileBytes& all,
                   std::uint64_t tile_bytes) {
  std::vector<std::size_t> order(all.bytes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t most = std::min(fullest_shown, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                    [&](std::size_t a, std::size_t b) {
                      return all.bytes[a] != all.bytes[b] ? all.bytes[a] > all.bytes[b] : a < b;
                    });
  out << "  Fullest tiles:\n";
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t tile = order[i];
    const auto largest = std::max_element(
        uses.begin(), uses.end(),
        [&](const TileBytes& a, const TileBytes& b) { return a.bytes[tile] < b.bytes[tile]; });
    profile_line(out, 4, "Tile " + std::to_string(tile),
                 grouped(all.bytes[tile], "byte") + " (" + percent(all.bytes[tile], tile_bytes) +
                     "% of the tile), most of it " + largest->use + ": " +
                     grouped(largest->bytes[tile]));
  }
}

}  // namespace

void print_memory(std::ostream& out, const ExecutableImpl& executable, bool storage) {
  const std::vector<TileBytes> uses = by_use(executable.program);
  const TileBytes all = all_of(uses);
  const std::uint64_t tile_bytes = executable.target.getBytesPerTile();
  const std::uint64_t capacity = executable.target.getMemoryBytes();
  out << "\nMemory Usage:\n";
  profile_line(out, 2, "Total for all IPUs",
               grouped(all.total(), "byte") + " (" + percent(all.total(), capacity) + "% of " +
                   grouped(capacity) + ")");
  out << "  By use:\n";
  print_row(out, "", "all tiles", "least", "tile average", "most", "on tile");
  for (const TileBytes& use : uses) {
    if (use.total() != 0) print_use(out, use);
  }
  print_use(out, all);
  print_fullest(out, uses, all, tile_bytes);
  if (!storage) return;
  out << "  Largest pieces of the fullest tile:\n";
  for (const front::MemoryLine& line : executable.summary.fullest_tile) {
    std::string label(ipu::name_of(line.use));
    if (line.name != label) label += " '" + line.name + "'";
    profile_line(out, 4, label, grouped(line.bytes, "byte"), 60);
  }
}

}  // namespace poplar::core
