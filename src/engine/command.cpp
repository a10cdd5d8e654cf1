// SPDX-License-Identifier: Apache-2.0
// Commands as bytes, for the ranks that do not hold the host program.
#include "engine/command.hpp"

#include "base/bytes.hpp"

namespace weft::engine {

std::string name_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::copy_in:
      return "copy_in";
    case CommandKind::copy_out:
      return "copy_out";
    case CommandKind::launch:
      return "launch";
    case CommandKind::stream_in:
      return "stream_in";
    case CommandKind::stream_out:
      return "stream_out";
    case CommandKind::flip_bit:
      return "flip_bit";
  }
  return "command";
}

HostCommand array_copy(CommandKind kind, const std::string& name, std::uint64_t elements,
                       std::uint32_t element_bytes) {
  HostCommand command;
  command.kind = kind;
  command.name = name;
  command.where = {0, 0, 1, 1};
  command.elements = elements;
  command.element_bytes = element_bytes;
  return command;
}

std::vector<std::byte> to_bytes(const HostCommand& command) {
  ByteWriter out;
  out.value(command.kind);
  out.text(command.name);
  out.value(command.where);
  out.value(command.elements);
  out.value(command.element_bytes);
  out.value(command.order);
  out.value(command.nonblocking);
  out.values(command.arguments);
  out.value(command.is_array);
  out.value(command.timeless);
  return out.take();
}

HostCommand command_from_bytes(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "host command");
  HostCommand command;
  command.kind = in.value<CommandKind>();
  command.name = in.text();
  command.where = in.value<Rectangle>();
  command.elements = in.value<std::uint64_t>();
  command.element_bytes = in.value<std::uint32_t>();
  command.order = in.value<Order>();
  command.nonblocking = in.value<bool>();
  command.arguments = in.values<std::uint32_t>();
  command.is_array = in.value<bool>();
  command.timeless = in.value<bool>();
  in.finish();
  return command;
}

}  // namespace weft::engine
