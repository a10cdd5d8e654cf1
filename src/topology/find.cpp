// SPDX-License-Identifier: Apache-2.0
// Finding topology files by name, and changing their constants from the command line.
#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/environment.hpp"
#include "base/error.hpp"
#include "topology/constants_reader.hpp"
#include "topology/data_folders.hpp"
#include "topology/include.hpp"
#include "topology/suggest.hpp"
#include "topology/topology.hpp"
#include "topology/vary.hpp"

namespace weft::topology {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view extension = ".toml";

bool ends_with_extension(const std::string& name) {
  return name.size() > extension.size() && name.ends_with(extension);
}

Value text_value(std::string text, const Place& place) {
  Value out;
  out.kind = Kind::text;
  out.text = std::move(text);
  out.place = place;
  return out;
}

Value no_texts(const Place& place) {
  Value out;
  out.kind = Kind::array;
  out.place = place;
  return out;
}

void override_constant(Document& document, const Assignment& assignment) {
  Override change = parse_override(assignment.text, assignment.where);
  if (change.path.front() == "facts") {
    fail(Category::input, assignment.where + ": a fact of " + document.source() +
                              ", which no model reads: it can't be changed");
  }
  const Place place = change.value.place;
  Value* at = &document.tree();
  std::vector<std::string> siblings;
  for (const std::string& part : change.path) {
    siblings.clear();
    for (const Member& member : at->members) {
      if (!is_description(member.name)) siblings.push_back(member.name);
    }
    Value* next = is_description(part) ? nullptr : at->find(part);
    if (next == nullptr) {
      fail(Category::input, assignment.where + ": " + document.source() + " has no constant '" +
                                part + "' here" + did_you_mean(part, siblings));
    }
    at = next;
  }
  const bool described = at->kind == Kind::table && at->find("value") != nullptr;
  if (change.path.size() < 2 || (at->kind == Kind::table && !described)) {
    fail(Category::input, assignment.where + ": this names no constant of " + document.source());
  }
  if (!described) *at = Value{};
  if (at->place.source == nullptr) at->place = place;
  at->make("value") = std::move(change.value);
  at->make("origin") = text_value("assumed", place);
  at->make("source") = text_value("set by the user", place);
  at->make("from_cases") = no_texts(place);
}

}  // namespace

void override_constants(Document& document, const std::vector<Assignment>& assignments) {
  for (const Assignment& assignment : assignments) override_constant(document, assignment);
}

std::vector<std::string> data_folders(const std::string& kind) {
  std::vector<std::string> out;
  if (const std::string data = environment_folder("WEFT_DATA_DIR"); !data.empty()) {
    out.push_back((fs::path(data) / kind).string());
  }
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  if (!program.empty()) {
    const fs::path prefix = program.parent_path().parent_path();
    out.push_back((prefix / "share" / "weft" / kind).string());
  }
#ifdef WEFT_SOURCE_DIR
  out.push_back((fs::path(WEFT_SOURCE_DIR) / kind).string());
#endif
  return out;
}

std::vector<std::string> search_folders() { return data_folders("topologies"); }

std::vector<std::string> known_topologies() {
  std::set<std::string> names;
  for (const std::string& folder : search_folders()) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (entry.path().extension() == extension) names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

std::string find_topology(const std::string& name_or_path) {
  if (ends_with_extension(name_or_path)) return name_or_path;
  const bool is_name = name_or_path.find('/') == std::string::npos;
  for (const std::string& folder : search_folders()) {
    const fs::path path = fs::path(folder) / (name_or_path + std::string(extension));
    std::error_code ignored;
    if (is_name && fs::is_regular_file(path, ignored)) return path.string();
  }
  const std::vector<std::string> known = known_topologies();
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  fail(Category::input, "no machine '" + name_or_path + "'" + did_you_mean(name_or_path, known) +
                            "; known: " + (list.empty() ? "none" : list) +
                            ", or a path that ends in .toml");
}

Topology load_topology(const std::string& name_or_path, const std::vector<Assignment>& overrides) {
  Document document = Document::parse_file(find_topology(name_or_path));
  resolve_includes(document);
  if (const Value* name = document.tree().find("name"); name != nullptr) {
    override_constants(document, variations_of(name->text));
  }
  override_constants(document, overrides);
  return Topology::from_document(document);
}

}  // namespace weft::topology
