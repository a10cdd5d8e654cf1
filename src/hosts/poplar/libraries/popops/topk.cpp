// SPDX-License-Identifier: Apache-2.0
// popops: the largest or smallest elements of rows.
#include "popops/TopK.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/popops/sorter.hpp"
#include "poputil/Util.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

bool is_sortable(const poplar::Type& type) {
  return type == poplar::FLOAT || type == poplar::HALF || type == poplar::INT ||
         type == poplar::UNSIGNED_INT;
}

void need_rows(const std::string& who, const Tensor& t, const char* what) {
  need(t.rank() >= 1, who + ": " + what + " have at least one dimension");
  need(is_sortable(t.elementType()),
       who + ": " + what + " are float, half, int or unsigned, not " + t.elementType().toString());
}

void need_k(const std::string& who, const Tensor& t, const TopKParams& params) {
  const std::size_t length = t.dim(t.rank() - 1);
  need(params.k <= length, who + ": k is " + std::to_string(params.k) +
                               ", but the last dimension of " + poputil::shapeToString(t.shape()) +
                               " has " + weft::counted(length, "element"));
}

/// [rows][length].
Tensor as_rows(const Tensor& t) {
  const std::size_t length = t.dim(t.rank() - 1);
  return t.reshape({length == 0 ? 0 : t.numElements() / length, length});
}

KeysAndValues top_k(Graph& graph, Sequence& prog, const Tensor& keys, const Tensor* values,
                    const TopKParams& params, const DebugContext& context) {
  const std::size_t length = keys.dim(keys.rank() - 1);
  KeysAndValues rows{as_rows(keys), std::nullopt};
  if (values != nullptr) rows.values = as_rows(*values);
  const bool backwards = params.sortOrder != SortOrder::NONE &&
                         params.largest != (params.sortOrder == SortOrder::DESCENDING);
  RowOrder order{params.largest, params.stableSort && values != nullptr};
  if (params.k == length) order.descending = params.largest != backwards;
  KeysAndValues out = sort_rows(graph, prog, rows, params.k, order, context);
  if (params.k != length && backwards && order.ties) {
    // Those that are kept were found with the best first; equal ones must not change their order.
    order.descending = !order.descending;
    out = sort_rows(graph, prog, out, params.k, order, context);
  } else if (params.k != length && backwards) {
    out.keys = out.keys.reverse(1);
    if (out.values) out.values = out.values->reverse(1);
  }
  Shape shape = keys.shape();
  shape.back() = params.k;
  out.keys = out.keys.reshape(shape);
  if (out.values) out.values = out.values->reshape(shape);
  return out;
}

/// 0, 1, 2 ... in every row, where the rows are sorted.
Tensor places_in_rows(Graph& graph, Sequence& prog, const Tensor& keys, unsigned k,
                      const DebugContext& context) {
  const Tensor places =
      graph.addVariable(poplar::UNSIGNED_INT, as_rows(keys).shape(), named(context, "places"));
  const std::size_t length = places.dim(1);
  if (places.numElements() == 0) return places.reshape(keys.shape());
  map_sorted_rows(graph, places,
                  plan_rows(graph, places.shape(), k, {keys.elementType(), poplar::UNSIGNED_INT}));
  const auto cs = graph.addComputeSet(named(context, "countPlaces"));
  const auto mapping = graph.getTileMapping(places);
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    for (const auto& interval : mapping[tile]) {
      for (std::size_t begin = interval.begin(); begin < interval.end();) {
        const std::size_t end = std::min(interval.end(), (begin / length + 1) * length);
        const auto v = graph.addVertex(cs, "popops::Iota<unsigned int>",
                                       {{"out", places.flatten().slice(begin, end)}});
        graph.setInitialValue(v["start"], static_cast<unsigned>(begin % length));
        graph.setTileMapping(v, tile);
        begin = end;
      }
    }
  }
  prog.add(poplar::program::Execute(cs, context));
  return places.reshape(keys.shape());
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const SortOrder& o) {
  static const std::array<const char*, 3> names = {"none", "ascending", "descending"};
  return os << names.at(static_cast<std::size_t>(o));
}

TopKParams::TopKParams(unsigned k_, bool largest_, SortOrder sortOrder_, bool stableSort_) noexcept
    : k(k_), largest(largest_), sortOrder(sortOrder_), stableSort(stableSort_) {}

std::ostream& operator<<(std::ostream& os, const TopKParams& p) {
  return os << "{k=" << p.k << ", largest=" << (p.largest ? "true" : "false")
            << ", sortOrder=" << p.sortOrder << ", stableSort=" << (p.stableSort ? "true" : "false")
            << "}";
}

Tensor createTopKInput(Graph& graph, const poplar::Type& type,
                       const std::vector<std::size_t>& shape, const TopKParams& params,
                       const DebugContext& debugContext) {
  need(!shape.empty(), "popops::createTopKInput: the shape has at least one dimension");
  const Tensor out = graph.addVariable(type, shape, debugContext);
  need_k("popops::createTopKInput", out, params);
  if (out.numElements() == 0) return out;
  const Tensor rows = as_rows(out);
  map_sorted_rows(graph, rows, plan_rows(graph, rows.shape(), params.k, {type}));
  return out;
}

Tensor topK(Graph& graph, Sequence& prog, const Tensor& t, const TopKParams& params,
            const DebugContext& debugContext) {
  need_rows("popops::topK", t, "keys");
  need_k("popops::topK", t, params);
  return top_k(graph, prog, t, nullptr, params, named(debugContext, "topK")).keys;
}

std::pair<Tensor, Tensor> topKKeyValue(Graph& graph, Sequence& prog, const Tensor& keys,
                                       const Tensor& values, const TopKParams& params,
                                       const DebugContext& debugContext) {
  const std::string who = "popops::topKKeyValue";
  need(params.sortOrder == SortOrder::NONE || !params.stableSort,
       who + ": a stable sort is not supported");
  need(keys.shape() == values.shape(), who + ": keys have the shape " +
                                           poputil::shapeToString(keys.shape()) + ", values " +
                                           poputil::shapeToString(values.shape()));
  need_rows(who, keys, "keys");
  need_rows(who, values, "values");
  need_k(who, keys, params);
  TopKParams chosen = params;
  chosen.stableSort = false;
  const auto out = top_k(graph, prog, keys, &values, chosen, named(debugContext, "topKKeyValue"));
  return {out.keys, *out.values};
}

std::pair<Tensor, Tensor> topKWithPermutation(Graph& graph, Sequence& prog, const Tensor& t,
                                              const TopKParams& params,
                                              const DebugContext& debugContext) {
  const auto context = named(debugContext, "topKWithPermutation");
  need_rows("popops::topKWithPermutation", t, "keys");
  need_k("popops::topKWithPermutation", t, params);
  const Tensor places = places_in_rows(graph, prog, t, params.k, context);
  const auto out = top_k(graph, prog, t, &places, params, context);
  return {out.keys, *out.values};
}

}  // namespace popops
