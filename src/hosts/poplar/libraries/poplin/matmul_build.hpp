// SPDX-License-Identifier: Apache-2.0
// poplin: the vertices of a planned matrix product.
#pragma once

#include <optional>
#include <vector>

#include "hosts/poplar/libraries/poplin/blocks.hpp"
#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"
#include "poplar/Graph.hpp"
#include "poplar/Program.hpp"

namespace weft::libraries {

/// Compute sets that several products share: the products proper, then the sums of their partials.
struct MatMulSets {
  poplar::ComputeSet multiply, add;
  bool adds = false;  ///< `add` has vertices
};

/// One product out = a b, [rows][inputs] x [inputs][outputs], on the tiles from `first_tile` on.
class MatMulBuild {
 public:
  MatMulBuild(poplar::Graph& graph, const MatMulShape& shape, const MatMulPlan& plan,
              std::size_t first_tile, const poplar::DebugContext& context);

  /// Operands laid out and placed for the vertices.
  ColumnBlocks left_blocks() const;
  ColumnBlocks right_blocks() const;
  ColumnBlocks output_blocks(const poplar::Type& type) const;

  /// Adds the vertices; operands that the vertices would have to gather from scattered elements
  /// more than once are copied first, by `prog`. Returns [rows][outputs].
  poplar::Tensor build(const poplar::Tensor& a, const poplar::Tensor& b,
                       const poplar::Type& output_type, MatMulSets& sets,
                       poplar::program::Sequence& prog);

 private:
  /// Where an operand's elements for a vertex come from: blocks, or the tensor as it is.
  struct Source {
    std::optional<ColumnBlocks> blocks;
    poplar::Tensor matrix;
    poplar::Tensor part(const Part& rows, const Part& columns, std::size_t group) const;
  };
  Source source_of(const poplar::Tensor& operand, bool left, poplar::program::Sequence& prog) const;
  void add_vertex(std::size_t row, std::size_t output, std::size_t input, const Source& a,
                  const Source& b, const std::vector<ColumnBlocks>& partials, MatMulSets& sets);
  void add_sums(const std::vector<ColumnBlocks>& partials, const ColumnBlocks& result,
                MatMulSets& sets);
  unsigned tile(std::size_t row, std::size_t output, std::size_t input) const;
  Part rows_of(std::size_t part) const { return part_of(shape_.rows, plan_.row_parts, part); }
  Part input_groups_of(std::size_t part) const {
    return part_of(input_groups_, plan_.input_parts, part);
  }
  Part output_groups_of(std::size_t part) const {
    return part_of(output_groups_, plan_.output_parts, part);
  }
  Part inputs_of(std::size_t group) const { return group_of(shape_.inputs, groups_.inputs, group); }
  Part outputs_of(std::size_t group) const {
    return group_of(shape_.outputs, groups_.outputs, group);
  }

  poplar::Graph& graph_;
  MatMulShape shape_;  ///< as multiplied: exchanged when the plan says so
  MatMulPlan plan_;
  AmpGroups groups_;
  std::size_t first_tile_, input_groups_, output_groups_;
  poplar::DebugContext context_;
};

}  // namespace weft::libraries
