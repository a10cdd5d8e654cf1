// SPDX-License-Identifier: Apache-2.0
// The library module called <name>.
#include "frontends/csl/library/library.hpp"

#include <unordered_map>

namespace weft::csl::library {

const char* text(const std::string& name) {
  static const std::unordered_map<std::string, const char*> texts = {
      {"control", control},
      {"directions", directions},
      {"layout", layout},
      {"math", math},
      {"memcpy/get_params", memcpy_get_params},
      {"memcpy/memcpy", memcpy_memcpy},
      {"random", random},
      {"time", time},
  };
  const auto found = texts.find(name);
  return found == texts.end() ? nullptr : found->second;
}

}  // namespace weft::csl::library
