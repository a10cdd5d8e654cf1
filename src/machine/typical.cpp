// SPDX-License-Identifier: Apache-2.0
// One machine of each kind.
#include "machine/typical.hpp"

namespace weft::machine {

const std::vector<std::string>& typical_topologies() {
  static const std::vector<std::string> names{"cerebras-wse3", "graphcore-gc200", "groq-tsp",
                                              "sambanova-sn40l"};
  return names;
}

}  // namespace weft::machine
