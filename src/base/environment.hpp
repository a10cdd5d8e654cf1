// SPDX-License-Identifier: Apache-2.0
// Variables of the environment (docs/environment.md): what they hold, or one clear error.
#pragma once

#include <string>

namespace weft {

/// What the variable holds; empty where it is not set.
std::string environment(const char* name);

/// Of a switch: on for "1", off for "0" and where it is empty. Category::input for anything else.
bool environment_switch(const char* name);

/// A folder that is there, or nothing. Category::input for the name of none.
std::string environment_folder(const char* name);

}  // namespace weft
