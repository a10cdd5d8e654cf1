// SPDX-License-Identifier: Apache-2.0
// Runs a scenario on the oracle.
#pragma once

#include "scenario.hpp"

namespace weft::fabric::test {

Outcome run_reference(const Scenario& scenario);

}  // namespace weft::fabric::test
