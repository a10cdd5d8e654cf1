// SPDX-License-Identifier: Apache-2.0
// Which bytes of the tiles' memories belong to something.
#pragma once

#include <cstdint>
#include <map>

namespace weft::frontends::poplar {

/// A union of ranges of bytes in tile memories.
class ByteSet {
 public:
  void add(std::uint32_t tile, std::uint32_t begin, std::uint32_t end);
  /// Whether some byte of [begin, end) on the tile belongs to it.
  bool overlaps(std::uint32_t tile, std::uint32_t begin, std::uint32_t end) const;

 private:
  std::map<std::uint64_t, std::uint64_t> end_of_;  ///< by begin; tile in the upper half of both
};

}  // namespace weft::frontends::poplar
