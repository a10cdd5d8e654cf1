// SPDX-License-Identifier: Apache-2.0
// popops: reductions, with their types, factors and updates.
#include "popops/Reduce.hpp"

#include <algorithm>
#include <limits>
#include <ostream>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "hosts/poplar/libraries/popops/reduction.hpp"
#include "poplar/Program.hpp"
#include "popops/Cast.hpp"
#include "popops/Fill.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::ComputeSet;
using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::Type;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

std::ostream& operator<<(std::ostream& os, const Operation& op) {
  static const char* const names[] = {"ADD",         "MUL",        "MIN",        "MAX",
                                      "LOGICAL_AND", "LOGICAL_OR", "SQUARE_ADD", "LOG_ADD"};
  return os << names[static_cast<int>(op)];
}

namespace {

bool floating(const Type& type) { return type == poplar::FLOAT || type == poplar::HALF; }

void need_type(Operation op, const Type& type) {
  const bool logical = op == Operation::LOGICAL_AND || op == Operation::LOGICAL_OR;
  const bool number = floating(type) || type == poplar::INT || type == poplar::UNSIGNED_INT;
  const bool fits =
      logical ? type == poplar::BOOL : number && (op != Operation::LOG_ADD || floating(type));
  need(fits, "popops::reduce: this operation is not for elements of type " + type.toString());
}

Shape output_shape(const Tensor& in, const std::vector<std::size_t>& dims) {
  Shape shape;
  for (std::size_t i = 0; i < in.rank(); ++i) {
    if (std::find(dims.begin(), dims.end(), i) == dims.end()) {
      shape.push_back(in.dim(static_cast<unsigned>(i)));
    }
  }
  return shape;
}

Tensor new_output(Graph& graph, const Type& type, const Shape& shape, const DebugContext& context) {
  const Tensor out = graph.addVariable(type, shape, named(context, "reduced"));
  poputil::mapTensorLinearly(graph, out);
  return out;
}

expr::BinaryOpType binary_of(Operation op) {
  using expr::BinaryOpType;
  switch (op) {
    case Operation::MUL:
      return BinaryOpType::MULTIPLY;
    case Operation::MIN:
      return BinaryOpType::MINIMUM;
    case Operation::MAX:
      return BinaryOpType::MAXIMUM;
    case Operation::LOGICAL_AND:
      return BinaryOpType::LOGICAL_AND;
    case Operation::LOGICAL_OR:
      return BinaryOpType::LOGICAL_OR;
    case Operation::ADD:
    case Operation::SQUARE_ADD:
      return BinaryOpType::ADD;
    case Operation::LOG_ADD:
      break;
  }
  throw poputil::poplibs_error("popops::reduce: LOG_ADD has no update");
}

/// What an operation makes of no element at all.
double identity_of(Operation op, const Type& type) {
  const bool whole = type == poplar::INT || type == poplar::UNSIGNED_INT;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (op) {
    case Operation::ADD:
    case Operation::SQUARE_ADD:
    case Operation::LOGICAL_OR:
      return 0.0;
    case Operation::MUL:
    case Operation::LOGICAL_AND:
      return 1.0;
    case Operation::MIN:
      if (!whole) return infinity;
      return type == poplar::INT ? std::numeric_limits<int>::max()
                                 : std::numeric_limits<unsigned>::max();
    case Operation::MAX:
      if (!whole) return -infinity;
      return type == poplar::INT ? std::numeric_limits<int>::min() : 0.0;
    case Operation::LOG_ADD:
      break;
  }
  throw poputil::poplibs_error("popops::reduce: LOG_ADD of no elements");
}

/// out = result * scale, or out += result * scale.
void add_scaled(Graph& graph, ComputeSet cs, const Tensor& result, const Tensor& scale, bool update,
                const Tensor& out) {
  need(scale.elementType() == poplar::FLOAT && scale.numElements() == 1,
       "popops::reduce: the factor is one float");
  need(out.elementType() == poplar::FLOAT || update,
       "popops::reduce: a factor without update wants an output of type float");
  if (!update) {
    add_binary(graph, cs, expr::BinaryOpType::MULTIPLY, result, scale.reshape({1}), out);
    return;
  }
  for (const auto& [tile, regions] : regions_by_tile(graph, out)) {
    for (const auto& region : regions) {
      const auto v =
          graph.addVertex(cs, poputil::templateVertex("popops::ScaledAddTensor", out.elementType(),
                                                      result.elementType(), poplar::FLOAT));
      graph.connect(v["a"], elements_of(out, region));
      graph.connect(v["b"], elements_of(result, region));
      graph.connect(v["scaleA"], scale.flatten()[0]);
      graph.connect(v["scaleB"], scale.flatten()[0]);
      graph.setInitialValue(v["negative"], false);
      graph.setInitialValue(v["scalesA"], false);
      graph.setTileMapping(v, tile);
    }
  }
}

/// The type in which the result comes out of the last stage.
Type result_type(const Type& in, const Type& out, bool scaled) {
  if (scaled) return poplar::FLOAT;
  return floating(in) && floating(out) ? out : in;
}

void reduce_into(Graph& graph, const Tensor& in, const Tensor& out,
                 const std::vector<std::size_t>& dims, const ReduceParams& params,
                 ComputeSets& sets, const DebugContext& context) {
  need_type(params.op, in.elementType());
  const ReductionMatrix matrix = reduction_matrix(in, dims);
  need(matrix.outputs == out.numElements(), "popops::reduce: the output has " +
                                                weft::counted(out.numElements(), "element") +
                                                ", the result " + std::to_string(matrix.outputs));
  if (matrix.outputs == 0) return;
  if (in.numElements() == 0) {
    const double identity = identity_of(params.op, out.elementType());
    if (!params.update) fill(graph, out, sets.next(), identity);
    return;
  }
  const Type type = result_type(in.elementType(), out.elementType(), params.useScale);
  const bool direct =
      !params.update && !params.useScale && type == out.elementType() && !out.intersectsWith(in);
  const Tensor flat = out.flatten();
  const Tensor result = direct ? flat : graph.clone(type, flat, named(context, "reduced"));
  add_reduction(graph, sets, params.op, pieces_by_tile(graph, matrix), matrix.continuous, result);
  if (direct) return;
  if (params.useScale) {
    add_scaled(graph, sets.next(), result, params.scale, params.update, flat);
    return;
  }
  if (!params.update) {
    if (type == out.elementType()) {
      add_binary(graph, sets.next(), expr::BinaryOpType::MAXIMUM, result, result, flat);
    } else {
      cast(graph, result, flat, sets.next());
    }
    return;
  }
  Tensor term = result;
  if (type != out.elementType()) {
    term = graph.clone(flat, named(context, "reduced"));
    cast(graph, result, term, sets.next());
  }
  add_binary(graph, sets.next(), binary_of(params.op), flat, term, flat);
}

}  // namespace

