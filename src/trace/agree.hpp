// SPDX-License-Identifier: Apache-2.0
// An error on any rank becomes the same error on every rank; internal to trace.
#pragma once

#include <functional>

#include "comm/communicator.hpp"

namespace weft::trace {

/// Runs `work` on every rank. If it threw anywhere, throws the error of the lowest such rank on all
/// of them. `work` must not wait for other ranks after it may have thrown.
void agree(const comm::Communicator& communicator, const std::function<void()>& work);

/// As agree(), with work for rank 0 alone.
void agree_on_root(const comm::Communicator& communicator, const std::function<void()>& work);

}  // namespace weft::trace
