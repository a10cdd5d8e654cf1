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
      {"memcpy/memcpy_switches", memcpy_switches},
      {"random", random},
      {"sdklayout/host_stream", sdklayout_host_stream},
      {"sdklayout/pass", sdklayout_pass},
      {"sdklayout/stream_in", sdklayout_stream_in},
      {"sdklayout/stream_out", sdklayout_stream_out},
      {"tile_config", tile_config},
      {"tile_config/color_config", tile_config_color},
      {"tile_config/main_thread_priority", tile_config_priority},
      {"tile_config/switch_config", tile_config_switch},
      {"tile_config/task_priority", tile_config_task_priority},
      {"tile_config/teardown", tile_config_teardown},
      {"time", time},
  };
  const auto found = texts.find(name);
  return found == texts.end() ? nullptr : found->second;
}

}  // namespace weft::csl::library
