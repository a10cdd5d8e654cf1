// SPDX-License-Identifier: Apache-2.0
// What a session needs to know of an executable.
#pragma once

#include <cstdint>
#include <set>

#include "engine/plan.hpp"
#include "hosts/poplar/graph/executable.hpp"

namespace poplar::core {

/// The plan of a session that runs an executable; trace, limits and progress are left open.
weft::engine::Plan plan_of(const ExecutableImpl& executable);

/// Host requests (numbers in Program::requests) that program `entry` of the engine may come to.
std::set<std::uint32_t> requests_of(const weft::program::ipu::Program& program,
                                    std::uint32_t entry);

}  // namespace poplar::core
