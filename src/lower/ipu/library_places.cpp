// SPDX-License-Identifier: Apache-2.0
// C++ of the layers that take elements by their places, or by what lies around them.
#include "lower/ipu/library_text.hpp"

namespace weft::lower::ipu {

namespace {

constexpr const char* gather_text =
    R"(
/// Places below 0 count from the end of a dimension of so many.
Tensor from_begin(Network& net, const Tensor& places, std::size_t length) {
  return popops::map(net.graph,
                     pe::Select(pe::Add(pe::_1, pe::Const(static_cast<int>(length))), pe::_1,
                                pe::Lt(pe::_1, pe::Const(0))),
                     {places}, net.prog);
}
/// Rows of `table` along `axis`; places below 0 count from the end.
Tensor gather(Network& net, const Tensor& table, const Tensor& places, unsigned axis,
              const Shape& result) {
  const Tensor above = from_begin(net, places.flatten(), table.dim(axis));
  const Tensor rows = popops::cast(net.graph, above, UNSIGNED_INT, net.prog);
  return popops::gather(net.graph, table, rows, axis, net.prog).reshape(result);
}
)";

constexpr const char* rows_at_text =
    R"(
/// Numbers that the tiles have from the begin.
Tensor numbers(Network& net, const std::vector<int>& values) {
  const Tensor t = net.graph.addConstant<int>(INT, {values.size()}, values, "numbers");
  poputil::mapTensorLinearly(net.graph, t);
  return t;
}
/// Rows `at` [n] of `table` [rows][width].
Tensor rows_at(Network& net, const Tensor& table, const Tensor& at) {
  const Tensor rows = popops::cast(net.graph, at, UNSIGNED_INT, net.prog);
  return popops::multiSlice(net.graph, table, rows.expand({1}), {0}, {1}, net.prog,
                            popops::SlicePlan(), {});
}
)";

constexpr const char* elements_text =
    R"(
/// For each of `places` the element there along `axis`, at the place's own index elsewhere.
Tensor gather_elements(Network& net, const Tensor& x, const Tensor& places, unsigned axis) {
  int step = 1;  // from an element of x to the next along the axis
  for (unsigned d = axis + 1; d < x.rank(); ++d) step *= static_cast<int>(x.dim(d));
  std::vector<int> first;  // place of element 0 of each line
  for (std::size_t i = 0; i < places.numElements(); ++i) {
    std::size_t rest = i, stride = 1;
    int at = 0;
    for (unsigned d = x.rank(); d-- > 0;) {
      if (d != axis) at += static_cast<int>(rest % places.dim(d) * stride);
      rest /= places.dim(d);
      stride *= x.dim(d);
    }
    first.push_back(at);
  }
  const Tensor along = from_begin(net, places.flatten(), x.dim(axis));
  const Tensor at = popops::map(net.graph, pe::Add(pe::Mul(pe::_1, pe::Const(step)), pe::_2),
                                {along, numbers(net, first)}, net.prog);
  return rows_at(net, x.flatten().expand({1}), at.flatten()).reshape(places.shape());
}
)";

constexpr const char* points_text =
    R"(
/// What lies at each of `points` [...][coordinates], in dimensions behind the first `batches`.
Tensor gather_points(Network& net, const Tensor& x, const Tensor& points, unsigned batches,
                     const Shape& result) {
  const auto coordinates = static_cast<unsigned>(points.dim(points.rank() - 1));
  const std::size_t count = points.numElements() / coordinates;
  std::size_t groups = 1, width = 1;
  for (unsigned d = 0; d < batches; ++d) groups *= x.dim(d);
  for (unsigned d = batches + coordinates; d < x.rank(); ++d) width *= x.dim(d);
  std::vector<int> group;
  for (std::size_t i = 0; i < count; ++i) {
    group.push_back(static_cast<int>(i / (count / groups)));
  }
  Tensor at = numbers(net, group);
  const Tensor each = points.reshape({count, coordinates});
  for (unsigned c = 0; c < coordinates; ++c) {
    const std::size_t length = x.dim(batches + c);
    const Tensor along = from_begin(net, each.slice(c, c + 1, 1).flatten(), length);
    at = popops::map(net.graph,
                     pe::Add(pe::Mul(pe::_1, pe::Const(static_cast<int>(length))), pe::_2),
                     {at, along}, net.prog);
  }
  const Tensor table = x.reshape({x.numElements() / width, width});
  return rows_at(net, table, at).reshape(result);
}
)";

constexpr const char* sums_text =
    R"(
/// Sums up to each element along `axis`: each step adds what lies 1, 2, 4 ... before.
Tensor cumulative_sums(Network& net, const Tensor& x, unsigned axis, bool exclusive,
                       bool reverse) {
  Tensor sums = reverse ? x.reverse(axis) : x;
  const std::size_t length = sums.dim(axis);
  for (std::size_t reach = 1; reach < length; reach *= 2) {
    const Tensor more = popops::add(net.graph, sums.slice(reach, length, axis),
                                    sums.slice(0, length - reach, axis), net.prog);
    sums = concat(sums.slice(0, reach, axis), more, axis);
  }
  if (exclusive) sums = popops::pad(net.graph, sums.slice(0, length - 1, axis), 1, 0, axis);
  return reverse ? sums.reverse(axis) : sums;
}
)";

constexpr const char* causal_text =
    R"(
/// What a row sees: row i up to column i + columns - rows.
Tensor causal(Network& net, std::size_t rows, std::size_t columns) {
  std::vector<unsigned char> seen;
  for (std::size_t i = 0; i < rows * columns; ++i) {
    seen.push_back(i % columns + rows <= i / columns + columns ? 1 : 0);
  }
  const Tensor t = net.graph.addConstant<unsigned char>(BOOL, {rows, columns}, seen, "causal");
  poputil::mapTensorLinearly(net.graph, t);
  return t;
}
)";

constexpr const char* wrapped_text =
    R"(
/// `t` with so much before and behind it along `axis` as if it went round.
Tensor wrapped(const Tensor& t, std::size_t before, std::size_t behind, unsigned axis) {
  const std::size_t length = t.dim(axis);
  std::vector<Tensor> parts;
  std::size_t first = (length - before % length) % length;
  for (std::size_t left = before + length + behind; left != 0; first = 0) {
    const std::size_t count = std::min(left, length - first);
    parts.push_back(t.slice(first, first + count, axis));
    left -= count;
  }
  return concat(parts, axis);
}
)";

}  // namespace

std::vector<Piece> pieces_of_places() {
  return {
      {"gather",
       {"popops/Gather.hpp", "popops/Cast.hpp", "popops/ElementWise.hpp"},
       {},
       gather_text},
      {"rows_at",
       {"popops/DynamicSlice.hpp", "popops/Cast.hpp", "poputil/TileMapping.hpp"},
       {},
       rows_at_text},
      {"gather_elements", {"popops/ElementWise.hpp"}, {"gather", "rows_at"}, elements_text},
      {"gather_points", {"popops/ElementWise.hpp"}, {"gather", "rows_at"}, points_text},
      {"cumulative_sums", {"popops/ElementWise.hpp", "popops/Pad.hpp"}, {}, sums_text},
      {"causal", {}, {}, causal_text},
      {"wrapped", {"algorithm"}, {}, wrapped_text},
  };
}

}  // namespace weft::lower::ipu
