// SPDX-License-Identifier: Apache-2.0
// Which constants are a choice of ours.
#pragma once

#include "topology/constant.hpp"

namespace weft::topology {

/// Assumed or fitted: no source says the value.
inline bool is_choice(const Constant& constant) {
  return constant.origin == Origin::assumed || constant.origin == Origin::fitted;
}

}  // namespace weft::topology
