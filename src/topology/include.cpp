// SPDX-License-Identifier: Apache-2.0
// Puts the tables of included files into a topology's tree.
#include "topology/include.hpp"

#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "topology/constants_reader.hpp"
#include "topology/topology.hpp"

namespace weft::topology {
namespace {

namespace fs = std::filesystem;

std::string find_part(const std::string& including, const std::string& path, const Value& at) {
  std::vector<fs::path> folders{fs::path(including).parent_path()};
  for (const std::string& folder : search_folders()) folders.emplace_back(folder);
  std::string tried;
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    if (fs::is_regular_file(folder / path, ignored)) return (folder / path).string();
    tried += " " + (folder / path).string();
  }
  fail(Category::input,
       at.place.describe() + ": no file '" + path + "' to include; looked for:" + tried);
}

[[noreturn]] void fail_twice(const Value& one, const Value& other, const std::string& key) {
  fail(Category::input,
       one.place.describe() + ": key '" + key + "' stands in " + other.place.describe() + " too");
}

void merge(Value& into, Value part, const std::string& path) {
  for (Member& member : part.members) {
    const std::string key = path.empty() ? member.name : path + "." + member.name;
    Value* there = into.find(member.name);
    if (there == nullptr) {
      into.make(member.name) = std::move(member.value);
      continue;
    }
    const bool group = there->kind == Kind::table && member.value.kind == Kind::table &&
                       there->find("value") == nullptr && member.value.find("value") == nullptr;
    if (!group) fail_twice(*there, member.value, key);
    merge(*there, std::move(member.value), key);
  }
}

Value read_part(const std::string& path) {
  Document part = Document::parse_file(path);
  Table root = part.root();
  root.integer("format", {format_version, format_version});
  for (const std::string& key : root.keys()) {
    if (key == "format" || root.value(key).kind == Kind::table) continue;
    root.fail(key, "is not known: an included part has format and tables");
  }
  std::erase_if(part.tree().members, [](const Member& m) { return m.name == "format"; });
  return std::move(part.tree());
}

}  // namespace

void resolve_includes(Document& document) {
  if (document.tree().find("include") == nullptr) return;
  const std::vector<std::string> paths = document.root().texts("include");
  const Value include = *document.tree().find("include");  // merging moves the tree's members
  for (const std::string& path : paths) {
    merge(document.tree(), read_part(find_part(document.source(), path, include)), "");
  }
  std::erase_if(document.tree().members, [](const Member& m) { return m.name == "include"; });
}

}  // namespace weft::topology
