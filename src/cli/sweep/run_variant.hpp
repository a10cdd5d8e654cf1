// SPDX-License-Identifier: Apache-2.0
// One variant of a sweep, run in the process that runs the others too.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/job/job.hpp"
#include "cli/sweep/row.hpp"
#include "comm/communicator.hpp"
#include "partition/partition.hpp"

namespace weft::cli::sweep {

struct Variant {
  std::function<Job()> read;  ///< rank 0
  std::string what;           ///< "variant 2 of 10, a.b=4": for progress
  std::optional<partition::Cut> cut;
  /// Rank 0, once the variant is compiled: whether what has this identity need not run.
  std::function<bool(const std::string& identity)> is_done;
};

/// Collective. A variant that fails is a row, whatever its reason; nothing is thrown for it but
/// what ends the sweep: Category::interrupted, the same on every rank. Rank 0 gets the row, without
/// `values`; the others, and rank 0 where is_done() said so, get nothing.
std::optional<Row> run_variant(const comm::Communicator& world, const Variant& variant);

}  // namespace weft::cli::sweep
