// SPDX-License-Identifier: Apache-2.0
// Each slice's rows go to the ranks whose bands they cross.
#include "trace/bands.hpp"

#include <algorithm>

#include "trace/all_to_all.hpp"

namespace weft::trace {
namespace {

constexpr std::uint64_t chunk_values = 65536;

/// Calls piece(y) for the rows that a slice and a band have in common.
template <typename Piece>
void common_rows(const Rectangle& slice, const Band& band, const Piece& piece) {
  const std::uint64_t end = std::min<std::uint64_t>(slice.y1(), band.y1);
  for (std::uint64_t y = std::max<std::uint64_t>(slice.y0, band.y0); y < end; ++y) piece(y);
}

}  // namespace

std::uint64_t rows_per_chunk(const Rectangle& region, std::uint64_t channels) {
  const std::uint64_t row = std::max<std::uint64_t>(1, region.width * channels);
  return std::clamp<std::uint64_t>(chunk_values / row, 1, std::max(1U, region.height));
}

Bands::Bands(const comm::Communicator& communicator, const Rectangle& region,
             const Rectangle& slice)
    : communicator_(&communicator),
      region_(region),
      self_(static_cast<std::size_t>(communicator.rank())) {
  const auto size = static_cast<std::size_t>(communicator.size());
  std::vector<std::vector<Rectangle>> parts(size, {slice});
  for (const auto& theirs : all_to_all(communicator, std::move(parts))) {
    slices_.push_back(theirs.at(0));
  }
}

Band Bands::band(std::size_t rank, std::uint64_t channels) const {
  const std::uint64_t rows = rows_per_chunk(region_, channels);
  const std::uint64_t chunks = (region_.height + rows - 1) / rows;
  const std::uint64_t size = slices_.size();
  const auto start = [&](std::uint64_t r) {
    return std::min<std::uint64_t>(r * chunks / size * rows, region_.height);
  };
  return {start(rank), start(rank + 1)};
}

std::vector<std::uint64_t> Bands::gather(std::span<const std::uint64_t> values,
                                         std::uint64_t channels) const {
  const std::uint64_t row_values = slice().width * channels;
  std::vector<std::vector<std::uint64_t>> parts(slices_.size());
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    common_rows(slice(), band(rank, channels), [&](std::uint64_t y) {
      const auto row = values.subspan((y - slice().y0) * row_values, row_values);
      parts[rank].insert(parts[rank].end(), row.begin(), row.end());
    });
  }
  const auto received = all_to_all(*communicator_, std::move(parts));
  const Band out = mine(channels);
  const std::uint64_t out_row = region_.width * channels;
  std::vector<std::uint64_t> grid((out.y1 - out.y0) * out_row);
  for (std::size_t rank = 0; rank < received.size(); ++rank) {
    const Rectangle& from = slices_[rank];
    const std::uint64_t count = from.width * channels;
    auto next = received[rank].begin();
    common_rows(from, out, [&](std::uint64_t y) {
      const auto to =
          grid.begin() + static_cast<std::ptrdiff_t>((y - out.y0) * out_row + from.x0 * channels);
      std::copy_n(next, count, to);
      next += static_cast<std::ptrdiff_t>(count);
    });
  }
  return grid;
}

}  // namespace weft::trace
