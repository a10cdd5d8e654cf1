// SPDX-License-Identifier: Apache-2.0
// Rank 0's Summary on every rank: HDF5 wants the same metadata calls everywhere; internal to trace.
#pragma once

#include "comm/communicator.hpp"
#include "trace/types.hpp"

namespace weft::trace {

/// Everything but the results' bytes, which stay on rank 0: there `summary` itself, elsewhere
/// `received`. Collective.
const Summary& broadcast_summary(const comm::Communicator& communicator, const Summary& summary,
                                 Summary& received);

/// Collective.
std::string broadcast_text(const comm::Communicator& communicator, const std::string& text);

}  // namespace weft::trace
