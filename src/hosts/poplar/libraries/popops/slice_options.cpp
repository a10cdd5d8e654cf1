// SPDX-License-Identifier: Apache-2.0
// popops: what the options of slices say.
#include "hosts/poplar/libraries/popops/slice_options.hpp"

#include <algorithm>
#include <array>
#include <poplar/exceptions.hpp>
#include <string_view>

namespace weft::libraries {

SliceOptions slice_options(const std::string& who, const poplar::OptionFlags& options) {
  static const std::array<std::string_view, 9> others = {
      "planConstraints",    "usedForSlice",        "usedForUpdate",
      "operationForUpdate", "partialType",         "availableMemoryProportion",
      "indicesAreSorted",   "indicesDistribution", "internal.alwaysIncludeBaseRearrangementCost"};
  SliceOptions out;
  for (const auto& [name, value] : options) {
    bool* chosen = nullptr;
    if (name == "remapOutOfBoundIndices") chosen = &out.remaps;
    if (name == "paddingIndexUsed") chosen = &out.pads;
    if (name == "validateIndices") chosen = &out.validates;
    if (chosen == nullptr) {
      if (std::find(others.begin(), others.end(), name) != others.end()) continue;
      throw poplar::invalid_option(who + ": there is no option '" + name + "'");
    }
    if (value != "true" && value != "false") {
      throw poplar::invalid_option(who + ": option '" + name + "' is true or false, not '" + value +
                                   "'");
    }
    *chosen = value == "true";
  }
  return out;
}

}  // namespace weft::libraries
