// SPDX-License-Identifier: Apache-2.0
// One broadcast an operation, unless it has long names or many arguments.
#include "engine/wire.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace weft::engine {

namespace {

/// Most instructions fit: then one broadcast of a known size does.
struct Head {
  std::uint64_t size = 0;
  std::array<std::byte, 248> first{};
};

void broadcast(const comm::Communicator& communicator, comm::Bytes& bytes) {
  Head head;
  head.size = bytes.size();
  std::copy_n(bytes.begin(), std::min(bytes.size(), head.first.size()), head.first.begin());
  head = communicator.broadcast_value(head);
  bytes.resize(head.size);
  const std::size_t inside = std::min(bytes.size(), head.first.size());
  std::copy_n(head.first.begin(), inside, bytes.begin());
  if (bytes.size() > inside) communicator.broadcast(std::span(bytes).subspan(inside));
}

}  // namespace

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
  broadcast(communicator, bytes);
}

Instruction hear(const comm::Communicator& communicator) {
  comm::Bytes bytes;
  broadcast(communicator, bytes);
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
