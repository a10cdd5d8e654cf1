// SPDX-License-Identifier: Apache-2.0
// ONNX's operators whose results are known before a run: constants, extents, counted numbers.
#include <cmath>

#include "base/counted.hpp"
#include "frontends/onnx/node.hpp"

namespace weft::onnx {
namespace {

using graph::Element;
using graph::Numbers;
using graph::Shape;

constexpr std::int64_t longest_counted = std::int64_t{1} << 24;

void require_counted(std::int64_t count) {
  if (count > longest_counted) {
    unsupported("makes a constant of " + counted(count, "element") + ", more than 2^24");
  }
}

Term list_of(NodeImport& node, const std::vector<float>& values) {
  Numbers numbers{{Element::f32, {static_cast<std::int64_t>(values.size())}}, {}, {}};
  numbers.floats.assign(values.begin(), values.end());
  return node.constant(tensor_of(numbers));
}

/// In one of the forms that it may have; texts and sparse tensors are not read.
void import_constant(NodeImport& node) {
  if (auto value = node.tensor("value")) {
    node.result(0, node.constant(std::move(*value)));
  } else if (node.has("value_float")) {
    node.result(0, node.scalar(node.real("value_float", 0), Element::f32));
  } else if (node.has("value_int")) {
    node.result(0, node.constant(whole_tensor({node.whole("value_int", 0)}, {})));
  } else if (node.has("value_floats")) {
    node.result(0, list_of(node, node.reals("value_floats")));
  } else if (const auto list = node.wholes("value_ints")) {
    node.result(0, node.wholes_constant(*list));
  } else if (node.has("sparse_value")) {
    unsupported("is a sparse tensor");
  } else if (node.has("value_string") || node.has("value_strings")) {
    unsupported("is a text");
  } else {
    refuse("has no value");
  }
}

/// One number in all places.
void import_constant_of_shape(NodeImport& node) {
  graph::Tensor value = node.tensor("value").value_or(number_tensor(0, Element::f32));
  if (value.count() != 1) refuse("has a value " + text_of(value.type()) + ", not one element");
  const Term scalar = node.constant(value.reshaped({}));
  const Shape shape = node.known_wholes(0, "shape");
  (void)graph::count_of(shape);
  node.finish(graph::Expand{shape}, {scalar});
}

/// From `start` to before `end` (from version 15).
void import_shape(NodeImport& node) {
  const Shape& shape = node.shape(node.input(0));
  const auto rank = static_cast<std::int64_t>(shape.size());
  std::int64_t start = node.version() < 15 ? 0 : node.whole("start", 0);
  std::int64_t end = node.version() < 15 ? rank : node.whole("end", rank);
  for (std::int64_t* bound : {&start, &end}) {
    if (*bound < 0) *bound += rank;
    *bound = std::min(std::max(*bound, std::int64_t{0}), rank);
  }
  const Wholes all(shape.begin(), shape.end());
  node.result(0, node.wholes_constant(start < end ? Wholes(all.begin() + start, all.begin() + end)
                                                  : Wholes{}));
}

void import_size(NodeImport& node) {
  node.result(0, node.constant(whole_tensor({graph::count_of(node.shape(node.input(0)))}, {})));
}

/// start + i step, as many as are before the limit.
void import_range(NodeImport& node) {
  const Numbers start = node.known(0, "start");
  const Numbers limit = node.known(1, "limit");
  const Numbers step = node.known(2, "step");
  if (start.count() != 1 || limit.count() != 1 || step.count() != 1) {
    refuse("counts between tensors that are no scalars");
  }
  const bool floating = is_floating(start.type.element);
  Numbers all{{start.type.element, {}}, {}, {}};
  std::int64_t count = 0;
  if (floating) {
    if (limit.floats.empty() || step.floats.empty()) refuse("counts in different types");
    const double steps = std::ceil((limit.floats[0] - start.floats[0]) / step.floats[0]);
    if (!(step.floats[0] != 0) || !std::isfinite(steps)) refuse("counts without an end");
    count = static_cast<std::int64_t>(std::min(std::max(steps, 0.0), 0x1p40));
    require_counted(count);
    for (std::int64_t i = 0; i < count; ++i) {
      all.floats.push_back(start.floats[0] + static_cast<double>(i) * step.floats[0]);
    }
  } else {
    if (limit.whole.empty() || step.whole.empty()) refuse("counts in different types");
    if (step.whole[0] == 0) refuse("counts without an end");
    const double steps =
        std::ceil((static_cast<double>(limit.whole[0]) - static_cast<double>(start.whole[0])) /
                  static_cast<double>(step.whole[0]));
    count = static_cast<std::int64_t>(std::min(std::max(steps, 0.0), 0x1p40));
    require_counted(count);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto up = static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(step.whole[0]);
      all.whole.push_back(
          static_cast<std::int64_t>(static_cast<std::uint64_t>(start.whole[0]) + up));
    }
  }
  all.type.shape = {count};
  node.result(0, node.constant(tensor_of(all)));
}

Element element_asked(NodeImport& node, Element otherwise) {
  if (!node.has("dtype")) return otherwise;
  const std::int64_t type = node.whole("dtype", 0);
  const auto element = element_of(type);
  if (!element) unsupported("makes a tensor of " + type_name(type));
  return *element;
}

/// Ones where `keep(row, column)`, of the last two axes of the shape, once.
template <typename Keep>
Numbers mask_of(Element element, std::int64_t rows, std::int64_t columns, const Keep& keep) {
  require_counted(graph::count_of({rows, columns}));
  Numbers mask{{element, {rows, columns}}, {}, {}};
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      const bool one = keep(row, column);
      if (is_floating(element)) {
        mask.floats.push_back(one ? 1 : 0);
      } else {
        mask.whole.push_back(one ? 1 : 0);
      }
    }
  }
  return mask;
}

