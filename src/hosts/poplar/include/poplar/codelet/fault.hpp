// SPDX-License-Identifier: Apache-2.0
// What a codelet throws; program/ipu_codelet.hpp has the same, and both may be included.
#pragma once

#include <string>

#ifndef WEFT_CODELET_FAULT
#define WEFT_CODELET_FAULT
namespace weft {
namespace program {
namespace ipu {
struct CodeletFault {
  std::string what;
};
}  // namespace ipu
}  // namespace program
}  // namespace weft
#endif
