// SPDX-License-Identifier: Apache-2.0
// What remains of a program that had several sessions.
#pragma once

#include "engine/result.hpp"

namespace weft::hosts {

/// Of sessions one behind the other: times, counts and trace hashes of all, the rest of the last.
engine::Result joined(const engine::Result& before, engine::Result last);

}  // namespace weft::hosts
