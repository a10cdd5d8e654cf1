// SPDX-License-Identifier: Apache-2.0
// What of a run its trace hash covers; internal to trace.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "trace/types.hpp"
#include "trace/writer.hpp"

namespace weft::trace {

/// Equal on all ranks, and for all cuts. Streams of level full have digests but are not hashed.
struct Content {
  std::vector<std::string> digests;  ///< of every stream, hexadecimal
  std::vector<std::uint64_t> rows;   ///< of every stream
  std::string hash;
};

/// Collective; see trace_hash().
Content content_of(const comm::Communicator& communicator, const MachineInfo& machine,
                   const Recorder& recorder, const Summary& summary,
                   std::span<const CounterArray> counters);

}  // namespace weft::trace
