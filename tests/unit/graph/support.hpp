// SPDX-License-Identifier: Apache-2.0
// Short ways to write numbers and small models in tests.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/number_text.hpp"
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

/// The first result of an operator for these operands.
inline Numbers result_of(const Operator& what, const std::vector<Numbers>& operands) {
  Operands given;
  for (const Numbers& one : operands) given.push_back(&one);
  return evaluate(what, given).at(0);
}

/// The same number: NaN is, and -0 is not 0.
inline bool same(double a, double b) {
  if (a != a || b != b) return a != a && b != b;
  return a == b && std::signbit(a) == std::signbit(b);
}

inline std::string text_of_numbers(const Numbers& numbers) {
  std::string text = text_of(numbers.type) + " {";
  for (const double value : numbers.floats) text += " " + shortest(value);
  for (const std::int64_t value : numbers.whole) text += " " + std::to_string(value);
  return text + " }";
}

/// Equal types and numbers, floats to 4 units of 2^-52, zeros by their sign.
inline ::testing::AssertionResult agrees(const Numbers& got, const Numbers& wanted) {
  bool good = got.type == wanted.type && got.whole == wanted.whole &&
              got.floats.size() == wanted.floats.size();
  for (std::size_t i = 0; good && i < wanted.floats.size(); ++i) {
    const double a = got.floats[i];
    const double b = wanted.floats[i];
    good = same(a, b) || (b != 0 && std::fabs(a - b) <= 0x1p-50 * std::fabs(b));
  }
  if (good) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "got " << text_of_numbers(got) << ", wanted " << text_of_numbers(wanted);
}

inline Origin origin(const std::string& node) { return {node, "", {}, ""}; }

}  // namespace weft::graph::test
