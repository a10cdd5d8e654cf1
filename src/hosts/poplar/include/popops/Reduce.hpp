// SPDX-License-Identifier: Apache-2.0
// Reductions of tensors along dimensions.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <popops/Operation.hpp>
#include <string>
#include <utility>
#include <vector>

namespace popops {

/// How to reduce: the operation, whether the result is combined with what the output holds
/// (`update`), and a factor (one float) on the result.
struct ReduceParams {
  ReduceParams() = default;
  ReduceParams(popops::Operation operation, bool updates = false)  // NOLINT: an operation is enough
      : op(operation), update(updates) {}
  ReduceParams(popops::Operation operation, bool updates, poplar::Tensor factor)
      : op(operation), update(updates), useScale(true), scale(factor) {}

  popops::Operation op = popops::Operation::ADD;
  bool update = false;
  bool useScale = false;
  poplar::Tensor scale;
};

// Half sums are formed in float. The order of a reduction depends on the graph alone: first the
// elements of each tile in row-major order, then the tiles in ascending order.

/// `in` reduced along `dims`; the other dimensions stay, in order.
poplar::Tensor reduce(poplar::Graph& graph, const poplar::Tensor& in, const poplar::Type& outType,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
poplar::Tensor reduce(poplar::Graph& graph, const poplar::Tensor& in,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
/// The same as vertices of compute sets that the caller executes in order; sets that exist are used
/// first, more are added.
poplar::Tensor reduce(poplar::Graph& graph, const poplar::Tensor& in, const poplar::Type& outType,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      std::vector<poplar::ComputeSet>& css,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
poplar::Tensor reduce(poplar::Graph& graph, const poplar::Tensor& in,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      std::vector<poplar::ComputeSet>& css,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
/// The same into `out`, whose shape is that of `in` without `dims` (or has as many elements).
void reduceWithOutput(poplar::Graph& graph, const poplar::Tensor& in, const poplar::Tensor& out,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
void reduceWithOutput(poplar::Graph& graph, const poplar::Tensor& in, const poplar::Tensor& out,
                      const std::vector<std::size_t>& dims, ReduceParams params,
                      std::vector<poplar::ComputeSet>& css,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});

/// One of several reductions made at once.
struct SingleReduceOp {
  SingleReduceOp(poplar::Tensor input, std::vector<std::size_t> dimensions, ReduceParams how,
                 poplar::Type type, std::string name = "")
      : in(input),
        dims(dimensions),
        params(how),
        useOutType(true),
        outType(type),
        debugName(std::move(name)) {}
  SingleReduceOp(poplar::Tensor input, std::vector<std::size_t> dimensions, ReduceParams how,
                 std::string name = "")
      : in(input),
        dims(dimensions),
        params(how),
        outType(input.elementType()),
        debugName(std::move(name)) {}

  poplar::Tensor in;
  std::vector<std::size_t> dims;
  ReduceParams params;
  bool useOutType = false;
  poplar::Type outType;
  std::string debugName;
};
/// Several reductions in the same compute sets. `outputs`: none, and they are made, or one each.
void reduceMany(poplar::Graph& graph, const std::vector<SingleReduceOp>& reductions,
                std::vector<poplar::Tensor>& outputs, poplar::program::Sequence& prog,
                const poplar::DebugContext& debugContext = {},
                const poplar::OptionFlags& options = {});

}  // namespace popops
