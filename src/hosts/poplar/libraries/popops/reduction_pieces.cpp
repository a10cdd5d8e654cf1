// SPDX-License-Identifier: Apache-2.0
// popops: what of a reduction's input lies on which tile.

#include <algorithm>
#include <map>
#include <utility>

#include "hosts/poplar/libraries/popops/reduction.hpp"
#include "poputil/Util.hpp"
#include "program/ipu_product.hpp"

namespace weft::libraries {

using poplar::Interval;
using poplar::Tensor;

namespace {

/// Elements [rows.begin, rows.end) x [columns.begin, columns.end) of a matrix.
struct Rectangle {
  Interval rows, columns;
};

/// An interval of a flat matrix as at most three rectangles.
std::vector<Rectangle> rectangles(const Interval& interval, std::size_t width) {
  std::vector<Rectangle> out;
  std::size_t at = interval.begin();
  while (at < interval.end()) {
    const std::size_t row = at / width;
    const std::size_t column = at % width;
    const std::size_t rest = interval.end() - at;
    if (column != 0 || rest < width) {
      const std::size_t end = std::min(width, column + rest);
      out.push_back({{row, row + 1}, {column, end}});
      at += end - column;
    } else {
      out.push_back({{row, row + rest / width}, {0, width}});
      at += rest / width * width;
    }
  }
  return out;
}

/// Rectangles of one tile with the same outputs are one piece.
using ByOutputs = std::map<std::pair<std::size_t, std::size_t>, Intervals>;

void add_rectangle(ByOutputs& pieces, const Interval& outputs, const Interval& reduced) {
  auto& list = pieces[{outputs.begin(), outputs.end()}];
  if (!list.empty() && list.back().end() == reduced.begin()) {
    list.back() = Interval(list.back().begin(), reduced.end());
  } else {
    list.push_back(reduced);
  }
}

Tensor values_of(const ReductionMatrix& matrix, std::size_t begin, std::size_t end,
                 const Intervals& reduced) {
  const unsigned outputs = matrix.continuous ? 0 : 1;
  const Tensor band = matrix.matrix.slice(begin, end, outputs);
  if (reduced.size() == 1) return band.slice(reduced[0], 1 - outputs).flatten();
  return poplar::concat(band.slices(reduced, 1 - outputs), 1 - outputs).flatten();
}

/// Cut along the reduced elements so that all workers have something to do.
void add_pieces(const ReductionMatrix& matrix, unsigned tile, const ByOutputs& by_outputs,
                unsigned workers, std::vector<Piece>& out) {
  std::size_t outputs = 0;
  for (const auto& [range, reduced] : by_outputs) outputs += range.second - range.first;
  for (const auto& [range, reduced] : by_outputs) {
    const std::size_t cuts = program::ipu::shares_of_sum(outputs, size_of(reduced), workers);
    for (const auto& part : poputil::splitRegions(reduced, 1, static_cast<unsigned>(cuts))) {
      out.push_back({tile, range.first, range.second,
                     values_of(matrix, range.first, range.second, part), size_of(part)});
    }
  }
}

}  // namespace

ReductionMatrix reduction_matrix(const Tensor& in, const std::vector<std::size_t>& dims) {
  std::vector<bool> reduced(in.rank(), false);
  for (const std::size_t dim : dims) {
    need(dim < in.rank(), "popops::reduce: no dimension " + std::to_string(dim) +
                              " in a tensor of shape " + poputil::shapeToString(in.shape()));
    need(!reduced[dim], "popops::reduce: dimension " + std::to_string(dim) + " is named twice");
    reduced[dim] = true;
  }
  ReductionMatrix out;
  out.continuous = !reduced.empty() && reduced.back();  // as it lies in memory, most often
  std::vector<unsigned> kept, gone;
  std::size_t elements = 1;
  out.outputs = 1;
  for (unsigned i = 0; i < in.rank(); ++i) {
    (reduced[i] ? gone : kept).push_back(i);
    (reduced[i] ? elements : out.outputs) *= in.dim(i);
  }
  std::vector<unsigned> order = out.continuous ? kept : gone;
  const auto& rest = out.continuous ? gone : kept;
  order.insert(order.end(), rest.begin(), rest.end());
  const Tensor ordered = in.rank() == 0 ? in.reshape({1}) : in.dimShuffle(order);
  out.matrix = out.continuous ? ordered.reshape({out.outputs, elements})
                              : ordered.reshape({elements, out.outputs});
  return out;
}

std::vector<Piece> pieces_by_tile(poplar::Graph& graph, const ReductionMatrix& matrix) {
  const auto mapping = graph.getTileMapping(matrix.matrix);
  const unsigned workers = graph.getTarget().getNumWorkerContexts();
  const std::size_t width = matrix.matrix.dim(1);
  std::vector<Piece> out;
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    ByOutputs by_outputs;
    for (const auto& interval : mapping[tile]) {
      for (const auto& rectangle : rectangles(interval, width)) {
        if (matrix.continuous) {
          add_rectangle(by_outputs, rectangle.rows, rectangle.columns);
        } else {
          add_rectangle(by_outputs, rectangle.columns, rectangle.rows);
        }
      }
    }
    if (!by_outputs.empty()) add_pieces(matrix, tile, by_outputs, workers, out);
  }
  return out;
}

}  // namespace weft::libraries
