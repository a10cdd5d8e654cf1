// SPDX-License-Identifier: Apache-2.0
// Where the compiler, the headers and the cache are.
#include <dlfcn.h>

#include <filesystem>
#include <string_view>

#include "base/environment.hpp"
#include "frontends/poplar/codelet_compiler.hpp"
#include "frontends/poplar/codelets.hpp"

namespace weft::frontends::poplar {
namespace {

namespace fs = std::filesystem;

std::string first_of(std::initializer_list<const char*> names, const std::string& otherwise) {
  for (const char* name : names) {
    const std::string value = environment(name);
    if (!value.empty()) return value;
  }
  return otherwise;
}

std::string cache_folder() {
  if (std::string own = environment("WEFT_CODELET_CACHE"); !own.empty()) return own;
  if (const std::string cache = environment("XDG_CACHE_HOME"); !cache.empty())
    return cache + "/weft";
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/.cache/weft";
}

/// Prefixes that may hold share/weft/include: around the program, and around the library that this
/// code is in.
std::vector<fs::path> prefixes() {
  std::vector<fs::path> out;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  if (!program.empty()) out.push_back(program.parent_path().parent_path());
  Dl_info here{};
  if (dladdr(reinterpret_cast<const void*>(&default_codelet_options), &here) != 0 &&
      here.dli_fname != nullptr) {
    const fs::path library = fs::canonical(here.dli_fname, ignored);
    if (!library.empty()) out.push_back(library.parent_path().parent_path());
  }
  return out;
}

std::vector<std::string> include_folders() {
  std::vector<fs::path> places;
  const std::string data = environment_folder("WEFT_DATA_DIR");
  if (!data.empty()) places.push_back(fs::path(data) / "include");
  for (const fs::path& prefix : prefixes()) places.push_back(prefix / "share/weft/include");
#ifdef WEFT_SOURCE_DIR
  places.push_back(fs::path(WEFT_SOURCE_DIR) / "src/hosts/poplar/include");
#endif
#ifdef WEFT_INSTALLED_DATA
  places.push_back(fs::path(WEFT_INSTALLED_DATA) / "include");
#endif
  for (const fs::path& place : places) {
    std::error_code ignored;
    if (fs::exists(place / "poplar/Vertex.hpp", ignored)) return {place.string()};
  }
  return {};
}

}  // namespace

CodeletOptions default_codelet_options() {
  CodeletOptions out;
  out.compiler = first_of({"WEFT_CXX"}, installed_clang());
  if (out.compiler.empty()) out.compiler = first_of({"CXX"}, "c++");
  out.cache_folder = cache_folder();
  out.include_folders = include_folders();
  out.bounds_checks = environment_switch("WEFT_CODELET_CHECKS");
  out.portable = environment_switch("WEFT_CODELET_PORTABLE");
  return out;
}

}  // namespace weft::frontends::poplar
