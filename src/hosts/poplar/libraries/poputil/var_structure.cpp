// SPDX-License-Identifier: Apache-2.0
// poputil: how tensors lie in memory.
#include <algorithm>
#include <numeric>
#include <string>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poputil/Util.hpp"
#include "poputil/VarStructure.hpp"

namespace poputil {

using poplar::Graph;
using poplar::Tensor;
using namespace weft::libraries;

namespace {

void need_partitions(const std::string& who, const Shape& shape, const Shape& partitions) {
  need(shape.size() == partitions.size(), who + ": " + weft::counted(partitions.size(), "number") +
                                              " of partitions for the shape " +
                                              shapeToString(shape));
  need(std::find(partitions.begin(), partitions.end(), 0U) == partitions.end(),
       who + ": no dimension is cut into 0 partitions");
}

/// Parts of a dimension that are equally long: `count` of `size` elements.
struct EqualParts {
  std::size_t count = 0, size = 0;
};

/// Joins variables of equal parts, one dimension after the other.
class PartitionedTensor {
 public:
  PartitionedTensor(Graph& graph, const poplar::Type& type, const poplar::DebugContext& context)
      : graph_(graph), type_(type), context_(context) {}

  /// Of `chosen` along the first dimensions, and of all parts of the others.
  Tensor make(const Shape& shape, const Shape& partitions, const std::vector<EqualParts>& chosen) {
    const std::size_t dim = chosen.size();
    if (dim == shape.size()) return variable(chosen);
    const std::size_t size = ceil_divide(shape[dim], partitions[dim]);
    std::vector<Tensor> joined;
    for (const EqualParts& parts :
         {EqualParts{shape[dim] / size, size}, EqualParts{1, shape[dim] % size}}) {
      if (parts.size == 0) continue;
      std::vector<EqualParts> more = chosen;
      more.push_back(parts);
      joined.push_back(make(shape, partitions, more));
    }
    return poplar::concat(joined, static_cast<unsigned>(dim));
  }

 private:
  /// A variable [counts...][sizes...], seen as [count * size ...].
  Tensor variable(const std::vector<EqualParts>& parts) {
    Shape shape;
    Shape seen;
    std::vector<unsigned> order;
    for (const EqualParts& p : parts) {
      shape.push_back(p.count);
      seen.push_back(p.count * p.size);
    }
    for (const EqualParts& p : parts) shape.push_back(p.size);
    for (unsigned d = 0; d < parts.size(); ++d) {
      order.push_back(d);
      order.push_back(d + static_cast<unsigned>(parts.size()));
    }
    return graph_.addVariable(type_, shape, context_).dimShuffle(order).reshape(seen);
  }
  Graph& graph_;
  poplar::Type type_;
  const poplar::DebugContext& context_;
};

}  // namespace

Tensor createPartitionableTensor(Graph& graph, const poplar::Type& type, const Shape& shape,
                                 const Shape& nPartitions,
                                 const poplar::DebugContext& debugContext) {
  need_partitions("poputil::createPartitionableTensor", shape, nPartitions);
  if (shape.empty() || product(shape) == 0) return graph.addVariable(type, shape, debugContext);
  return PartitionedTensor(graph, type, debugContext).make(shape, nPartitions, {});
}

void iterateTensorPartitions(
    const Tensor& t, const Shape& nPartitions,
    const std::function<void(const std::vector<std::size_t>& i, const Tensor& s)>& f) {
  need_partitions("poputil::iterateTensorPartitions", t.shape(), nPartitions);
  Shape index(t.rank(), 0);
  for (std::size_t left = product(nPartitions); left > 0; --left) {
    Tensor slice = t;
    for (unsigned d = 0; d < t.rank(); ++d) {
      const std::size_t size = ceil_divide(t.dim(d), nPartitions[d]);
      slice = slice.slice(std::min(t.dim(d), index[d] * size),
                          std::min(t.dim(d), (index[d] + 1) * size), d);
    }
    f(index, slice);
    for (unsigned d = 0; d < t.rank() && ++index[d] == nPartitions[d]; ++d) index[d] = 0;
  }
}

unsigned detectInnermostGrouping(const Graph& graph, const Tensor& t) {
  need(t.rank() > 0, "poputil::detectInnermostGrouping: a tensor of rank 0 has no dimension");
  if (t.numElements() == 0) return 1;
  Tensor row = t;
  while (row.rank() > 1) row = row[0];
  const std::size_t contiguous = row.getContiguousRegions().front().size();
  std::size_t on_tile = 0;
  for (const auto& intervals : graph.getTileMapping(row)) {
    for (const auto& interval : intervals) on_tile = std::max(on_tile, interval.size());
  }
  const std::size_t group = std::gcd(contiguous, on_tile);
  return row.numElements() % group == 0 ? static_cast<unsigned>(group) : 1;
}

namespace {

/// How much larger than `inner` the groups are that dimension `dim` makes with the dimensions from
/// `rank` on.
unsigned group_of(const Graph& graph, const Tensor& t, unsigned dim, unsigned rank,
                  unsigned inner) {
  if (t.dim(dim) == 1) return 1;
  const unsigned all =
      detectInnermostGrouping(graph, t.dimRoll(dim, rank - 1).flatten(rank - 1, t.rank()));
  return all % inner != 0 ? 1 : std::gcd(all / inner, static_cast<unsigned>(t.dim(dim)));
}

}  // namespace

std::vector<GroupingInfo> detectDimGroupings(const Graph& graph, const Tensor& t) {
  need(t.rank() > 0, "poputil::detectDimGroupings: a tensor of rank 0 has no dimension");
  std::vector<GroupingInfo> out;
  const unsigned rank = t.rank();
  Tensor left = t;  // groups that were found lie behind the first `rank` dimensions
  unsigned inner = 1;
  while (true) {
    GroupingInfo best{0, 1};
    for (unsigned dim = 0; dim < rank; ++dim) {
      const unsigned group = group_of(graph, left, dim, rank, inner);
      if (group > best.second) best = {dim, group};
    }
    if (best.second == 1) return out;
    out.push_back(best);
    inner *= best.second;
    left = left.reshapePartial(best.first, best.first + 1,
                               {left.dim(best.first) / best.second, best.second})
               .dimRoll(best.first + 1, rank);
  }
}

}  // namespace poputil
