// SPDX-License-Identifier: Apache-2.0
// A compiled graph: the machine's program and what the host knows of it.
#pragma once

#include <cstdint>
#include <map>
#include <poplar/Executable.hpp>
#include <string>
#include <vector>

#include "frontends/poplar/lower.hpp"
#include "hosts/poplar/api/state.hpp"
#include "program/ipu.hpp"

namespace poplar::core {

/// A tensor that the host reads or writes: an array of the program, elements as named in the API.
struct ArrayHandle {
  std::uint32_t array = 0;
  Type type;
};

struct ExecutableImpl {
  weft::program::ipu::Program program;
  front::GraphSummary summary;
  std::map<std::string, ArrayHandle> reads;
  std::map<std::string, ArrayHandle> writes;
  std::map<std::string, StreamInfo> streams;
  std::map<std::string, RemoteInfo> remote_buffers;
  std::vector<HostFunctionInfo> host_functions;
  Target target;
  OptionFlags options;
};

std::vector<std::byte> to_bytes(const ExecutableImpl& executable);
/// Category::input when the bytes are no executable.
ExecutableImpl executable_from_bytes(std::span<const std::byte> bytes);

}  // namespace poplar::core
