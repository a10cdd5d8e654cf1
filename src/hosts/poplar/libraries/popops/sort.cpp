// SPDX-License-Identifier: Apache-2.0
// popops: tensors sorted along a dimension.
#include "popops/Sort.hpp"

#include "hosts/poplar/libraries/support.hpp"
#include "popops/TopK.hpp"
#include "poputil/Util.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

void need_dim(const std::string& who, const Tensor& t, unsigned dim) {
  need(dim < t.rank(), who + ": there is no dimension " + std::to_string(dim) +
                           " in a tensor of shape " + poputil::shapeToString(t.shape()));
}

void need_pairs(const std::string& who, const Tensor& k, const Tensor& v, unsigned dim) {
  need(k.shape() == v.shape(), who + ": keys have the shape " + poputil::shapeToString(k.shape()) +
                                   ", values " + poputil::shapeToString(v.shape()));
  need_dim(who, k, dim);
}

Tensor inward(const Tensor& t, unsigned dim) { return t.dimRoll(dim, t.rank() - 1); }
Tensor outward(const Tensor& t, unsigned dim) { return t.dimRoll(t.rank() - 1, dim); }

TopKParams whole(const Tensor& t, unsigned dim) {
  return {static_cast<unsigned>(t.dim(dim)), true, SortOrder::ASCENDING};
}

std::pair<Tensor, Tensor> sorted_pairs(Graph& graph, const Tensor& k, const Tensor& v, unsigned dim,
                                       Sequence& prog, const DebugContext& context) {
  const auto out =
      topKKeyValue(graph, prog, inward(k, dim), inward(v, dim), whole(k, dim), context);
  return {outward(out.first, dim), outward(out.second, dim)};
}

}  // namespace

Tensor sort(Graph& graph, const Tensor& t, unsigned dim, Sequence& prog,
            const DebugContext& debugContext) {
  need_dim("popops::sort", t, dim);
  return outward(topK(graph, prog, inward(t, dim), whole(t, dim), named(debugContext, "sort")),
                 dim);
}

void sortInPlace(Graph& graph, const Tensor& t, unsigned dim, Sequence& prog,
                 const DebugContext& debugContext) {
  need_dim("popops::sortInPlace", t, dim);
  prog.add(Copy(sort(graph, t, dim, prog, debugContext), t, false, debugContext));
}

Tensor sortKeyValue(Graph& graph, const Tensor& k, const Tensor& v, unsigned dim, Sequence& prog,
                    const DebugContext& debugContext) {
  need_pairs("popops::sortKeyValue", k, v, dim);
  return sorted_pairs(graph, k, v, dim, prog, named(debugContext, "sortKeyValue")).second;
}

void sortKeyValueInPlace(Graph& graph, const Tensor& k, const Tensor& v, unsigned dim,
                         Sequence& prog, const DebugContext& debugContext) {
  need_pairs("popops::sortKeyValueInPlace", k, v, dim);
  const auto out = sorted_pairs(graph, k, v, dim, prog, named(debugContext, "sortKeyValue"));
  prog.add(Copy(out.first, k, false, debugContext));
  prog.add(Copy(out.second, v, false, debugContext));
}

}  // namespace popops
