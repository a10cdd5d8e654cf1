// SPDX-License-Identifier: Apache-2.0
// Failures of weft as the exceptions that Poplar's users know.
#pragma once

#include <utility>

#include "base/error.hpp"

namespace poplar::core {

/// Throws what a failure is called in Poplar, with the same words.
[[noreturn]] void throw_translated(const weft::Error& error);

/// Calls `body`; its failures leave as Poplar's exceptions.
template <typename Body>
decltype(auto) translated(Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const weft::Error& error) {
    throw_translated(error);
  }
}

}  // namespace poplar::core
