// SPDX-License-Identifier: Apache-2.0
// Cycles of the AMP units' passes: the estimator of poplibs' ConvPartial1x1 vertex.
#pragma once

#include <cstdint>

namespace weft::libraries {

/// What a tile computes: rows times a matrix, cut into groups of channels.
struct AmpWork {
  std::uint64_t rows = 0;                 ///< N, shared by the workers
  std::uint64_t input_groups = 1;         ///< IG: of at most the weights of a unit
  std::uint64_t output_groups = 1;        ///< OG: of as many channels as units
  std::uint64_t conv_groups = 1;          ///< CG
  std::uint64_t passes = 1;               ///< kernel elements
  std::uint64_t weight_load_cycles = 32;  ///< W: units * bytes a unit / bytes loaded a cycle
  std::uint64_t workers = 6;
  bool single_precision = false;  ///< float in: 8 cycles a row in place of 4
};

/// A worker's cycles for n rows of one pass.
constexpr std::uint64_t amp_worker_cycles(std::uint64_t n, bool single_precision, bool zeroing) {
  constexpr std::uint64_t state_kept = 7;  // saved by state that stays between calls
  if (n < 3) {
    constexpr std::uint64_t few[] = {21, 32, 41};
    const std::uint64_t slower = single_precision ? 4 * n : 0;
    return few[n] + slower - state_kept;
  }
  const std::uint64_t core = single_precision ? 46 + 8 * (n - 3) : 37 + 4 * (n - 3);
  return core + (zeroing ? 0 : 1) - state_kept;
}

/// A tile's cycles for one pass over its rows.
constexpr std::uint64_t amp_pass_cycles(const AmpWork& work, bool zeroing) {
  const std::uint64_t few = work.rows / work.workers;
  const std::uint64_t many = (work.rows + work.workers - 1) / work.workers;
  const std::uint64_t a = amp_worker_cycles(few, work.single_precision, zeroing);
  const std::uint64_t b = amp_worker_cycles(many, work.single_precision, zeroing);
  const std::uint64_t most = work.workers * (a > b ? a : b);
  const std::uint64_t least = work.workers * (a > b ? b : a) + 14;
  return most > least ? most : least;
}

/// A tile's cycles.
constexpr std::uint64_t amp_cycles(const AmpWork& work) {
  const std::uint64_t first = amp_pass_cycles(work, true);
  const std::uint64_t later = amp_pass_cycles(work, false);
  const std::uint64_t load = work.weight_load_cycles;
  const std::uint64_t groups = work.input_groups * work.conv_groups;
  const std::uint64_t more =
      (work.input_groups - 1) * (15 + work.output_groups * (19 + work.passes * (6 + load + later)));
  const std::uint64_t zeroing = 11 + work.output_groups * (18 + work.passes * (7 + load + first));
  return 50 + work.workers * (7 + 3 * (groups - 1)) + work.conv_groups * (13 + more + zeroing);
}

}  // namespace weft::libraries
