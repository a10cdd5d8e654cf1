// SPDX-License-Identifier: Apache-2.0
// poplin: Householder's factorization.
//
// The columns of A and the rows of Q are vectors of one length, dealt to tiles in blocks. A step
// takes a column, from whichever tile has it, makes the reflection on tile 0, and lets every tile
// reflect its own vectors. The steps are a loop on the device.
#include <algorithm>
#include <poplar/exceptions.hpp>
#include <string>
#include <vector>

#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poplin/experimental/QRFactorization.hpp"
#include "popops/Loop.hpp"
#include "popops/Reduce.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"

namespace poplin::experimental {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

void map_vectors(Graph& graph, const Tensor& vectors) {
  const std::size_t count = vectors.dim(0);
  const std::size_t each = ceil_divide<std::size_t>(count, graph.getTarget().getNumTiles());
  for (std::size_t begin = 0; begin < count; begin += each) {
    graph.setTileMapping(vectors.slice(begin, std::min(count, begin + each)),
                         static_cast<unsigned>(begin / each));
  }
}

/// Columns of A, then rows of Q.
Tensor as_vectors(const Tensor& a, const Tensor& q) { return poplar::concat(a.transpose(), q); }

/// Every vector lies on one tile.
bool are_whole(const Graph& graph, const Tensor& vectors) {
  const std::size_t length = vectors.dim(1);
  for (const auto& intervals : graph.getTileMapping(vectors)) {
    for (const auto& interval : intervals) {
      if (interval.begin() % length != 0 || interval.end() % length != 0) return false;
    }
  }
  return true;
}

void need_matrices(const Tensor& a, const Tensor& q) {
  const std::string who = "poplin::experimental::QRFactorization";
  need(a.elementType() == poplar::FLOAT && q.elementType() == poplar::FLOAT,
       who + ": matrices are float, not " + a.elementType().toString() + " and " +
           q.elementType().toString());
  need(a.rank() == 2 && a.dim(0) >= a.dim(1) && a.dim(1) > 0,
       who + ": A has at least as many rows as columns, " + poputil::shapeToString(a.shape()) +
           " has not");
  need(q.shape() == Shape({a.dim(0), a.dim(0)}),
       who + ": Q for an A of shape " + poputil::shapeToString(a.shape()) + " has the shape " +
           poputil::shapeToString({a.dim(0), a.dim(0)}) + ", not " +
           poputil::shapeToString(q.shape()));
}

void need_options(const poplar::OptionFlags& options) {
  weft::check_options(qr_table(), options);
  for (const auto& [name, value] : options) {
    if (value.find_first_not_of('0') == std::string::npos) {
      throw poplar::invalid_option(std::string(qr_table().owner) + ": " + name +
                                   " is a positive number, not '" + value + "'");
    }
  }
}

/// One factorization.
class Steps {
 public:
  Steps(Graph& graph, const Tensor& vectors, std::size_t columns, const DebugContext& context)
      : graph_(graph), vectors_(vectors), columns_(columns), context_(context) {
    const std::size_t length = vectors.dim(1);
    v_ = graph.addVariable(poplar::FLOAT, {length}, named(context, "reflection"));
    scale_ = graph.addVariable(poplar::FLOAT, {2}, named(context, "scale"));
    graph.setTileMapping(v_, 0);
    graph.setTileMapping(scale_, 0);
    const auto mapping = graph.getTileMapping(vectors);
    for (unsigned tile = 0; tile < mapping.size(); ++tile) {
      for (const auto& interval : mapping[tile]) {
        blocks_.push_back({tile, interval.begin() / length, interval.end() / length});
      }
    }
  }

