// SPDX-License-Identifier: Apache-2.0
// The library module called <name>.
#include "frontends/csl/library/library.hpp"

#include <string>
#include <unordered_map>

#include "frontends/csl/module.hpp"

namespace weft::csl {

const char* library_text(const std::string& name) {
  static const std::unordered_map<std::string, const char*> texts = {
      {"control", library::control},
      {"directions", library::directions},
      {"layout", library::layout},
      {"math", library::math},
      {"memcpy/get_params", library::memcpy_get_params},
      {"memcpy/memcpy", library::memcpy_memcpy},
      {"random", library::random},
      {"time", library::time},
  };
  const auto found = texts.find(name);
  return found == texts.end() ? nullptr : found->second;
}

}  // namespace weft::csl
