// SPDX-License-Identifier: Apache-2.0
// Puts the rows of all ranks into one order and deals them to the ranks as slabs of whole chunks.
#pragma once

#include <cstdint>
#include <vector>

#include "base/recorder.hpp"
#include "comm/communicator.hpp"

namespace weft::trace {

/// This rank's consecutive part of an epoch's rows.
struct Slab {
  std::uint64_t before = 0;  ///< rows of the stream before this epoch
  std::uint64_t first = 0;   ///< row of the stream at which this part starts
  std::uint64_t total = 0;   ///< rows of the stream after this epoch, over all ranks
  std::vector<EventRow> rows;
  bool wide = false;  ///< an argument of the epoch, on any rank, is no exact double
};

/// Sorts the rows of all ranks by (cycle, tile, sequence). `mine` is sorted; the stream holds
/// `rows_before` rows already, in chunks of `chunk_rows`. The order, and thus the file's content,
/// does not depend on the ranks. Collective. Category::internal, on every rank, when two rows have
/// the same key.
Slab order_globally(const comm::Communicator& communicator, std::vector<EventRow> mine,
                    std::uint64_t rows_before, std::uint64_t chunk_rows);

}  // namespace weft::trace
