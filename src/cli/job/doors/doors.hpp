// SPDX-License-Identifier: Apache-2.0
// What makes each door: one function a file, one line here each and one in doors.cpp.
#pragma once

#include <memory>

#include "cli/job/door.hpp"

namespace weft::cli {

std::unique_ptr<const Door> csl_door();
std::unique_ptr<const Door> poplar_door();
std::unique_ptr<const Door> tsp_door();
std::unique_ptr<const Door> tsp_tensor_door();
std::unique_ptr<const Door> tsp_built_door();
std::unique_ptr<const Door> rdu_door();
std::unique_ptr<const Door> rdu_patterns_door();
std::unique_ptr<const Door> rdu_built_door();
std::unique_ptr<const Door> spatial_door();

}  // namespace weft::cli
