// SPDX-License-Identifier: Apache-2.0
// Random meshes, routes, switches, filters and traffic.
#pragma once

#include <cstdint>

#include "scenario.hpp"

namespace weft::fabric::test {

/// The same scenario for the same seed on every platform.
Scenario random_scenario(std::uint64_t seed);

}  // namespace weft::fabric::test
