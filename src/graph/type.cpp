// SPDX-License-Identifier: Apache-2.0
// Formats and extents of tensors, and how messages write them.
#include "graph/type.hpp"

#include "base/error.hpp"

namespace weft::graph {
namespace {

struct ElementRow {
  std::string_view name;
  std::size_t bytes;
  bool floating;
};

constexpr std::int64_t most_elements = std::int64_t{1} << 40;

const ElementRow& row_of(Element element) {
  static constexpr ElementRow rows[] = {
      {"f64", 8, true},  {"f32", 4, true},  {"f16", 2, true},  {"bf16", 2, true}, {"i64", 8, false},
      {"i32", 4, false}, {"i16", 2, false}, {"i8", 1, false},  {"u64", 8, false}, {"u32", 4, false},
      {"u16", 2, false}, {"u8", 1, false},  {"bool", 1, false}};
  return rows[static_cast<std::size_t>(element)];
}

}  // namespace

std::size_t bytes_of(Element element) { return row_of(element).bytes; }
bool is_floating(Element element) { return row_of(element).floating; }
std::string_view name_of(Element element) { return row_of(element).name; }

std::int64_t count_of(const Shape& shape) {
  bool empty = false;
  for (const std::int64_t extent : shape) {
    if (extent < 0) fail(Category::input, "an extent of " + text_of(shape) + " is below 0");
    empty = empty || extent == 0;
  }
  if (empty) return 0;
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    if (extent > most_elements / count) {
      fail(Category::input, "a tensor " + text_of(shape) + " has more than 2^40 elements");
    }
    count *= extent;
  }
  return count;
}

std::string text_of(const Shape& shape) {
  std::string text = "[";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis > 0) text += ", ";
    text += std::to_string(shape[axis]);
  }
  return text + "]";
}

std::string text_of(const TensorType& type) {
  return std::string(name_of(type.element)) + text_of(type.shape);
}

}  // namespace weft::graph
