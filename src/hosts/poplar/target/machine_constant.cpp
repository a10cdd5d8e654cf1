// SPDX-License-Identifier: Apache-2.0
// From a target to its topology's constants.
#include "weft/machine_constant.hpp"

#include <limits>

#include "hosts/poplar/api/translate.hpp"
#include "hosts/poplar/target/target_impl.hpp"
#include "topology/topology.hpp"

namespace weft {

std::uint64_t machine_constant(const poplar::Target& target, const std::string& key) {
  return poplar::core::translated([&] {
    return static_cast<std::uint64_t>(poplar::core::topology_of(target).integer(
        key, 0, std::numeric_limits<std::int64_t>::max()));
  });
}

}  // namespace weft
