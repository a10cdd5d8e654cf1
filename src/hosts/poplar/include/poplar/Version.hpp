// SPDX-License-Identifier: Apache-2.0
// Which Poplar this is compatible with.
#ifndef poplar_Version_hpp
#define poplar_Version_hpp

#include <string>

#define POPLAR_VERSION_MAJOR 3
#define POPLAR_VERSION_MINOR 4
#define POPLAR_VERSION_POINT 0

namespace poplar {

std::string versionString();
std::string packageHash();

}  // namespace poplar

#endif  // poplar_Version_hpp
