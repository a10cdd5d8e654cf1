// SPDX-License-Identifier: Apache-2.0
// What products and convolutions of the same shapes share. Poplar declares it in the headers of
// both.
#pragma once

#include <cstddef>

namespace poplin {

/// Remembers how products of given shapes are split over tiles.
class PlanningCache {
 public:
  PlanningCache();
  ~PlanningCache();
  PlanningCache(const PlanningCache&) = delete;
  PlanningCache& operator=(const PlanningCache&) = delete;
  std::size_t size() const;

  struct Plans;
  Plans& plans() const { return *plans_; }

 private:
  Plans* plans_;
};

}  // namespace poplin