  Sequence step(const Tensor& number) const {
    Sequence out({}, context_);
    const Tensor column = picked(number, out);
    const auto make = graph_.addComputeSet(named(context_, "householder"));
    const auto v = graph_.addVertex(
        make, "poplin::experimental::Householder",
        {{"column", column}, {"step", number.reshape({})}, {"v", v_}, {"scale", scale_}});
    graph_.setTileMapping(v, 0);
    out.add(Execute(make, context_));
    const auto cs = graph_.addComputeSet(named(context_, "reflect"));
    for (const Block& block : blocks_) {
      const auto r = add(cs, "poplin::experimental::Reflect", block, number);
      graph_.connect(r["v"], v_);
      graph_.connect(r["scale"], scale_);
    }
    out.add(Execute(cs, context_));
    return out;
  }

 private:
  /// Vectors of a tile.
  struct Block {
    unsigned tile = 0;
    std::size_t begin = 0, end = 0;
  };

  poplar::VertexRef add(poplar::ComputeSet cs, const char* name, const Block& block,
                        const Tensor& number) const {
    const auto v = graph_.addVertex(cs, name,
                                    {{"vectors", vectors_.slice(block.begin, block.end).flatten()},
                                     {"step", number.reshape({})}});
    const std::size_t columns = std::min(columns_, block.end);
    graph_.setInitialValue(v["first"], static_cast<unsigned>(block.begin));
    graph_.setInitialValue(
        v["columns"], static_cast<unsigned>(columns > block.begin ? columns - block.begin : 0));
    graph_.setTileMapping(v, block.tile);
    return v;
  }

  /// The column of that number: zeros from all tiles but one, added.
  Tensor picked(const Tensor& number, Sequence& prog) const {
    const auto cs = graph_.addComputeSet(named(context_, "pickColumn"));
    std::vector<Tensor> found;
    for (const Block& block : blocks_) {
      if (block.begin >= columns_) continue;
      const Tensor out =
          graph_.addVariable(poplar::FLOAT, v_.shape(), named(context_, "candidate"));
      graph_.setTileMapping(out, block.tile);
      graph_.connect(add(cs, "poplin::experimental::PickColumn", block, number)["out"], out);
      found.push_back(out.expand({0}));
    }
    prog.add(Execute(cs, context_));
    const Tensor column = graph_.addVariable(poplar::FLOAT, v_.shape(), named(context_, "column"));
    poputil::mapTensorLinearly(graph_, column);
    popops::reduceWithOutput(graph_, poplar::concat(found), column, {0}, popops::Operation::ADD,
                             prog, context_);
    return column;
  }

  Graph& graph_;
  const Tensor& vectors_;
  std::size_t columns_;
  const DebugContext& context_;
  Tensor v_, scale_;
  std::vector<Block> blocks_;
};

}  // namespace

std::array<Tensor, 2> createQRFactorizationMatrices(Graph& graph, const poplar::Type& type,
                                                    std::size_t m, std::size_t n,
                                                    const DebugContext& debugContext) {
  const Tensor a = graph.addVariable(type, {n, m}, named(debugContext, "A")).transpose();
  const Tensor q = graph.addVariable(type, {m, m}, named(debugContext, "Q"));
  need_matrices(a, q);
  map_vectors(graph, as_vectors(a, q));
  return {a, q};
}

void QRFactorization(Graph& graph, Tensor& A, Tensor& Q, Sequence& prog,
                     const DebugContext& debugContext, const poplar::OptionFlags& options) {
  need_matrices(A, Q);
  need_options(options);
  const std::size_t steps = std::min(A.dim(1), A.dim(0) - 1);
  if (steps == 0) return;
  const Lends sums(graph, "poplin", "popops");
  const DebugContext context = named(debugContext, "QRFactorization");
  const Tensor given = as_vectors(A, Q);
  Tensor vectors = given;
  if (!are_whole(graph, given)) {
    vectors = graph.addVariable(poplar::FLOAT, given.shape(), named(context, "vectors"));
    map_vectors(graph, vectors);
    prog.add(Copy(given, vectors, false, context));
  }
  const Steps factorization(graph, vectors, A.dim(1), context);
  prog.add(popops::countedLoop(
      graph, steps, [&](const Tensor& number) { return factorization.step(number); }, context));
  if (vectors != given) prog.add(Copy(vectors, given, false, context));
}

}  // namespace poplin::experimental
