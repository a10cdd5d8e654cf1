// SPDX-License-Identifier: Apache-2.0
// Values and forms of nodes on an IPU.
#include "lower/ipu/model.hpp"

#include <cmath>

#include "base/error.hpp"

namespace weft::lower::ipu {

using graph::Element;
using graph::Shape;

Kind Model::kind(graph::ValueId id) const {
  const Element element = value(id).type.element;
  if (is_floating(element)) return floats;
  return element == Element::boolean ? Kind::boolean : Kind::whole;
}

Numbers Model::numbers(graph::ValueId id) const {
  return numbers_of(*value(id).constant, kind(id), "'" + value(id).name + "'");
}

PoolForm pool_form(const graph::Pool& what, const Shape& x, const Shape& result) {
  PoolForm form;
  bool padded = false;
  bool inside = true;
  std::int64_t area = 1;
  const std::size_t dims = what.kernel.size();
  for (std::size_t d = 0; d < dims; ++d) {
    const std::int64_t stride = d < what.strides.size() ? what.strides[d] : 1;
    const std::int64_t lower = d < what.pads.size() ? what.pads[d] : 0;
    const std::int64_t upper = dims + d < what.pads.size() ? what.pads[dims + d] : 0;
    const std::int64_t reach = (result[2 + d] - 1) * stride + what.kernel[d];
    form.lower.push_back(lower);
    form.upper.push_back(reach - x[2 + d] - lower);
    padded = padded || lower != 0 || upper != 0;
    inside = inside && reach <= x[2 + d] + lower + upper;
    area *= what.kernel[d];
  }
  if (what.kind != graph::PoolKind::mean || !what.count_pads || !padded) return form;
  form.fixed_count = inside ? area : -1;
  return form;
}

AxesLast axes_last(const Shape& shape, const std::vector<std::int64_t>& axes) {
  AxesLast out;
  std::vector<bool> last(shape.size(), false);
  for (const std::int64_t axis : axes) last[static_cast<std::size_t>(axis)] = true;
  for (const bool wanted : {false, true}) {
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (last[axis] != wanted) continue;
      out.moves = out.moves || out.order.size() != axis;
      out.order.push_back(static_cast<std::int64_t>(axis));
      (wanted ? out.length : out.rows) *= shape[axis];
    }
  }
  return out;
}

std::vector<std::int64_t> axes_from(std::int64_t first, const Shape& shape) {
  std::vector<std::int64_t> axes;
  for (auto axis = first; axis < static_cast<std::int64_t>(shape.size()); ++axis) {
    axes.push_back(axis);
  }
  return axes;
}

ChannelLine channel_line(const Model& model, const graph::Node& node) {
  const auto& what = std::get<graph::BatchNormalise>(node.what);
  const auto values = [&](std::size_t i) {
    return graph::numbers_of(*model.value(node.inputs[i]).constant).floats;
  };
  const auto scale = values(1);
  const auto shift = values(2);
  const auto mean = values(3);
  const auto variance = values(4);
  ChannelLine line;
  for (std::size_t i = 0; i < scale.size(); ++i) {
    const double factor = scale[i] / std::sqrt(variance[i] + what.epsilon);
    line.scale.push_back(rounded(model.floats, factor));
    line.shift.push_back(rounded(model.floats, shift[i] - mean[i] * factor));
  }
  return line;
}

ProductForm product_form(const graph::MatMul& what, const Shape& a, const Shape& b) {
  ProductForm form;
  form.m = a[a.size() - (what.transpose_a ? 1 : 2)];
  form.k = a[a.size() - (what.transpose_a ? 2 : 1)];
  form.n = b[b.size() - (what.transpose_b ? 2 : 1)];
  const std::size_t rank = std::max(a.size(), b.size());
  for (std::size_t i = 0; i + 2 < rank; ++i) {
    const std::size_t from_end = rank - i;
    const std::int64_t x = a.size() < from_end ? 1 : a[a.size() - from_end];
    const std::int64_t y = b.size() < from_end ? 1 : b[b.size() - from_end];
    form.leading.push_back(x == 1 ? y : x);
  }
  form.one_matrix = b.size() == 2;
  if (form.one_matrix) {
    form.m *= graph::count_of(form.leading);
  } else {
    form.groups = graph::count_of(form.leading);
  }
  return form;
}

}  // namespace weft::lower::ipu
