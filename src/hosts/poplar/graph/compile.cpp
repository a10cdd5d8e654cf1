// SPDX-License-Identifier: Apache-2.0
// Graph and programs in, executable out.
#include <cstddef>
#include <numeric>
#include <poplar/Executable.hpp>
#include <poplar/exceptions.hpp>
#include <set>

#include "base/counted.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/api/translate.hpp"
#include "hosts/poplar/graph/executable.hpp"
#include "hosts/poplar/target/target_impl.hpp"

namespace poplar {

namespace ipu = weft::program::ipu;

namespace core {

namespace {

/// Values of fields lie where their vertices do.
void place_field_constants(GraphState& state) {
  for (const FieldConstant& constant : state.field_constants) {
    const unsigned tile = state.model.vertices[constant.vertex].tile;
    if (tile == front::unmapped) continue;  // the vertex is what will be complained about
    front::Variable& variable = state.model.variables[constant.variable];
    variable.mapping.set(0, variable.elements, tile);
  }
}

/// The host's handles as arrays, which get their numbers in this order.
std::vector<front::HostTensor> host_tensors(const GraphState& state, ExecutableImpl& out) {
  std::vector<front::HostTensor> tensors;
  const auto add = [&](const auto& handles, auto& table, const char* suffix) {
    for (const auto& [name, handle] : handles) {
      table[name] = {static_cast<std::uint32_t>(tensors.size()), handle.type};
      tensors.push_back({name + suffix, handle.view});
    }
  };
  add(state.writes, out.writes, "");
  add(state.reads, out.reads, "");
  return tensors;
}

/// Machines know arrays by name, so no two may share one.
void make_names_unique(ipu::Program& program) {
  std::set<std::string> taken;
  for (ipu::HostArray& array : program.arrays) {
    const std::string name = array.name;
    for (unsigned n = 2; !taken.insert(array.name).second; ++n) {
      array.name = name + " (" + std::to_string(n) + ")";
    }
  }
}

void check_argument(const ipu::Program& program, const ipu::HostRequest& request, std::size_t i,
                    const HostFunctionArgument& wanted) {
  const ipu::HostArray& given = program.arrays[request.arrays[i]];
  if (given.bytes == wanted.numElements * size_of(wanted.elementType)) return;
  throw control_program_error("host function '" + request.name + "': argument " +
                              std::to_string(i) + " has " + weft::counted(given.bytes, "byte") +
                              ", not " + weft::counted(wanted.numElements, "element") +
                              " of type " + wanted.elementType.toString());
}

void check_call(const ExecutableImpl& out, const ipu::HostRequest& request) {
  for (const HostFunctionInfo& function : out.host_functions) {
    if (function.name != request.name) continue;
    const std::size_t inputs = function.inputs.size();
    if (request.inputs != inputs || request.arrays.size() != inputs + function.outputs.size()) {
      throw control_program_error("host function '" + request.name +
                                  "' is called with another number of arguments than it has");
    }
    for (std::size_t i = 0; i < request.arrays.size(); ++i) {
      check_argument(out.program, request, i,
                     i < inputs ? function.inputs[i] : function.outputs[i - inputs]);
    }
    return;
  }
  throw control_program_error("host function '" + request.name + "' is of another graph");
}

/// What the programs ask of the host is something that the graph has.
void check_requests(const ExecutableImpl& out) {
  for (const ipu::HostRequest& request : out.program.requests) {
    switch (request.kind) {
      case ipu::RequestKind::stream_to_array:
      case ipu::RequestKind::array_to_stream:
        if (out.streams.count(request.name) == 0) {
          throw control_program_error("stream '" + request.name + "' is of another graph");
        }
        break;
      case ipu::RequestKind::remote_to_array:
      case ipu::RequestKind::array_to_remote:
        if (out.remote_buffers.count(request.name) == 0) {
          throw control_program_error("remote buffer '" + request.name + "' is of another graph");
        }
        break;
      case ipu::RequestKind::host_function:
        check_call(out, request);
        break;
      case ipu::RequestKind::print:
      case ipu::RequestKind::callback:
        break;
    }
  }
}

/// What the profile shows of the fullest tile.
std::vector<front::MemoryLine> fullest_tile(const front::LowerInput& input,
                                            const ipu::Program& program) {
  constexpr std::size_t pieces = 24;
  std::uint64_t most = 0;
  std::uint32_t fullest = 0;
  for (std::uint32_t tile = 0; tile < program.tiles(); ++tile) {
    const std::uint32_t* first = program.memory_use.data() + tile * std::size_t{ipu::memory_uses};
    const std::uint64_t bytes = std::accumulate(first, first + ipu::memory_uses, std::uint64_t{0});
    if (bytes <= most) continue;
    most = bytes;
    fullest = tile;
  }
  return front::memory_of_tile(input, program, fullest, pieces);
}

ExecutableImpl compile(GraphState& state, ArrayRef<program::Program> programs,
                       const OptionFlags& options) {
  ExecutableImpl out;
  out.options = engine_options(options);
  out.target = state.target;
  place_field_constants(state);
  front::Steps steps;
  for (const program::Program& program : programs) steps.programs.push_back(step_of(program));
  steps.functions = state.functions;
  front::LowerInput input;
  input.graph = &state.model;
  input.steps = &steps;
  input.host_tensors = host_tensors(state, out);
  input.topology = &topology_of(state.target);
  input.estimators = state.estimators;
  input.allow_out_of_memory = weft::option_is_true(out.options, "debug.allowOutOfMemory", false);
  front::Lowered lowered = translated([&] { return front::lower(input); });
  out.program = std::move(lowered.program);
  out.summary = std::move(lowered.summary);
  out.summary.fullest_tile = fullest_tile(input, out.program);
  out.streams = state.streams;
  out.remote_buffers = state.remote_buffers;
  out.host_functions = state.host_functions;
  make_names_unique(out.program);
  check_requests(out);
  return out;
}

}  // namespace
}  // namespace core

Executable compileGraph(const Graph& graph, ArrayRef<program::Program> programs,
                        const OptionFlags& options, ProgressFunc progress, const DebugContext&) {
  constexpr int steps = 2;
  if (programs.empty()) throw control_program_error("an engine needs at least one program");
  if (progress) progress(0, steps);
  auto impl = std::make_shared<const core::ExecutableImpl>(
      core::compile(graph.getState(), programs, options));
  if (progress) progress(steps, steps);
  return Executable(std::move(impl));
}

}  // namespace poplar
