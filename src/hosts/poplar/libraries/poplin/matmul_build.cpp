// SPDX-License-Identifier: Apache-2.0
// poplin: operands in place, products on the AMP units, partials added.
#include "hosts/poplar/libraries/poplin/matmul_build.hpp"

#include "popops/Operation.hpp"
#include "poputil/VertexTemplates.hpp"

namespace weft::libraries {

using poplar::Graph;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Sequence;

MatMulBuild::MatMulBuild(Graph& graph, const MatMulShape& shape, const MatMulPlan& plan,
                         std::size_t first_tile, const poplar::DebugContext& context)
    : graph_(graph),
      shape_(shape),
      plan_(plan),
      groups_(amp_groups(graph.getTarget(), shape.type, shape.partials)),
      first_tile_(first_tile),
      context_(context) {
  if (plan_.swapped) std::swap(shape_.rows, shape_.outputs);
  input_groups_ = ceil_divide(shape_.inputs, groups_.inputs);
  output_groups_ = ceil_divide(shape_.outputs, groups_.outputs);
}

unsigned MatMulBuild::tile(std::size_t row, std::size_t output, std::size_t input) const {
  const std::size_t index = (row * plan_.output_parts + output) * plan_.input_parts + input;
  return static_cast<unsigned>((first_tile_ + index) % graph_.getTarget().getNumTiles());
}

ColumnBlocks MatMulBuild::left_blocks() const {
  ColumnBlocks blocks(graph_, shape_.type, shape_.rows, shape_.inputs, groups_.inputs,
                      named(context_, "lhs"));
  for (std::size_t input = 0; input < plan_.input_parts; ++input) {
    const Part groups = input_groups_of(input);
    for (std::size_t group = groups.begin; group < groups.end; ++group) {
      for (std::size_t row = 0; row < plan_.row_parts; ++row) {
        graph_.setTileMapping(blocks.block(group, rows_of(row)),
                              tile(row, group % plan_.output_parts, input));
      }
    }
  }
  return blocks;
}

ColumnBlocks MatMulBuild::right_blocks() const {
  ColumnBlocks blocks(graph_, shape_.type, shape_.inputs, shape_.outputs, groups_.outputs,
                      named(context_, "rhs"));
  for (std::size_t output = 0; output < plan_.output_parts; ++output) {
    const Part groups = output_groups_of(output);
    for (std::size_t group = groups.begin; group < groups.end; ++group) {
      for (std::size_t input = 0; input < plan_.input_parts; ++input) {
        const Part from = input_groups_of(input);
        for (std::size_t in = from.begin; in < from.end; ++in) {
          graph_.setTileMapping(blocks.block(group, inputs_of(in)),
                                tile((in + group) % plan_.row_parts, output, input));
        }
      }
    }
  }
  return blocks;
}

ColumnBlocks MatMulBuild::output_blocks(const poplar::Type& type) const {
  ColumnBlocks blocks(graph_, type, shape_.rows, shape_.outputs, groups_.outputs,
                      named(context_, "out"));
  for (std::size_t row = 0; row < plan_.row_parts; ++row) {
    const Part rows = rows_of(row);
    for (std::size_t output = 0; output < plan_.output_parts; ++output) {
      const Part groups = output_groups_of(output);
      for (std::size_t group = groups.begin; group < groups.end; ++group) {
        for (std::size_t input = 0; input < plan_.input_parts; ++input) {
          const Part share = part_of(rows.size(), plan_.input_parts, input);
          if (share.size() == 0) continue;
          graph_.setTileMapping(
              blocks.block(group, {rows.begin + share.begin, rows.begin + share.end}),
              tile(row, output, input));
        }
      }
    }
  }
  return blocks;
}

Tensor MatMulBuild::Source::part(const Part& rows, const Part& columns, std::size_t group) const {
  if (blocks) return blocks->block(group, rows);
  return matrix.slice({rows.begin, columns.begin}, {rows.end, columns.end}).flatten();
}

MatMulBuild::Source MatMulBuild::source_of(const Tensor& operand, bool left, Sequence& prog) const {
  Source source;
  source.matrix = operand;
  const Part rows = left ? rows_of(0) : inputs_of(0);
  const Part columns = left ? inputs_of(0) : outputs_of(0);
  const bool scattered = !source.part(rows, columns, 0).isContiguous();
  const std::size_t uses = left ? plan_.output_parts : plan_.row_parts;
  if (!scattered || uses == 1) return source;
  source.blocks = left ? left_blocks() : right_blocks();
  prog.add(Copy(operand, source.blocks->matrix(), false, named(context_, "rearrange")));
  return source;
}

void MatMulBuild::add_vertex(std::size_t row, std::size_t output, std::size_t input,
                             const Source& a, const Source& b,
                             const std::vector<ColumnBlocks>& partials, MatMulSets& sets) {
  const Part rows = rows_of(row);
  const Part from = input_groups_of(input);
  const Part to = output_groups_of(output);
  std::vector<Tensor> in, weights, out;
  for (std::size_t g = from.begin; g < from.end; ++g) in.push_back(a.part(rows, inputs_of(g), g));
  for (std::size_t o = to.begin; o < to.end; ++o) {
    for (std::size_t g = from.begin; g < from.end; ++g) {
      weights.push_back(b.part(inputs_of(g), outputs_of(o), o));
    }
    out.push_back(partials[input].block(o, rows));
  }
  const auto v = graph_.addVertex(
      sets.multiply,
      poputil::templateVertex("poplin::ConvPartial1x1Out", shape_.type, out[0].elementType()));
  graph_.connect(v["in"], in);
  graph_.connect(v["weights"], weights);
  graph_.connect(v["out"], out);
  graph_.setInitialValue(v["rows"], static_cast<unsigned>(rows.size()));
  graph_.setTileMapping(v, tile(row, output, input));
}

void MatMulBuild::add_sums(const std::vector<ColumnBlocks>& partials, const ColumnBlocks& result,
                           MatMulSets& sets) {
  sets.adds = true;
  for (std::size_t row = 0; row < plan_.row_parts; ++row) {
    const Part rows = rows_of(row);
    for (std::size_t output = 0; output < plan_.output_parts; ++output) {
      const Part groups = output_groups_of(output);
      for (std::size_t input = 0; input < plan_.input_parts; ++input) {
        const Part share = part_of(rows.size(), plan_.input_parts, input);
        if (share.size() == 0) continue;
        const Part own{rows.begin + share.begin, rows.begin + share.end};
        std::vector<Tensor> in, out;
        for (std::size_t group = groups.begin; group < groups.end; ++group) {
          std::vector<Tensor> parts;
          for (const auto& partial : partials) parts.push_back(partial.block(group, own));
          in.push_back(poplar::concat(parts));
          out.push_back(result.block(group, own));
        }
        const auto v = graph_.addVertex(
            sets.add,
            poputil::templateVertex("popops::Reduce", in[0].elementType(), out[0].elementType()));
        graph_.connect(v["in"], in);
        graph_.connect(v["out"], out);
        graph_.setInitialValue(v["op"], static_cast<unsigned>(popops::Operation::ADD));
        graph_.setInitialValue(v["continuous"], false);
        graph_.setTileMapping(v, tile(row, output, input));
      }
    }
  }
}

Tensor MatMulBuild::build(const Tensor& a, const Tensor& b, const poplar::Type& output_type,
                          MatMulSets& sets, Sequence& prog) {
  const Source left = source_of(plan_.swapped ? b.transpose() : a, true, prog);
  const Source right = source_of(plan_.swapped ? a.transpose() : b, false, prog);
  const ColumnBlocks result = output_blocks(output_type);
  const bool direct = plan_.input_parts == 1 && output_type == shape_.partials;
  std::vector<ColumnBlocks> partials;
  if (direct) partials.push_back(result);
  for (std::size_t input = 0; !direct && input < plan_.input_parts; ++input) {
    partials.emplace_back(graph_, shape_.partials, shape_.rows, shape_.outputs, groups_.outputs,
                          named(context_, "partials"));
  }
  for (std::size_t row = 0; row < plan_.row_parts; ++row) {
    for (std::size_t output = 0; output < plan_.output_parts; ++output) {
      for (std::size_t input = 0; input < plan_.input_parts; ++input) {
        const Part to = output_groups_of(output);
        for (std::size_t o = to.begin; !direct && o < to.end; ++o) {
          graph_.setTileMapping(partials[input].block(o, rows_of(row)), tile(row, output, input));
        }
        add_vertex(row, output, input, left, right, partials, sets);
      }
    }
  }
  if (!direct) add_sums(partials, result, sets);
  return plan_.swapped ? result.matrix().transpose() : result.matrix();
}

}  // namespace weft::libraries
