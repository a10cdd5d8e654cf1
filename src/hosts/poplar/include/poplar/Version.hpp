// SPDX-License-Identifier: Apache-2.0
// Which Poplar this is compatible with.
#pragma once

#include <string>

#define POPLAR_VERSION_MAJOR 3
#define POPLAR_VERSION_MINOR 4
#define POPLAR_VERSION_POINT 0

namespace poplar {

std::string versionString();
std::string packageHash();

}  // namespace poplar
