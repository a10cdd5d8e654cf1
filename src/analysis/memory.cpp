// SPDX-License-Identifier: Apache-2.0
// Sums and tables.
#include "analysis/memory.hpp"

#include <algorithm>
#include <numeric>

#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

void add(MemoryUseTotals& totals, std::uint32_t tile, std::uint64_t bytes) {
  totals.total += bytes;
  totals.least = tile == 0 ? bytes : std::min(totals.least, bytes);
  if (tile != 0 && bytes <= totals.most) return;
  totals.most = bytes;
  totals.fullest = tile;
}

TableRow row_of(const MemoryUseTotals& totals, const MemoryReport& report) {
  return {totals.use,
          grouped(totals.total),
          percent(totals.total, report.all.total),
          grouped(totals.least),
          mean_text(totals.total, report.tiles),
          grouped(totals.most),
          std::to_string(totals.fullest)};
}

/// The use that takes most of a tile.
std::size_t largest(const TileBytes& tile) {
  return static_cast<std::size_t>(std::max_element(tile.by_use.begin(), tile.by_use.end()) -
                                  tile.by_use.begin());
}

}  // namespace

TileBytes tile_memory(const std::vector<std::string>& uses,
                      const std::vector<std::uint64_t>& values, std::uint32_t tile) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(tile * uses.size());
  TileBytes bytes{tile, 0, {first, first + static_cast<std::ptrdiff_t>(uses.size())}};
  bytes.bytes = std::accumulate(bytes.by_use.begin(), bytes.by_use.end(), std::uint64_t{0});
  return bytes;
}

MemoryReport memory_report(const std::vector<std::string>& uses,
                           const std::vector<std::uint64_t>& values, std::uint64_t tile_bytes,
                           std::size_t top) {
  MemoryReport report;
  report.tiles = static_cast<std::uint32_t>(values.size() / uses.size());
  report.tile_bytes = tile_bytes;
  for (const std::string& use : uses) report.uses.push_back({use, 0, 0, 0, 0});
  report.all.use = "total";
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::uint32_t t = 0; t < report.tiles; ++t) {
    const TileBytes tile = tile_memory(uses, values, t);
    for (std::size_t u = 0; u < uses.size(); ++u) add(report.uses[u], t, tile.by_use[u]);
    add(report.all, t, tile.bytes);
    order.emplace_back(tile.bytes, t);
  }
  const auto last = order.begin() + static_cast<std::ptrdiff_t>(std::min(top, order.size()));
  std::partial_sort(order.begin(), last, order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  for (auto at = order.begin(); at != last; ++at) {
    report.fullest.push_back(tile_memory(uses, values, at->second));
  }
  return report;
}

std::string describe(const MemoryReport& report) {
  std::string text = grouped(report.all.total) + " B on " + grouped(report.tiles, "tile");
  if (report.tile_bytes != 0) {
    text += ", " + percent(report.all.total, report.tile_bytes * report.tiles) + " % of " +
            grouped(report.tile_bytes) + " B a tile";
  }
  text += "\n\n";
  std::vector<TableRow> rows{{"use", "total B", "%", "least", "mean", "most", "on tile"}};
  for (const MemoryUseTotals& use : report.uses) {
    if (use.total != 0) rows.push_back(row_of(use, report));
  }
  rows.push_back(row_of(report.all, report));
  text += table_text(rows, true) + "\n";
  rows = {{"fullest tiles", "B"}};
  if (report.tile_bytes != 0) rows[0].emplace_back("% of tile");
  rows[0].emplace_back("most of it");
  for (const TileBytes& tile : report.fullest) {
    rows.push_back({std::to_string(tile.tile), grouped(tile.bytes)});
    if (report.tile_bytes != 0) rows.back().push_back(percent(tile.bytes, report.tile_bytes));
    const std::size_t use = largest(tile);
    rows.back().push_back(report.uses[use].use + " " + grouped(tile.by_use[use]));
  }
  return text + table_text(rows, true);
}

std::string describe(const TileBytes& tile, const std::vector<std::string>& uses,
                     std::uint64_t tile_bytes) {
  std::vector<TableRow> rows{{"tile " + std::to_string(tile.tile), "B", "%"}};
  for (std::size_t u = 0; u < uses.size(); ++u) {
    rows.push_back({uses[u], grouped(tile.by_use[u]), percent(tile.by_use[u], tile.bytes)});
  }
  rows.push_back({"total", grouped(tile.bytes), percent(tile.bytes, tile.bytes)});
  if (tile_bytes != 0) {
    const bool over = tile.bytes > tile_bytes;
    const std::uint64_t rest = over ? tile.bytes - tile_bytes : tile_bytes - tile.bytes;
    rows.push_back({over ? "too much" : "free", grouped(rest)});
  }
  return table_text(rows, true);
}

}  // namespace weft::analysis
