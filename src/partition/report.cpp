// SPDX-License-Identifier: Apache-2.0
// The plan as people read it, and the refusal of one that does not fit.
#include <algorithm>
#include <iomanip>
#include <map>
#include <sstream>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text_stream.hpp"
#include "partition/partition.hpp"

namespace weft::partition {

namespace {

std::string rectangle_text(const Rectangle& r) {
  if (r.empty()) return "no tiles";
  TextStream out;
  out << "x " << r.x0 << ".." << r.x1() - 1 << ", y " << r.y0 << ".." << r.y1() - 1;
  return out.str();
}

/// "0 2 5..63": three or more in a row by the first and the last.
std::string list_text(const std::vector<int>& ranks) {
  std::string out;
  for (std::size_t i = 0; i < ranks.size();) {
    std::size_t last = i;
    while (last + 1 < ranks.size() && ranks[last + 1] == ranks[last] + 1) ++last;
    if (last < i + 2) last = i;
    out += (out.empty() ? "" : " ") + std::to_string(ranks[i]);
    if (last > i) out += ".." + std::to_string(ranks[last]);
    i = last + 1;
  }
  return out.empty() ? "-" : out;
}

/// "2 x 3" slices, or how many share a row where rows differ.
std::string shape_text(const Partition& partition) {
  const std::uint32_t width = partition.grid_width;
  const auto holders = static_cast<std::uint64_t>(partition.holders());
  if (holders == std::uint64_t{width} * partition.grid_height) {
    return std::to_string(width) + " x " + std::to_string(partition.grid_height);
  }
  return std::to_string(width - 1) + " or " + std::to_string(width) + " a row";
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  const bool small = bytes < 1024 * 1024;
  const double unit = small ? 1024.0 : 1024.0 * 1024.0;
  return fixed(static_cast<double>(bytes) / unit, 1) + (small ? " KiB" : " MiB");
}

std::string describe(const Partition& partition, std::span<const std::vector<int>> neighbours,
                     const BytesOfRank& bytes) {
  TextStream out;
  out << "region " << partition.region.width << " x " << partition.region.height << " tiles, "
      << counted(partition.ranks(), "rank") << ", cut " << cut_name(partition.cut) << " "
      << shape_text(partition) << "\n";
  out << "  rank      tiles       memory  neighbours   rectangle\n";
  std::uint64_t total = 0;
  std::size_t messages = 0;  // one each way a pair
  for (int rank = 0; rank < partition.ranks(); ++rank) {
    const Rectangle& slice = partition.slices[static_cast<std::size_t>(rank)];
    const std::vector<int>& with = neighbours[static_cast<std::size_t>(rank)];
    const std::uint64_t need = bytes(rank);
    total += need;
    messages += with.size();
    out << std::setw(6) << rank << std::setw(11) << slice.tiles() << std::setw(13)
        << size_text(need) << "  " << std::left << std::setw(11) << list_text(with) << std::right
        << "  " << rectangle_text(slice) << "\n";
  }
  out << "  " << messages / 2 << " pairs of neighbours, " << size_text(total) << " in all\n";
  return out.str();
}

void require_memory(const Partition& partition, const BytesOfRank& bytes,
                    std::span<const int> node_of_rank, std::uint64_t node_bytes_max,
                    const std::function<std::string(int node)>& filled_by) {
  std::map<int, std::uint64_t> need;
  for (int rank = 0; rank < partition.ranks(); ++rank) {
    need[node_of_rank[static_cast<std::size_t>(rank)]] += bytes(rank);
  }
  for (const auto& [node, sum] : need) {
    if (sum <= node_bytes_max) continue;
    const auto ranks = std::count(node_of_rank.begin(), node_of_rank.end(), node);
    fail(Category::limit, "the machine does not fit: the " + std::to_string(ranks) +
                              (ranks == 1 ? " rank" : " ranks") + " of node " +
                              std::to_string(node) + " need " + size_text(sum) + ", " +
                              size_text(node_bytes_max) +
                              " may be used; use more nodes or a smaller region" +
                              (filled_by ? "; filled by " + filled_by(node) : ""));
  }
}

}  // namespace weft::partition
