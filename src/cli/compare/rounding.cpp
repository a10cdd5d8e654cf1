// SPDX-License-Identifier: Apache-2.0
// Differences, element by element and row by row.
#include "cli/compare/rounding.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace weft::cli::compare {
namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : part; }

void add_rows(Rounding& rounding, const graph::Numbers& exact, const graph::Numbers& machine) {
  const graph::Shape& shape = exact.type.shape;
  if (shape.empty() || shape.back() < 2) return;
  const auto length = static_cast<std::ptrdiff_t>(shape.back());
  for (auto row = exact.floats.begin(); row != exact.floats.end(); row += length) {
    const auto same = machine.floats.begin() + (row - exact.floats.begin());
    const auto place = std::max_element(row, row + length) - row;
    ++rounding.rows;
    if (std::max_element(same, same + length) - same == place) ++rounding.same_top;
  }
}

}  // namespace

double Rounding::l2() const { return share(std::sqrt(squares), std::sqrt(of_squares)); }
double Rounding::largest_share() const { return share(largest, of_largest); }

void add_output(Rounding& rounding, const graph::Numbers& exact, const graph::Numbers& machine) {
  if (exact.floats.size() != machine.floats.size() || exact.whole.size() != machine.whole.size()) {
    fail(Category::internal, "compare: an output is of another size than the model's");
  }
  for (std::size_t i = 0; i < exact.whole.size(); ++i) {
    ++rounding.whole;
    if (exact.whole[i] == machine.whole[i]) ++rounding.whole_same;
  }
  if (exact.floats.empty()) return;
  rounding.floats = true;
  for (std::size_t i = 0; i < exact.floats.size(); ++i) {
    if (exact.floats[i] == machine.floats[i]) {  // infinities too
      if (!std::isfinite(exact.floats[i])) continue;
    }
    const double difference = std::abs(machine.floats[i] - exact.floats[i]);
    rounding.largest = std::max(rounding.largest, difference);
    rounding.of_largest = std::max(rounding.of_largest, std::abs(exact.floats[i]));
    rounding.squares += difference * difference;
    rounding.of_squares += exact.floats[i] * exact.floats[i];
  }
  add_rows(rounding, exact, machine);
}

}  // namespace weft::cli::compare
