// SPDX-License-Identifier: Apache-2.0
// Graph and control program in, what the machine executes out: placement in tile memory, gathers,
// exchanges, control code.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/poplar/cost.hpp"
#include "frontends/poplar/graph.hpp"
#include "frontends/poplar/step.hpp"
#include "program/ipu.hpp"
#include "topology/topology.hpp"

namespace weft::frontends::poplar {

/// What a compile failure is, so that the host API can throw the exception its users know.
enum class Complaint : std::uint8_t {
  tile_mapping,  ///< an element that is used lies on no tile
  unconnected,   ///< a vertex field left open
  overlap,       ///< vertices of a compute set write one element, or one reads what another writes
  memory,        ///< a tile's memory does not hold what it must
  invalid_tile,  ///< no such tile
  alias,         ///< a copy whose destination names an element twice, or overlaps its source
  type,          ///< types or sizes that do not go together
  other,
};
class GraphError : public Error {
 public:
  GraphError(Complaint complaint, Category category, const std::string& message)
      : Error(category, message), complaint_(complaint) {}
  Complaint complaint() const { return complaint_; }

 private:
  Complaint complaint_;
};

/// A tensor that the host reads or writes by name (createHostRead, createHostWrite).
struct HostTensor {
  std::string name;
  View view;
};

struct LowerInput {
  const GraphModel* graph = nullptr;
  const Steps* steps = nullptr;
  std::vector<HostTensor> host_tensors;
  const topology::Topology* topology = nullptr;
  std::uint32_t tiles_per_ipu = 0;  ///< of the device; 0: as the topology's default region
  std::uint32_t ipus = 0;           ///< likewise
  std::map<std::string, CostFunction> estimators;  ///< by codelet name, from the user's program
  bool allow_out_of_memory = false;                ///< debug.allowOutOfMemory
};

/// A tile's memory, for people.
struct MemoryLine {
  std::uint32_t tile = 0;
  program::ipu::MemoryUse use = program::ipu::MemoryUse::variables;
  std::string name;  ///< variable, vertex type ...
  std::uint64_t bytes = 0;
};

/// What the profile of a compiled graph shows besides the program itself.
struct GraphSummary {
  std::uint64_t variables = 0, vertices = 0, edges = 0, compute_sets = 0, exchanges = 0;
  std::map<std::string, std::uint64_t> instances_of_codelet;
  std::map<std::string, std::uint64_t> cycles_of_codelet;  ///< sum over vertices, one execution
  std::map<std::string, std::uint64_t> flops_of_codelet;
  std::vector<std::uint64_t> flops_of_compute_set;
  std::vector<MemoryLine> fullest_tile;  ///< its largest pieces; filled by who wants to show them
};

struct Lowered {
  program::ipu::Program program;
  GraphSummary summary;
};

/// Compiles. Throws GraphError. The arrays of host_tensors come first in Program::arrays, in order.
Lowered lower(const LowerInput& input);

/// The largest items of one tile, sorted, at most `most`; made anew from the graph, for reports and
/// out-of-memory messages.
std::vector<MemoryLine> memory_of_tile(const LowerInput& input, std::uint32_t tile,
                                       std::size_t most);
/// The same with what lower() made of the input, which is much quicker.
std::vector<MemoryLine> memory_of_tile(const LowerInput& input,
                                       const program::ipu::Program& program, std::uint32_t tile,
                                       std::size_t most);

}  // namespace weft::frontends::poplar
