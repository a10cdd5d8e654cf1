// SPDX-License-Identifier: Apache-2.0
// Which vertex runs: for the words of a codelet that went wrong, or that does not come back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "program/ipu.hpp"

namespace weft::machine::ipu {

/// "tile 7", with its IPU where there are several.
std::string tile_words(const program::ipu::Program& program, std::uint32_t tile);
/// "vertex 'Add' of compute set 'sum'"; `set` is the number of that compute set.
std::string vertex_words(const program::ipu::Program& program, std::uint64_t vertex,
                         std::uint64_t& set);

/// The vertices that threads are inside of; read by another thread while they run.
class Running {
 public:
  explicit Running(const program::ipu::Program& program) : program_(program) {}
  /// This thread's place: 1 + the number of the vertex in Program::vertices, 0 where it runs none.
  std::atomic<std::uint64_t>& place();
  /// What runs, in words, of a Running; for Busy.
  static std::string describe(const void* running);

 private:
  static constexpr std::size_t places = 64;
  const program::ipu::Program& program_;
  std::array<std::atomic<std::uint64_t>, places> vertices_{};
};

}  // namespace weft::machine::ipu
