// SPDX-License-Identifier: Apache-2.0
// For libraries of several translation units: their codelets in one table.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "poplar/codelet/abi.hpp"

namespace weft {
namespace codelet {

/// Called once; the table lives as long as the library. Null when one of them is.
inline const Module* join(std::initializer_list<const Module*> units) {
  auto* const all = new std::vector<CodeletInfo>;
  for (const Module* unit : units) {
    if (unit == nullptr) return nullptr;
    all->insert(all->end(), unit->codelets, unit->codelets + unit->count);
  }
  const auto count = static_cast<std::uint32_t>(all->size());
  return new Module{abi, count, all->data(), (*units.begin())->set_context};
}

}  // namespace codelet
}  // namespace weft
