// SPDX-License-Identifier: Apache-2.0
// The words rank 0 says to the others before each collective operation.
#pragma once

#include <cstdint>
#include <optional>

#include "comm/communicator.hpp"
#include "engine/agreement.hpp"
#include "engine/command.hpp"

namespace weft::engine {

enum class Operation : std::uint8_t {
  settle,
  copy_in,
  copy_out,
  launch,
  flip_bit,
  answer,
  next_stream,
  stream_in,
  open_stream,
  collect,
  close_stream,
  close,
  deadlock,
  profile,
  save,
  load,
  abandon
};

struct Instruction {
  Operation operation = Operation::settle;
  HostCommand command;
  std::uint64_t number = 0;  ///< which open stream_out: collect and close_stream
  Failure reason;            ///< abandon only
};

/// Root tells, the others hear. Collective.
void tell(const comm::Communicator& communicator, Operation operation,
          const HostCommand& command = {}, std::uint64_t number = 0, const Failure& reason = {});
Instruction hear(const comm::Communicator& communicator);

}  // namespace weft::engine
