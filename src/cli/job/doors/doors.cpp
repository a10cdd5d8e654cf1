// SPDX-License-Identifier: Apache-2.0
// Every door that weft has: a line each.
#include "cli/job/doors/doors.hpp"

#include <algorithm>
#include <utility>

namespace weft::cli {

namespace {

std::vector<const Door*>& table() {
  static const std::unique_ptr<const Door> own[] = {
      csl_door(), poplar_door(),       tsp_door(),       tsp_tensor_door(), tsp_built_door(),
      rdu_door(), rdu_patterns_door(), rdu_built_door(), spatial_door(),
  };
  static std::vector<const Door*> list = [] {
    std::vector<const Door*> all;
    for (const auto& door : own) all.push_back(door.get());
    return all;
  }();
  return list;
}

}  // namespace

const std::vector<const Door*>& doors() { return table(); }

ExtraDoor::ExtraDoor(std::unique_ptr<const Door> door) : door_(std::move(door)) {
  table().push_back(door_.get());
}

ExtraDoor::~ExtraDoor() {
  auto& list = table();
  list.erase(std::remove(list.begin(), list.end(), door_.get()), list.end());
}

}  // namespace weft::cli
