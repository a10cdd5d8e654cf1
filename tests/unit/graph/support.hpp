// SPDX-License-Identifier: Apache-2.0
// Short ways to write numbers and small models in tests.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "graph/evaluate.hpp"

namespace weft::graph::test {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double inf = std::numeric_limits<double>::infinity();

inline Numbers floats(Shape shape, std::vector<double> values, Element element = Element::f32) {
  return {{element, std::move(shape)}, std::move(values), {}};
}
inline Numbers whole(Shape shape, std::vector<std::int64_t> values,
                     Element element = Element::i64) {
  return {{element, std::move(shape)}, {}, std::move(values)};
}
inline Numbers truths(Shape shape, std::vector<std::int64_t> values) {
  return whole(std::move(shape), std::move(values), Element::boolean);
}

/// The message of the failure that `call` ends with; "" where it does not fail so.
template <typename Call>
std::string failure_of(Call call, Category category = Category::input) {
  try {
    call();
  } catch (const Error& error) {
    return error.category() == category ? error.what() : "another category";
  }
  return "";
}

inline Origin origin(const std::string& node) { return {node, "", {}, ""}; }

}  // namespace weft::graph::test
