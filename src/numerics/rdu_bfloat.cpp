// SPDX-License-Identifier: Apache-2.0
// Names of what is done with pairs of bfloat16.
#include "numerics/rdu_bfloat.hpp"

namespace weft::numerics {

namespace {
constexpr std::array<std::string_view, static_cast<std::size_t>(PairOperation::count_)>
    pair_operation_names = {"low", "high", "pack", "packr"};
}

std::string_view name_of(PairOperation operation) {
  return pair_operation_names.at(static_cast<std::size_t>(operation));
}

std::optional<PairOperation> pair_operation_of(std::string_view name) {
  for (std::size_t i = 0; i < pair_operation_names.size(); ++i) {
    if (pair_operation_names[i] == name) return static_cast<PairOperation>(i);
  }
  return std::nullopt;
}

}  // namespace weft::numerics
