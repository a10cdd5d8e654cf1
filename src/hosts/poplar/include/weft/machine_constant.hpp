// SPDX-License-Identifier: Apache-2.0
// A constant of the machine that a target means; weft's own, Poplar has no such call.
#pragma once

#include <cstdint>
#include <string>

namespace poplar {
class Target;
}

namespace weft {

/// A whole number of the topology, e.g. "exchange.fixed_cycles", in the unit that it has there.
/// poplar_error for a key that the topology does not have.
std::uint64_t machine_constant(const poplar::Target& target, const std::string& key);

}  // namespace weft
