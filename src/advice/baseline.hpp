// SPDX-License-Identifier: Apache-2.0
// Baselines in words; private to this room.
#pragma once

#include <string>
#include <vector>

#include "advice/report.hpp"

namespace weft::advice {

/// A sentence each: "102.76 ms: host CPU, ResNet-50, ... (AT AS)", and why this host has no time.
std::vector<std::string> baseline_sentences(const Report& report);

}  // namespace weft::advice
