// SPDX-License-Identifier: Apache-2.0
// What one epoch brings to the file, and how much room it may take; internal to trace.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/recorder.hpp"
#include "comm/communicator.hpp"
#include "trace/global_order.hpp"
#include "trace/timeline.hpp"
#include "trace/types.hpp"

namespace weft::trace {

struct EpochSpan {
  Cycle begin = 0;
  Cycle end = 0;
  Cycle drain_before = 0;  ///< rows with a smaller cycle are written
};

/// This rank's slab of every stream, in order over all ranks. `rows` are in the file already.
/// Collective. Category::limit when the epoch holds more than settings.epoch_bytes_max; the message
/// says what fits.
std::vector<Slab> collect_epoch(const comm::Communicator& communicator, const Settings& settings,
                                Recorder& recorder, const EpochSpan& span,
                                const std::vector<std::uint64_t>& rows);

/// Most bytes that writing this epoch adds to a file.
std::uint64_t epoch_bytes_bound(const std::vector<Slab>& slabs, const Settings& settings,
                                const Rectangle& region, std::span<const CounterArray> counters,
                                const Timeline& timeline);
/// Most bytes that the end of a run adds.
std::uint64_t summary_bytes_bound(const Summary& summary);

}  // namespace weft::trace
