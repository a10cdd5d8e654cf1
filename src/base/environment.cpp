// SPDX-License-Identifier: Apache-2.0
#include "base/environment.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"

namespace weft {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool environment_switch(const char* name) {
  const std::string value = environment(name);
  if (value.empty() || value == "0") return false;
  if (value == "1") return true;
  fail(Category::input, std::string(name) + ": '" + value + "' is neither 0 nor 1");
}

std::string environment_folder(const char* name) {
  std::string value = environment(name);
  std::error_code ignored;
  if (value.empty() || std::filesystem::is_directory(value, ignored)) return value;
  fail(Category::input, std::string(name) + ": '" + value + "' is no folder");
}

}  // namespace weft
