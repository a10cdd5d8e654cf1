// SPDX-License-Identifier: Apache-2.0
// What a subcommand gets from the command line, and what it leaves there.
#pragma once

#include <functional>

#include "comm/communicator.hpp"

namespace CLI {
class App;
}

namespace weft::cli {

/// Every rank parses the same arguments. A subcommand's parse callback sets `action`; it is run
/// after parsing, on all ranks, and returns the exit code (0, 3 to 5, 75) or throws weft::Error.
struct Context {
  const comm::Communicator& world;
  std::function<int()> action;
};

}  // namespace weft::cli
