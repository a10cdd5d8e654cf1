// SPDX-License-Identifier: Apache-2.0
// poprand: random tensors.

#include <cmath>
#include <limits>

#include "hosts/poplar/libraries/cost_rules.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "numerics/elementary.hpp"
#include "poplar/RandomSeed.hpp"
#include "poprand/RandomGen.hpp"
#include "poprand/codelets.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace poprand {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::Type;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// As the vertices number them.
enum class Distribution : unsigned { uniform, log_uniform, bernoulli, normal, truncated_normal };

struct Draw {
  Distribution distribution = Distribution::uniform;
  double a = 0.0, b = 1.0, limit = 0.0;
  long long least = 0;
  unsigned long long count = 1;
};

/// The caller's seed, or one that the graph keeps and counts on at every call.
Tensor seed_of(Graph& graph, const Tensor* seed, Sequence& prog, const DebugContext& context) {
  if (seed != nullptr) {
    need(seed->numElements() == 2 && seed->elementType() == poplar::UNSIGNED_INT,
         "poprand: a seed is two elements of type unsigned int");
    return seed->flatten();
  }
  const Tensor own = graph.addVariable(poplar::UNSIGNED_INT, {2}, named(context, "seed"));
  graph.setTileMapping(own, 0);
  const auto call = static_cast<unsigned>(graph.getNumVertices());  // another one for each call
  graph.setInitialValue(own, std::vector<unsigned>{0U, call});
  const auto cs = graph.addComputeSet(named(context, "nextSeed"));
  const auto v = graph.addVertex(cs, "poprand::NextSeed");
  graph.connect(v["seed"], own);
  graph.setTileMapping(v, 0);
  prog.add(Execute(cs, context));
  return own;
}

template <class Add>
void for_intervals(Graph& graph, const Tensor& flat, const Add& add) {
  const auto mapping = graph.getTileMapping(flat);
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    for (const auto& interval : mapping[tile]) graph.setTileMapping(add(interval), tile);
  }
}

Tensor draw(Graph& graph, const Tensor* masterSeed, std::uint32_t modifier, const Tensor& reference,
            const Type& type, const Draw& what, Sequence& prog, const DebugContext& context) {
  need(type == poplar::FLOAT || type == poplar::HALF || type == poplar::INT ||
           type == poplar::UNSIGNED_INT,
       "poprand: no random numbers of type " + type.toString());
  const Tensor seed = seed_of(graph, masterSeed, prog, context);
  const Tensor out = graph.clone(type, reference, named(context, "random"));
  const Tensor flat = out.flatten();
  const auto cs = graph.addComputeSet(named(context, "Random"));
  for_intervals(graph, flat, [&](const poplar::Interval& interval) {
    const auto v = graph.addVertex(cs, poputil::templateVertex("poprand::Random", type));
    graph.connect(v["out"], flat.slice(interval));
    graph.connect(v["seed"], seed);
    graph.setInitialValue(v["modifier"], modifier);
    graph.setInitialValue(v["first"], static_cast<unsigned>(interval.begin()));
    graph.setInitialValue(v["distribution"], static_cast<unsigned>(what.distribution));
    graph.setInitialValue(v["a"], static_cast<float>(what.a));
    graph.setInitialValue(v["b"], static_cast<float>(what.b));
    graph.setInitialValue(v["limit"], static_cast<float>(what.limit));
    graph.setInitialValue(v["least"], what.least);
    graph.setInitialValue(v["count"], what.count);
    return v;
  });
  prog.add(Execute(cs, context));
  return out;
}

}  // namespace

Tensor uniform(Graph& graph, const Tensor* masterSeed, std::uint32_t seedModifier,
               const Tensor& reference, const Type& outType, double minVal, double maxVal,
               Sequence& prog, const DebugContext& debugContext) {
  need(minVal <= maxVal, "poprand::uniform: minVal is above maxVal");
  Draw what{Distribution::uniform, minVal, maxVal, 0.0, 0, 1};
  if (outType == poplar::INT || outType == poplar::UNSIGNED_INT) {
    const bool is_signed = outType == poplar::INT;
    const double low = is_signed ? std::numeric_limits<int>::min() : 0.0;
    const double high =
        is_signed ? std::numeric_limits<int>::max() : std::numeric_limits<unsigned>::max();
    need(minVal >= low && maxVal <= high,
         "poprand::uniform: " + outType.toString() + " does not hold these bounds");
    what.least = static_cast<long long>(std::ceil(minVal));
    const auto most = static_cast<long long>(std::floor(maxVal));
    need(what.least <= most, "poprand::uniform: there is no whole number between the bounds");
    what.count = static_cast<unsigned long long>(most - what.least) + 1;
  }
  return draw(graph, masterSeed, seedModifier, reference, outType, what, prog, debugContext);
}

