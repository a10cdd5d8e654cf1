// SPDX-License-Identifier: Apache-2.0
// Our library for Spatial programs: see library.hpp.
#include "frontends/spatial/library/library.hpp"

namespace weft::spatial::library {

std::vector<Module> modules() {
  return {{"<library application>", application},
          {"<library layers>", layers},
          {"<library networks>", networks},
          {"<library host layers>", host_layers},
          {"<library lanes>", lanes}};
}

}  // namespace weft::spatial::library
