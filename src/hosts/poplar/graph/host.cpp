// SPDX-License-Identifier: Apache-2.0
// What the host sees of a graph: handles, streams, remote buffers, functions.
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/graph/support.hpp"

namespace poplar {

using core::GraphState;

void Graph::createHostWrite(StringRef handle, const Tensor& tensor, bool) {
  GraphState& state = getState();
  const std::string name = handle;
  core::check_graph(state, tensor, "createHostWrite");
  core::check_handle(name, state.writes.count(name) != 0, "a handle for writing");
  if (tensor.containsConstant()) {
    throw poplar_error("createHostWrite: tensor '" + name + "' holds constants");
  }
  state.writes[name] = {core::view_of(tensor), tensor.elementType()};
}

void Graph::createHostRead(StringRef handle, const Tensor& tensor, bool) {
  GraphState& state = getState();
  const std::string name = handle;
  core::check_graph(state, tensor, "createHostRead");
  core::check_handle(name, state.reads.count(name) != 0, "a handle for reading");
  state.reads[name] = {core::view_of(tensor), tensor.elementType()};
}

DataStream Graph::addHostToDeviceFIFO(StringRef handle, const Type& elementType,
                                      std::size_t numElements, ReplicatedStreamMode mode,
                                      const OptionFlags& options) {
  weft::check_options(core::stream_table(), options, "addHostToDeviceFIFO");
  GraphState& state = getState();
  const std::string name = handle;
  core::check_handle(name, state.streams.count(name) != 0, "a stream");
  core::element_type(elementType);
  state.streams[name] = {true, elementType, numElements};
  return DataStream(name, DataStreamType::HostToDeviceFIFO, elementType, numElements, mode);
}

DataStream Graph::addDeviceToHostFIFO(StringRef handle, const Type& elementType,
                                      std::size_t numElements, const OptionFlags& options) {
  weft::check_options(core::stream_table(), options, "addDeviceToHostFIFO");
  GraphState& state = getState();
  const std::string name = handle;
  core::check_handle(name, state.streams.count(name) != 0, "a stream");
  core::element_type(elementType);
  state.streams[name] = {false, elementType, numElements};
  return DataStream(name, DataStreamType::DeviceToHostFIFO, elementType, numElements);
}

RemoteBuffer Graph::addRemoteBuffer(StringRef handle, const Type& elementType,
                                    std::size_t numElements, std::size_t repeats,
                                    bool rearrangeOnHost, bool optimiseMemory) {
  GraphState& state = getState();
  const std::string name = handle;
  core::check_handle(name, state.remote_buffers.count(name) != 0, "a remote buffer");
  core::element_type(elementType);
  if (numElements == 0 || repeats == 0) {
    throw poplar_error("remote buffer '" + name + "' would have no elements");
  }
  state.remote_buffers[name] = {elementType, numElements, repeats};
  return RemoteBuffer(name, elementType, numElements, repeats, rearrangeOnHost, optimiseMemory);
}

HostFunction Graph::addHostFunction(StringRef handle, ArrayRef<HostFunctionArgument> inputs,
                                    ArrayRef<HostFunctionArgument> outputs) {
  GraphState& state = getState();
  const std::string name = handle;
  bool taken = false;
  for (const core::HostFunctionInfo& known : state.host_functions) {
    taken = taken || known.name == name;
  }
  core::check_handle(name, taken, "a host function");
  state.host_functions.push_back({name, inputs.cloneAsVector(), outputs.cloneAsVector()});
  return HostFunction(static_cast<unsigned>(state.host_functions.size() - 1), name);
}

Function Graph::addFunction(const program::Program& program) {
  GraphState& state = getState();
  state.functions.push_back(core::step_of(program));
  return Function(static_cast<unsigned>(state.functions.size() - 1));
}

}  // namespace poplar
