// SPDX-License-Identifier: Apache-2.0
// Host arrays of a job: where they come from, and how their elements map to tiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/job/job.hpp"
#include "trace/tensor.hpp"

namespace weft::cli {

/// Elements for the tiles of a rectangle: [item][tile, row-major][element].
struct TileData {
  std::uint64_t items = 1;
  std::uint32_t elements = 0;  ///< a tile and item
  trace::ElementType type = trace::ElementType::f32;
  std::vector<std::byte> bytes;
};

/// What the far side of a copy is: a variable of a tile, a stream (elements 0: any number), or a
/// whole array, which is copied as if a tile held it.
struct Target {
  std::string name;
  trace::ElementType type = trace::ElementType::f32;
  std::uint32_t elements = 0;
  bool is_array = false;
  std::vector<std::uint64_t> shape{};  ///< array
};

/// "f32" ... as an element type; Category::input for another word.
trace::ElementType element_type(const std::string& name);

/// Reads a file's array; refuses NaN, naming the element. "file:dataset" in messages.
trace::Tensor read_source(const DataSource& source);
std::string describe(const DataSource& source);
/// `count` entries of the tensor's first axis from `first` on; all for a count of 0.
trace::Tensor items_of(const topology::Table& where, std::uint64_t first, std::uint64_t count,
                       const trace::Tensor& tensor);
/// Those that the check's `items` chooses.
trace::Tensor items_of(const JobCheck& check, const trace::Tensor& tensor);

/// The data of a command for `region`. With `in_items`, the first axis of an array of two axes or
/// more counts items. Category::input, naming the command's place, when type, number or shape do
/// not fit the target.
TileData tile_data(const JobCommand& command, const Target& target, const Rectangle& region,
                   bool in_items);

/// Place of tile (x, y)'s element e in an item's host array, for a region of width x height tiles.
class HostIndex {
 public:
  HostIndex(const DataLayout& layout, const Rectangle& region, std::uint32_t elements,
            std::uint32_t block_rows);
  std::uint64_t operator()(std::uint64_t x, std::uint64_t y, std::uint64_t e) const;
  /// True when every element's place is its place among the tiles' elements.
  bool is_identity() const {
    return layout_.arrangement == Arrangement::tiles && layout_.order == ElementOrder::row_major;
  }
  /// Elements of the host array.
  std::uint64_t count() const;
  /// Shape of the host array.
  std::vector<std::uint64_t> shape() const;

 private:
  DataLayout layout_;
  std::uint64_t width_, height_, elements_, rows_, columns_;
};

/// Type and shape of what will come out of the machine, without values: `data` needs no bytes.
/// Category::input, naming the command's place, when the layout does not fit.
trace::Tensor host_shape(const JobCommand& command, const DataLayout& layout,
                         const Rectangle& region, const TileData& data);
/// The same of an array.
trace::Tensor array_shape(const Target& target);
/// What came out of the machine, as a host array: with a leading axis when `items` is not 1.
trace::Tensor host_array(const JobCommand& command, const DataLayout& layout,
                         const Rectangle& region, TileData data);

}  // namespace weft::cli
