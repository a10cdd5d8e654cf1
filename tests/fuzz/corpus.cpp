// SPDX-License-Identifier: Apache-2.0
// Good inputs from the repository's own files, in the order of their names.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "fuzz/target.hpp"

namespace weft::fuzz {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> paths_below(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> paths;
  const fs::path root = fs::path(WEFT_SOURCE_DIR) / folder;
  if (!fs::exists(root)) return paths;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == extension) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

std::vector<std::string> files_below(const std::string& folder, const std::string& extension) {
  std::vector<std::string> contents;
  for (const fs::path& path : paths_below(folder, extension)) contents.push_back(content(path));
  return contents;
}

std::vector<std::string> bundles_below(const std::string& folder, const std::string& extension,
                                       const std::string& marker) {
  std::map<fs::path, std::string> bundles;
  for (const fs::path& path : paths_below(folder, extension)) {
    bundles[path.parent_path()] += marker + path.filename().string() + "\n" + content(path);
  }
  std::vector<std::string> contents;
  for (const auto& [path, text] : bundles) contents.push_back(text);
  return contents;
}

}  // namespace weft::fuzz
