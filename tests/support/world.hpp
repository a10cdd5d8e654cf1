// SPDX-License-Identifier: Apache-2.0
// The ranks that run an MPI test executable.
#pragma once

#include "comm/communicator.hpp"

namespace weft::test {

/// All ranks of this test run; alive while tests run.
const comm::Communicator& world();

}  // namespace weft::test
