// SPDX-License-Identifier: Apache-2.0
// Which rank holds which of the host's bytes, be they of a variable, a stream or an array.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/arrays.hpp"
#include "engine/command.hpp"
#include "engine/layout.hpp"

namespace weft::engine {

/// Of one command. What it is made from outlives it.
class Placement {
 public:
  /// At the tiles of the command's rectangle: `slices` by rank.
  Placement(const HostCommand& command, std::span<const Rectangle> slices)
      : command_(command), slices_(slices) {}
  /// Of an array, where the machine put it; asked on rank 0 only.
  Placement(const HostCommand& command, const PartsOfRanks& parts)
      : command_(command), parts_(&parts) {}

  /// Whether a rank's bytes are all of the host's, in the same order.
  bool is_whole(std::size_t rank) const {
    return parts_ != nullptr ? engine::is_whole((*parts_)[rank], command_.data_bytes())
                             : engine::is_whole(command_, slices_[rank]);
  }
  /// A rank's bytes of the host's `data`.
  std::vector<std::byte> take(std::size_t rank, std::span<const std::byte> data) const {
    return parts_ != nullptr ? take_parts((*parts_)[rank], data)
                             : take_part(command_, data, slices_[rank]);
  }
  /// The inverse: puts a rank's bytes where they belong in `data`.
  void put(std::size_t rank, std::span<const std::byte> part, std::span<std::byte> data) const {
    if (parts_ != nullptr) return put_parts((*parts_)[rank], part, data);
    put_part(command_, part, slices_[rank], data);
  }

 private:
  const HostCommand& command_;
  std::span<const Rectangle> slices_;
  const PartsOfRanks* parts_ = nullptr;
};

}  // namespace weft::engine
