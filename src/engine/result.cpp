// SPDX-License-Identifier: Apache-2.0
// Names of stops, as traces and summaries spell them.
#include "engine/result.hpp"

namespace weft::engine {

std::string name_of(Stop stop) {
  switch (stop) {
    case Stop::done:
      return "done";
    case Stop::host_wait:
      return "host_wait";
    case Stop::deadlock:
      return "deadlock";
    case Stop::limit:
      return "limit";
    case Stop::signal:
      return "signal";
  }
  return "unknown";
}

Category category_of(Stop stop) {
  switch (stop) {
    case Stop::deadlock:
      return Category::deadlock;
    case Stop::limit:
      return Category::limit;
    case Stop::signal:
      return Category::interrupted;
    case Stop::done:
    case Stop::host_wait:
      return Category::internal;
  }
  return Category::internal;
}

}  // namespace weft::engine
