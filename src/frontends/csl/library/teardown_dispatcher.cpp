// SPDX-License-Identifier: Apache-2.0
// The task that @set_teardown_handler makes of a tile's handlers.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

std::string teardown_dispatcher(std::size_t handlers) {
  std::string parameters = "const teardown = @import_module(\"<tile_config/teardown>\");\n";
  std::string body = "task dispatch() void {\n  const pending = teardown.get_pending();\n";
  for (std::size_t k = 0; k < handlers; ++k) {
    const std::string number = std::to_string(k);
    parameters += "param color_" + number + ": color;\nparam handler_" + number + ": fn()void;\n";
    body += "  if (teardown.is_pending(pending, color_" + number + ")) handler_" + number + "();\n";
  }
  return parameters + body + "}\n";
}

}  // namespace weft::csl::library