void reduceWithOutput(Graph& graph, const Tensor& in, const Tensor& out,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      std::vector<ComputeSet>& css, const DebugContext& debugContext,
                      const OptionFlags& options) {
  weft::check_options(weft::libraries::reduce_table(), options);
  ComputeSets sets(graph, css, debugContext.getPathName());
  reduce_into(graph, in, out, dims, params, sets, debugContext);
}
void reduceWithOutput(Graph& graph, const Tensor& in, const Tensor& out,
                      const std::vector<std::size_t>& dims, ReduceParams params, Sequence& prog,
                      const DebugContext& debugContext, const OptionFlags& options) {
  std::vector<ComputeSet> css;
  reduceWithOutput(graph, in, out, dims, params, css, debugContext, options);
  for (const ComputeSet& cs : css) prog.add(Execute(cs, debugContext));
}

Tensor reduce(Graph& graph, const Tensor& in, const Type& outType,
              const std::vector<std::size_t>& dims, ReduceParams params, Sequence& prog,
              const DebugContext& debugContext, const OptionFlags& options) {
  need(!params.update, "popops::reduce: an update wants reduceWithOutput");
  const Tensor out = new_output(graph, outType, output_shape(in, dims), debugContext);
  reduceWithOutput(graph, in, out, dims, params, prog, debugContext, options);
  return out;
}
Tensor reduce(Graph& graph, const Tensor& in, const std::vector<std::size_t>& dims,
              ReduceParams params, Sequence& prog, const DebugContext& debugContext,
              const OptionFlags& options) {
  return reduce(graph, in, in.elementType(), dims, params, prog, debugContext, options);
}
Tensor reduce(Graph& graph, const Tensor& in, const Type& outType,
              const std::vector<std::size_t>& dims, ReduceParams params,
              std::vector<ComputeSet>& css, const DebugContext& debugContext,
              const OptionFlags& options) {
  need(!params.update, "popops::reduce: an update wants reduceWithOutput");
  const Tensor out = new_output(graph, outType, output_shape(in, dims), debugContext);
  reduceWithOutput(graph, in, out, dims, params, css, debugContext, options);
  return out;
}
Tensor reduce(Graph& graph, const Tensor& in, const std::vector<std::size_t>& dims,
              ReduceParams params, std::vector<ComputeSet>& css, const DebugContext& debugContext,
              const OptionFlags& options) {
  return reduce(graph, in, in.elementType(), dims, params, css, debugContext, options);
}

void reduceMany(Graph& graph, const std::vector<SingleReduceOp>& reductions,
                std::vector<Tensor>& outputs, Sequence& prog, const DebugContext& debugContext,
                const OptionFlags& options) {
  need(outputs.empty() || outputs.size() == reductions.size(),
       "popops::reduceMany: as many outputs as reductions, or none");
  const bool make = outputs.empty();
  std::vector<ComputeSet> css;
  for (std::size_t i = 0; i < reductions.size(); ++i) {
    const auto& one = reductions[i];
    if (make) {
      const DebugContext context =
          one.debugName.empty() ? debugContext : named(debugContext, one.debugName);
      outputs.push_back(new_output(graph, one.useOutType ? one.outType : one.in.elementType(),
                                   output_shape(one.in, one.dims), context));
    }
    reduceWithOutput(graph, one.in, outputs[i], one.dims, one.params, css, debugContext, options);
  }
  for (const ComputeSet& cs : css) prog.add(Execute(cs, debugContext));
}

}  // namespace popops
