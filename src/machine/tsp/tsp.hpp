// SPDX-License-Identifier: Apache-2.0
// A slice of TSP chips: stops of their stream registers, driven by a schedule that was checked
// whole before anything runs.
#pragma once

#include "machine/machine.hpp"

namespace weft::machine::tsp {

/// The registry's line.
Family family();

}  // namespace weft::machine::tsp