Tensor logUniform(Graph& graph, const Tensor* masterSeed, std::uint32_t seedModifier,
                  const Tensor& reference, const Type& outType, double minVal, double maxVal,
                  Sequence& prog, double /*base*/, const DebugContext& debugContext) {
  need(minVal > 0.0 && minVal <= maxVal,
       "poprand::logUniform: bounds are positive, the lower one first");
  return draw(graph, masterSeed, seedModifier, reference, outType,
              {Distribution::log_uniform, weft::numerics::elementary::log(minVal),
               weft::numerics::elementary::log(maxVal), 0.0, 0, 1},
              prog, debugContext);
}

Tensor bernoulli(Graph& graph, const Tensor* masterSeed, std::uint32_t seedModifier,
                 const Tensor& reference, const Type& outType, double prob, Sequence& prog,
                 const DebugContext& debugContext) {
  need(prob >= 0.0 && prob <= 1.0, "poprand::bernoulli: a probability lies between 0 and 1");
  return draw(graph, masterSeed, seedModifier, reference, outType,
              {Distribution::bernoulli, prob, 0.0, 0.0, 0, 1}, prog, debugContext);
}

Tensor normal(Graph& graph, const Tensor* masterSeed, std::uint32_t seedModifier,
              const Tensor& reference, const Type& outType, double mean, double stdDev,
              Sequence& prog, const DebugContext& debugContext) {
  return draw(graph, masterSeed, seedModifier, reference, outType,
              {Distribution::normal, mean, stdDev, 0.0, 0, 1}, prog, debugContext);
}

Tensor truncatedNormal(Graph& graph, const Tensor* masterSeed, std::uint32_t seedModifier,
                       const Tensor& reference, const Type& outType, double mean, double stdDev,
                       double alpha, Sequence& prog, const DebugContext& debugContext) {
  need(alpha > 0.0, "poprand::truncatedNormal: alpha is positive");
  return draw(graph, masterSeed, seedModifier, reference, outType,
              {Distribution::truncated_normal, mean, stdDev, alpha, 0, 1}, prog, debugContext);
}

Tensor dropout(Graph& graph, const Tensor* masterSeed, std::uint32_t seedModifier, const Tensor& in,
               const Tensor& reference, double keepProbability, double scale, Sequence& prog,
               const DebugContext& debugContext) {
  need(in.shape() == reference.shape(), "poprand::dropout: input " +
                                            poputil::shapeToString(in.shape()) + " and reference " +
                                            poputil::shapeToString(reference.shape()) + " differ");
  need(in.elementType() == poplar::FLOAT || in.elementType() == poplar::HALF,
       "poprand::dropout: for float and half, not " + in.elementType().toString());
  need(keepProbability > 0.0 && keepProbability <= 1.0,
       "poprand::dropout: a probability lies between 0 and 1");
  const Tensor seed = seed_of(graph, masterSeed, prog, debugContext);
  const Tensor out = graph.clone(in.elementType(), reference, named(debugContext, "dropout"));
  const Tensor flat = out.flatten();
  const Tensor from = in.flatten();
  const auto cs = graph.addComputeSet(named(debugContext, "Dropout"));
  for_intervals(graph, flat, [&](const poplar::Interval& interval) {
    const auto v =
        graph.addVertex(cs, poputil::templateVertex("poprand::Dropout", in.elementType()));
    graph.connect(v["in"], from.slice(interval));
    graph.connect(v["out"], flat.slice(interval));
    graph.connect(v["seed"], seed);
    graph.setInitialValue(v["modifier"], seedModifier);
    graph.setInitialValue(v["first"], static_cast<unsigned>(interval.begin()));
    graph.setInitialValue(v["keep"], static_cast<float>(keepProbability));
    graph.setInitialValue(v["scale"], static_cast<float>(scale));
    return v;
  });
  prog.add(Execute(cs, debugContext));
  return out;
}

void setSeed(Graph& graph, const Tensor& masterSeed, std::uint32_t /*seedModifier*/, Sequence& prog,
             const DebugContext& debugContext) {
  poplar::setHwSeeds(graph, masterSeed, prog, debugContext);
}

void addCodelets(Graph& graph) {
  register_poprand_costs();
  graph.addLibrary("poprand");
}

}  // namespace poprand
