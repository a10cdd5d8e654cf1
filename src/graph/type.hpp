// SPDX-License-Identifier: Apache-2.0
// What a tensor of a model is made of: its elements' format and its extents, both known before a
// run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::graph {

/// `boolean` is a byte, 0 or 1.
enum class Element : std::uint8_t {
  f64,
  f32,
  f16,
  bf16,
  i64,
  i32,
  i16,
  i8,
  u64,
  u32,
  u16,
  u8,
  boolean,
};

/// Extents, the slowest first; [] is a scalar.
using Shape = std::vector<std::int64_t>;

struct TensorType {
  Element element = Element::f32;
  Shape shape;
  bool operator==(const TensorType&) const = default;
};

std::size_t bytes_of(Element element);
bool is_floating(Element element);
/// "f32", "i64", "bool".
std::string_view name_of(Element element);

/// Elements of a shape; Category::input if an extent is negative or their product is over 2^40.
std::int64_t count_of(const Shape& shape);
/// "[1, 3, 32, 32]".
std::string text_of(const Shape& shape);
/// "f32[1, 3, 32, 32]".
std::string text_of(const TensorType& type);

}  // namespace weft::graph
