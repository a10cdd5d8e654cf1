// SPDX-License-Identifier: Apache-2.0
// What a failed assert of a codelet does.
#pragma once

#include <string>

#include "poplar/codelet/fault.hpp"

namespace weft {
namespace codelet {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
  throw program::ipu::CodeletFault{std::string("assertion '") + condition + "' failed at " + file +
                                   ":" + std::to_string(line)};
}

}  // namespace codelet
}  // namespace weft
