// SPDX-License-Identifier: Apache-2.0
// Compute sets and their vertices: fields, state, cycles, and what must move before and after.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontends/poplar/edges.hpp"
#include "frontends/poplar/lower_context.hpp"
#include "frontends/poplar/overlap.hpp"

namespace weft::frontends::poplar {

/// What surrounds the execution of a compute set.
struct SetMoves {
  MoveNumbers before;
  MoveNumbers after;
};

class ComputeSets {
 public:
  /// Of the compute sets that are `used`; reserves memory for vectors that vertices own.
  /// Complaint::tile_mapping for a vertex without a tile, invalid_tile for one that there is not.
  ComputeSets(LowerContext& context, const std::vector<bool>& used);

  /// Writes the vertices of the used compute sets. No memory may be reserved from here on.
  /// GraphErrors name compute set, vertex, tile and field.
  void lower();
  const SetMoves& moves_of(ComputeSetId set) const { return moves_[set]; }
  /// Where buffers end on a tile; after lower().
  std::uint64_t end_of_buffers(std::uint32_t tile) const { return ends_[tile]; }

 private:
  /// A codelet as the program uses it.
  struct Used {
    std::uint32_t number = 0;
    const CostFunction* estimator = nullptr;
    std::vector<bool> tiles;      ///< that hold its code
    std::vector<std::byte> made;  ///< an object of its class, made when a field has no value
    std::uint64_t instances = 0, cycles = 0, flops = 0;
  };
  void check_tile(const VertexModel& vertex) const;
  void reserve_vectors(VertexId id);
  void lower_set(ComputeSetId set, std::size_t first, std::size_t end, BufferArea& buffers);
  void lower_vertex(VertexId id, Edges& edges);
  void lower_field(VertexId id, std::uint32_t field, Edges& edges);
  void lower_state(const VertexModel& vertex, std::uint32_t field);
  void add_cost(VertexId id, Used& used, program::ipu::Vertex& lowered);
  Used& use(const VertexModel& vertex);
  std::string text_of(VertexId id) const;
  void finish_summary();

  LowerContext& context_;
  std::vector<VertexId> order_;  ///< by (compute set, tile), as added
  OverlapCheck overlap_;
  std::map<std::pair<VertexId, std::uint32_t>, std::uint32_t> vectors_;  ///< address by field
  std::unordered_map<const CodeletInfo*, Used> codelets_;
  std::vector<SetMoves> moves_;  ///< [compute set]
  std::vector<std::uint64_t> ends_;
};

}  // namespace weft::frontends::poplar
