// SPDX-License-Identifier: Apache-2.0
// Tensors as the host reads and writes them: runs of bytes in the tiles.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "frontends/poplar/lower_context.hpp"

namespace weft::frontends::poplar {

/// The program's arrays. The same view is one array.
class HostArrays {
 public:
  /// Those that the host names come first, each one of its own.
  explicit HostArrays(LowerContext& context);
  /// Number of the view's array in Program::arrays. Complaint::tile_mapping.
  std::uint32_t number_of(const View& view);

 private:
  std::uint32_t add(const std::string& name, const View& view, std::uint64_t hash);

  LowerContext& context_;
  /// What an array was made of, by hash.
  struct Made {
    View view;
    std::uint32_t number = 0;
  };
  std::multimap<std::uint64_t, Made> made_;
};

}  // namespace weft::frontends::poplar
