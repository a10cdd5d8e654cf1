// SPDX-License-Identifier: Apache-2.0
// Poplar programs inside `weft bench`.
#pragma once

#include <functional>

namespace weft::comm {
class Communicator;
}

namespace weft::cli::bench {

/// `body` builds and runs Poplar engines on rank 0 and gives a figure; the other ranks serve, and
/// get 0. Nothing is printed or written.
double with_runtime(const comm::Communicator& world, const std::function<double()>& body);

}  // namespace weft::cli::bench
