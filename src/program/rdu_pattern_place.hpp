// SPDX-License-Identifier: Apache-2.0
// In which memory of its chip a matrix lies, and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

/// A matrix that is stored or loaded by a section.
struct Matrix {
  enum class Role : std::uint8_t {
    given,   ///< by the host, which may do so before any launch: it keeps its place
    result,  ///< that the host may ask for at any time: likewise
    passed   ///< from section to section: others have its place before `first` and after `last`
  };
  std::string name;
  Role role = Role::passed;
  std::uint32_t chip = 0;
  std::uint64_t bytes = 0;  ///< a multiple of burst_bytes
  std::uint64_t moved_bytes =
      0;                    ///< by all sections: when it is stored, and each time it is loaded
  std::uint32_t first = 0;  ///< passed: section that stores it
  std::uint32_t last = 0;   ///< passed: section that loads it last
  bool spilled = false;     ///< it lies in DRAM though matrices lie in HBM
  std::uint64_t offset_bytes = 0;  ///< passed: from where all that are passed begin
};

/// Decides `spilled` and `offset_bytes`. Without HBM nothing is spilled. Else a chip's matrices lie
/// in HBM as long as they fit, those that are passed in the lowest place that no other of the same
/// time has. Where they don't, one goes to DRAM of those that are there when room runs out: of what
/// moves fewest bytes (arXiv 2405.07518: symbols are spilled by their transfers, weights last), of
/// two alike the larger, then the longer lived, then the later; what the host gives goes last. When
/// all fit, those that fit again come back, the most moved first.
/// Category::input with the sizes and the largest users where DRAM has no room either;
/// Category::unsupported where addresses of 32 bits do not reach.
void place_matrices(std::vector<Matrix>& matrices, const Timing& timing, bool hbm);

/// Bytes that the matrices passed by a chip's memory take.
std::uint64_t passed_bytes(const std::vector<Matrix>& matrices, std::uint32_t chip, bool spilled);

}  // namespace weft::program::rdu
