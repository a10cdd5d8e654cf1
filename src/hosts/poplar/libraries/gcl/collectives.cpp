// SPDX-License-Identifier: Apache-2.0
// gcl: collective operations of one replica.
#include "gcl/Collectives.hpp"

#include <array>
#include <ostream>
#include <string>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "popops/ElementWise.hpp"
#include "popops/Reduce.hpp"
#include "poputil/Util.hpp"

namespace gcl {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

constexpr std::array<const char*, 9> operator_names = {
    "ADD", "MEAN", "MUL", "MIN", "MAX", "LOGICAL_AND", "LOGICAL_OR", "SQUARE_ADD", "LOCAL"};

void need_options(const std::string& who, const OptionFlags& options) {
  weft::check_options(collectives_table(), options, who.c_str());
}

void need_group(const std::string& who, const CommGroup& group) {
  need(group.replicaGroupSize() <= 1, who + ": a group of " +
                                          weft::counted(group.replicaGroupSize(), "replica") +
                                          ", but the graph has one");
}

void need_operator(const std::string& who, CollectiveOperator op, const poplar::Type& type) {
  const bool logical =
      op == CollectiveOperator::LOGICAL_AND || op == CollectiveOperator::LOGICAL_OR;
  need(op == CollectiveOperator::LOCAL || logical == (type == poplar::BOOL),
       who + ": " + operator_names.at(static_cast<std::size_t>(op)) + " of elements of type " +
           type.toString());
}

Tensor copied(Graph& graph, const Tensor& data, Sequence& prog, const DebugContext& context) {
  return poputil::duplicate(graph, data, prog, context);
}

popops::Operation operation_of(CollectiveOperator op) {
  switch (op) {
    case CollectiveOperator::ADD:
    case CollectiveOperator::MEAN:
      return popops::Operation::ADD;
    case CollectiveOperator::MUL:
      return popops::Operation::MUL;
    case CollectiveOperator::MIN:
      return popops::Operation::MIN;
    case CollectiveOperator::MAX:
      return popops::Operation::MAX;
    case CollectiveOperator::LOGICAL_AND:
      return popops::Operation::LOGICAL_AND;
    case CollectiveOperator::LOGICAL_OR:
      return popops::Operation::LOGICAL_OR;
    case CollectiveOperator::SQUARE_ADD:
      return popops::Operation::SQUARE_ADD;
    case CollectiveOperator::LOCAL:
      break;
  }
  throw poputil::poplibs_error("gcl::allReduceWithinReplica: LOCAL joins nothing");
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const CollectiveOperator& op) {
  return os << operator_names.at(static_cast<std::size_t>(op));
}

Tensor allReduceCrossReplica(Graph& graph, const Tensor& data, CollectiveOperator op,
                             Sequence& prog, const CommGroup& group,
                             const DebugContext& debugContext, const OptionFlags& options) {
  const std::string who = "gcl::allReduceCrossReplica";
  need_group(who, group);
  need_options(who, options);
  need_operator(who, op, data.elementType());
  if (op == CollectiveOperator::SQUARE_ADD) return popops::square(graph, data, prog, debugContext);
  return copied(graph, data, prog, debugContext);
}
Tensor allReduceCrossReplica(Graph& graph, const Tensor& data, CollectiveOperator op,
                             Sequence& prog, const DebugContext& debugContext,
                             const OptionFlags& options) {
  return allReduceCrossReplica(graph, data, op, prog, CommGroup(), debugContext, options);
}

void allReduceToDestinationCrossReplica(Graph& graph, const Tensor& data, Tensor& destination,
                                        CollectiveOperator op, Sequence& prog,
                                        const CommGroup& group, const DebugContext& debugContext,
                                        const OptionFlags& options) {
  need(data.shape() == destination.shape(),
       "gcl::allReduceToDestinationCrossReplica: data of shape " +
           poputil::shapeToString(data.shape()) + ", a destination of shape " +
           poputil::shapeToString(destination.shape()));
  const Tensor out = allReduceCrossReplica(graph, data, op, prog, group, debugContext, options);
  prog.add(Copy(out, destination, false, debugContext));
}
void allReduceToDestinationCrossReplica(Graph& graph, const Tensor& data, Tensor& destination,
                                        CollectiveOperator op, Sequence& prog,
                                        const DebugContext& debugContext,
                                        const OptionFlags& options) {
  allReduceToDestinationCrossReplica(graph, data, destination, op, prog, CommGroup(), debugContext,
                                     options);
}

void allReduceInPlaceCrossReplica(Graph& graph, Tensor& data, CollectiveOperator op, Sequence& prog,
                                  const CommGroup& group, const DebugContext& debugContext,
                                  const OptionFlags& options) {
  const std::string who = "gcl::allReduceInPlaceCrossReplica";
  need_group(who, group);
  need_options(who, options);
  need_operator(who, op, data.elementType());
  if (op == CollectiveOperator::SQUARE_ADD) popops::squareInPlace(graph, data, prog, debugContext);
}
void allReduceInPlaceCrossReplica(Graph& graph, Tensor& data, CollectiveOperator op, Sequence& prog,
                                  const DebugContext& debugContext, const OptionFlags& options) {
  allReduceInPlaceCrossReplica(graph, data, op, prog, CommGroup(), debugContext, options);
}

Tensor reduceScatterCrossReplica(Graph& graph, const Tensor& data, CollectiveOperator op,
                                 Sequence& prog, const CommGroup& group,
                                 const DebugContext& debugContext, const OptionFlags& options) {
  need(data.rank() == 1, "gcl::reduceScatterCrossReplica: data have one dimension, not " +
                             std::to_string(data.rank()));
  return allReduceCrossReplica(graph, data, op, prog, group, debugContext, options);
}
Tensor reduceScatterCrossReplica(Graph& graph, const Tensor& data, CollectiveOperator op,
                                 Sequence& prog, const DebugContext& debugContext,
                                 const OptionFlags& options) {
  return reduceScatterCrossReplica(graph, data, op, prog, CommGroup(), debugContext, options);
}

Tensor allGatherCrossReplica(Graph& graph, const Tensor& data, Sequence& prog,
                             const CommGroup& group, const DebugContext& debugContext,
                             const OptionFlags& options) {
  need_group("gcl::allGatherCrossReplica", group);
  need_options("gcl::allGatherCrossReplica", options);
  return copied(graph, data, prog, debugContext).expand({0});
}
Tensor allGatherCrossReplica(Graph& graph, const Tensor& data, Sequence& prog,
                             const DebugContext& debugContext, const OptionFlags& options) {
  return allGatherCrossReplica(graph, data, prog, CommGroup(), debugContext, options);
}

Tensor allToAllCrossReplica(Graph& graph, const Tensor& data, Sequence& prog,
                            const CommGroup& group, const DebugContext& debugContext,
                            const OptionFlags& options) {
  need_group("gcl::allToAllCrossReplica", group);
  need_options("gcl::allToAllCrossReplica", options);
  need(data.rank() > 0 && data.dim(0) == 1, "gcl::allToAllCrossReplica: the first dimension of " +
                                                poputil::shapeToString(data.shape()) +
                                                " is not the number of replicas, 1");
  return copied(graph, data, prog, debugContext);
}
Tensor allToAllCrossReplica(Graph& graph, const Tensor& data, Sequence& prog,
                            const DebugContext& debugContext, const OptionFlags& options) {
  return allToAllCrossReplica(graph, data, prog, CommGroup(), debugContext, options);
}

Tensor broadcastCrossReplica(Graph& graph, const Tensor& data, Sequence& prog,
                             const CommGroup& group, unsigned rootReplica,
                             const DebugContext& debugContext, const OptionFlags& options) {
  need_group("gcl::broadcastCrossReplica", group);
  need_options("gcl::broadcastCrossReplica", options);
  need(rootReplica == 0, "gcl::broadcastCrossReplica: there is no replica " +
                             std::to_string(rootReplica) + ", the graph has one");
  return copied(graph, data, prog, debugContext);
}

Tensor allReduceWithinReplica(Graph& graph, const Tensor& toReduce, CollectiveOperator op,
                              Sequence& prog, const DebugContext& debugContext,
                              const OptionFlags& options) {
  const std::string who = "gcl::allReduceWithinReplica";
  need_options(who, options);
  need(toReduce.rank() > 0 && toReduce.dim(0) > 0,
       who + ": partials lie along the first dimension");
  need_operator(who, op, toReduce.elementType());
  const auto operation = operation_of(op);
  const Tensor sum = popops::reduce(graph, toReduce, {0}, operation, prog, debugContext);
  if (op == CollectiveOperator::MEAN) {
    popops::divInPlace(graph, sum, static_cast<float>(toReduce.dim(0)), prog, debugContext);
  }
  const Tensor out = graph.clone(toReduce, debugContext);
  for (std::size_t row = 0; row < out.dim(0); ++row) {
    prog.add(Copy(sum, out[row], false, debugContext));
  }
  return out;
}

}  // namespace gcl
