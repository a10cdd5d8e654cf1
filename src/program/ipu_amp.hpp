// SPDX-License-Identifier: Apache-2.0
// Cycles of the AMP units' passes: the shape of the estimator of poplibs' ConvPartial1x1 vertex.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace weft::program::ipu {

/// What a tile computes: rows times a matrix, cut into groups of channels.
struct AmpWork {
  std::uint64_t rows = 0;                 ///< N, shared by the workers
  std::uint64_t input_groups = 1;         ///< IG: of at most the weights of a unit
  std::uint64_t output_groups = 1;        ///< OG: of as many channels as units
  std::uint64_t conv_groups = 1;          ///< CG
  std::uint64_t passes = 1;               ///< kernel elements
  std::uint64_t weight_load_cycles = 32;  ///< W: units * bytes a unit / bytes loaded a cycle
  std::uint64_t workers = 6;
  bool single_precision = false;  ///< float in
};

/// The formula's numbers, in cycles: the table vertex_cost.amp_cycles of the topology, which says
/// what each one is.
struct AmpCosts {
  std::uint64_t few_rows[3] = {};         ///< of a worker with none, one, two rows
  std::uint64_t few_rows_single = 0;      ///< a row more, of float
  std::uint64_t three_rows = 0, row = 0;  ///< of a worker with three rows; a further one
  std::uint64_t adding = 0;               ///< to outputs that are there
  std::uint64_t state_kept = 0, state_kept_group = 0;
  std::uint64_t worker_spread = 0;
  std::uint64_t start = 0, conv_group = 0;
  std::uint64_t input_group = 0, output_group = 0, pass = 0;
  std::uint64_t first_input_group = 0, first_output_group = 0, first_pass = 0;
};
/// `constant` gives a constant of the topology by its whole key.
AmpCosts amp_costs(const std::function<std::uint64_t(const std::string&)>& constant,
                   bool single_precision);

/// A worker's cycles for n rows of one pass.
std::uint64_t amp_worker_cycles(const AmpCosts& costs, std::uint64_t n, bool zeroing);
/// A tile's cycles for one pass over its rows.
std::uint64_t amp_pass_cycles(const AmpCosts& costs, const AmpWork& work, bool zeroing);
/// A tile's cycles.
std::uint64_t amp_cycles(const AmpCosts& costs, const AmpWork& work);

}  // namespace weft::program::ipu