void import_eye_like(NodeImport& node) {
  const Term x = node.input(0);
  if (node.rank(x) != 2) refuse("takes a matrix");
  const std::int64_t shift = node.whole("k", 0);
  const Element element = element_asked(node, node.element(x));
  node.result(0, node.constant(tensor_of(
                     mask_of(element, node.shape(x)[0], node.shape(x)[1],
                             [&](auto row, auto column) { return column - row == shift; }))));
}

/// x on one side of a diagonal, zeros on the other.
void import_trilu(NodeImport& node) {
  const Term x = node.input(0);
  if (node.rank(x) < 2) refuse("takes matrices");
  const bool upper = node.flag("upper", true);
  std::int64_t shift = 0;
  if (node.has_input(1)) {
    const Numbers given = node.known(1, "diagonal");
    if (given.count() != 1 || given.whole.empty()) refuse("has a diagonal that is no whole number");
    shift = given.whole[0];
  }
  const Shape& shape = node.shape(x);
  const Numbers mask = mask_of(Element::boolean, shape[shape.size() - 2], shape.back(),
                               [&](std::int64_t row, std::int64_t column) {
                                 const std::int64_t off = column - row;
                                 return upper ? off >= shift : off <= shift;
                               });
  node.finish(graph::Select{},
              {node.constant(tensor_of(mask)), x, node.scalar(0, node.element(x))});
}

constexpr OperatorRow constant_rows[] = {
    {"Constant", 6, newest_opset, import_constant},
    {"ConstantOfShape", 9, newest_opset, import_constant_of_shape},
    {"EyeLike", 9, newest_opset, import_eye_like},
    {"Range", 11, newest_opset, import_range},
    {"Shape", 6, newest_opset, import_shape},
    {"Size", 6, newest_opset, import_size},
    {"Trilu", 14, newest_opset, import_trilu},
};

}  // namespace

std::span<const OperatorRow> constant_operators() { return constant_rows; }

}  // namespace weft::onnx
