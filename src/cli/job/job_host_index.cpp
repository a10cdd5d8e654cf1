// SPDX-License-Identifier: Apache-2.0
// Where a tile's element lies in a host array.
#include <cstring>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/job/job_data.hpp"

namespace weft::cli {

HostIndex::HostIndex(const DataLayout& layout, const Rectangle& region, std::uint32_t elements,
                     std::uint32_t block_rows)
    : layout_(layout),
      width_(region.width),
      height_(region.height),
      elements_(elements),
      rows_(block_rows),
      columns_(elements / block_rows) {}

std::uint64_t HostIndex::operator()(std::uint64_t x, std::uint64_t y, std::uint64_t e) const {
  const bool by_column = layout_.order == ElementOrder::column_major;
  switch (layout_.arrangement) {
    case Arrangement::same:
      return e;
    case Arrangement::tiles:
      return by_column ? y + height_ * (x + width_ * e) : (y * width_ + x) * elements_ + e;
    case Arrangement::blocks: {
      const std::uint64_t row = by_column ? e % rows_ : e / columns_;
      const std::uint64_t column = by_column ? e / rows_ : e % columns_;
      return (y * rows_ + row) * width_ * columns_ + x * columns_ + column;
    }
  }
  return 0;
}

std::uint64_t HostIndex::count() const {
  return layout_.arrangement == Arrangement::same ? elements_ : width_ * height_ * elements_;
}

std::vector<std::uint64_t> HostIndex::shape() const {
  switch (layout_.arrangement) {
    case Arrangement::same:
      return {elements_};
    case Arrangement::tiles:
      if (layout_.order == ElementOrder::column_major) return {elements_, width_, height_};
      return {height_, width_, elements_};
    case Arrangement::blocks:
      return {height_ * rows_, width_ * columns_};
  }
  return {};
}

namespace {

HostIndex place_of(const JobCommand& command, const DataLayout& layout, const Rectangle& region,
                   std::uint32_t elements) {
  if (layout.arrangement == Arrangement::same) {
    command.where.fail("layout", "cannot be 'same' for what comes out");
  }
  const std::uint32_t rows = layout.block_rows == 0 ? 1 : layout.block_rows;
  if (elements % rows != 0) {
    command.where.fail("block_rows", "is " + std::to_string(rows) + ", which does not divide " +
                                         counted(elements, "element") + " a tile");
  }
  return HostIndex(layout, region, elements, rows);
}

}  // namespace

trace::Tensor host_shape(const JobCommand& command, const DataLayout& layout,
                         const Rectangle& region, const TileData& data) {
  const HostIndex place = place_of(command, layout, region, data.elements);
  trace::Tensor out;
  out.type = data.type;
  out.shape = place.shape();
  if (data.items != 1) out.shape = {data.items, place.count()};
  return out;
}

trace::Tensor array_shape(const Target& target) { return {target.type, target.shape, {}}; }

trace::Tensor host_array(const JobCommand& command, const DataLayout& layout,
                         const Rectangle& region, TileData data) {
  const HostIndex place = place_of(command, layout, region, data.elements);
  trace::Tensor out = host_shape(command, layout, region, data);
  if (place.is_identity()) {
    out.bytes = std::move(data.bytes);
    return out;
  }
  out.bytes.resize(data.bytes.size());
  const std::size_t size = trace::size_bytes(data.type);
  const std::byte* from = data.bytes.data();
  for (std::uint64_t item = 0; item < data.items; ++item) {
    std::byte* to = out.bytes.data() + item * place.count() * size;
    for (std::uint32_t y = 0; y < region.height; ++y) {
      for (std::uint32_t x = 0; x < region.width; ++x) {
        for (std::uint32_t e = 0; e < data.elements; ++e, from += size) {
          std::memcpy(to + place(x, y, e) * size, from, size);
        }
      }
    }
  }
  return out;
}

}  // namespace weft::cli
