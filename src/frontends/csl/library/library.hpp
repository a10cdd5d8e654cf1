// SPDX-License-Identifier: Apache-2.0
// Texts of our library modules, one .cpp a module; library.cpp finds them by name.
#pragma once

#include <string>

namespace weft::csl::library {

extern const char* const control;
extern const char* const directions;
extern const char* const layout;
extern const char* const math;
extern const char* const memcpy_get_params;
extern const char* const memcpy_memcpy;
extern const char* const random;
extern const char* const time;

/// Text of the library module <name>, null when there is none.
const char* text(const std::string& name);

}  // namespace weft::csl::library
