// SPDX-License-Identifier: Apache-2.0
// The deadlock report, and counters gathered from all ranks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/recorder.hpp"
#include "comm/communicator.hpp"
#include "engine/result.hpp"
#include "machine/machine.hpp"
#include "trace/types.hpp"

namespace weft::engine {

/// Which tiles wait for what: the first ten of all ranks in tile order, and how many more; then the
/// loop in which they wait, where a machine knows whom they wait for. The same text on every rank.
/// Collective.
std::string waiting_report(const comm::Communicator& communicator, const Rectangle& region,
                           const machine::Machine* machine);

/// What the machines of all ranks remark, each thing once, the first of it that of the least
/// (cycle, tile). The same on every rank. Collective.
std::vector<Remark> share_remarks(const comm::Communicator& communicator, const Rectangle& region,
                                  const machine::Machine* machine);

/// Category::input where the machine has no counter of a name that is wanted.
void require_counters(const std::vector<trace::WantedCounter>& wanted,
                      const std::vector<CounterArray>& counters);

/// Names, units and channels of rank 0's counters on every rank, without values. Collective.
std::vector<CounterArray> share_counter_shapes(const comm::Communicator& communicator,
                                               const machine::Machine* machine);

/// Sums over all tiles, by "name" or "name.channel". Collective.
std::map<std::string, std::uint64_t> sum_counters(const comm::Communicator& communicator,
                                                  const std::vector<CounterArray>& counters);

}  // namespace weft::engine
