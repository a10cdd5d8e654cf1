// SPDX-License-Identifier: Apache-2.0
// One line a constant.
#include "topology/identity.hpp"

namespace weft::topology {

std::string identity_text(const Topology& topology) {
  std::string out = "machine.family = " + topology.family() + "\n";
  for (const Constant& constant : topology.constants()) {
    out += "machine." + constant.key + " = " + constant.value_text() + "\n";
  }
  return out;
}

}  // namespace weft::topology
