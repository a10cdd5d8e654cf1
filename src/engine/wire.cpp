// SPDX-License-Identifier: Apache-2.0
// One broadcast an operation.
#include "engine/wire.hpp"

#include "base/bytes.hpp"

namespace weft::engine {

void tell(const comm::Communicator& communicator, Operation operation, const HostCommand& command,
          std::uint64_t number, const Failure& reason) {
  if (communicator.size() == 1) return;
  ByteWriter out;
  out.value(operation);
  out.values(to_bytes(command));
  out.value(number);
  out.value(reason.category);
  out.text(reason.message);
  comm::Bytes bytes = out.take();
  communicator.broadcast(bytes);
}

Instruction hear(const comm::Communicator& communicator) {
  comm::Bytes bytes;
  communicator.broadcast(bytes);
  ByteReader in(bytes, "instruction");
  Instruction heard;
  heard.operation = in.value<Operation>();
  heard.command = command_from_bytes(in.values<std::byte>());
  heard.number = in.value<std::uint64_t>();
  heard.reason.category = in.value<Category>();
  heard.reason.message = in.text();
  in.finish();
  return heard;
}

}  // namespace weft::engine
