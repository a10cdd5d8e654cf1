// SPDX-License-Identifier: Apache-2.0
// Advice as one HTML file that needs nothing else: no scripts, no network, no colour to be read.
#pragma once

#include <string>

#include "advice/report.hpp"
#include "advice/tables.hpp"

namespace weft::advice {

std::string page_of(const Report& report, const Tables& tables);

}  // namespace weft::advice
