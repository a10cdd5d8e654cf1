// SPDX-License-Identifier: Apache-2.0
// What a view is made of: an affine map into a variable or into a list of runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontends/poplar/view.hpp"

namespace weft::frontends::poplar {

/// Runs one after the other, as if they were one variable: element i is in the run r with
/// starts[r] <= i < starts[r + 1].
struct RunList {
  std::vector<Run> runs;
  std::vector<std::uint64_t> starts;  ///< one more than runs
};

/// Element (i, j, ...) of the view is element first + i * strides[0] + j * strides[1] ... of its
/// base: the list when there is one, else the variable.
struct View::Data {
  Shape shape;
  std::vector<std::int64_t> strides;
  std::uint64_t elements = 0;
  std::uint64_t first = 0;
  std::optional<VariableId> variable;
  std::shared_ptr<const RunList> list;
};

/// Places and strides are signed: a view may run backwards.
inline std::int64_t signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }
/// "[2, 3]".
std::string text_of(const Shape& shape);
/// Product of the dimensions; Category::input when it does not fit 63 bits.
std::uint64_t elements_of(const Shape& shape);
/// Strides of a dense row-major array, `unit` apart.
std::vector<std::int64_t> dense_strides(const Shape& shape, std::int64_t unit);
/// Adds a run to a list, as part of the last one where it continues it.
void append_merged(std::vector<Run>& runs, Run run);

}  // namespace weft::frontends::poplar
