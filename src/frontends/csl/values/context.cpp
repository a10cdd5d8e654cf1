// SPDX-License-Identifier: Apache-2.0
// What a compilation shares: names, shapes, parsed files. See module.hpp.
#include <algorithm>

#include "frontends/csl/library/library.hpp"
#include "frontends/csl/parse/parser.hpp"
#include "frontends/csl/values/module.hpp"

namespace weft::csl {
namespace {

constexpr std::size_t largest_source_bytes = std::size_t{16} << 20;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

/// "a/b/../c" -> "a/c", so that one file has one name.
std::string normal(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const auto end = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    if (part == ".." && !parts.empty() && parts.back() != ".." && !parts.back().empty()) {
      parts.pop_back();
    } else if (part != "." && (!part.empty() || begin == 0)) {
      parts.push_back(part);
    }
    begin = end + 1;
  }
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "" : "/") + parts[i];
  return out;
}

}  // namespace

KnownNames::KnownNames(NameTable& names) {
#define WEFT_CSL_MEMBER(name) name##_ = names.intern(#name);
  WEFT_CSL_KNOWN_NAMES(WEFT_CSL_MEMBER)
#undef WEFT_CSL_MEMBER
  ut_id = names.intern("ut_id");
}

const Shape* Context::shape(std::vector<Name> field_names) {
  const auto [entry, is_new] = shapes_.try_emplace(field_names);
  if (is_new) entry->second.names = std::move(field_names);
  return &entry->second;
}

const File* Context::parse_text(const std::string& path, std::string text) {
  if (text.size() > largest_source_bytes) {
    weft::fail(Category::input, path + ": larger than 16 MiB, which no CSL file is");
  }
  auto& entry = files_[path];
  if (entry == nullptr) entry = parse(sources, sources.add(path, std::move(text)), names);
  return entry.get();
}

Context::Loaded Context::load(const std::string& import, const std::string& from, Location where) {
  if (import.size() > 2 && import.front() == '<' && import.back() == '>') {
    const char* library = library::text(import.substr(1, import.size() - 2));
    if (library == nullptr) unsupported(where, "the library module " + import);
    note_import(import);
    if (const auto known_file = files_.find(import); known_file != files_.end()) {
      return {known_file->second.get(), import};
    }
    return {parse_text(import, library), import};
  }
  std::vector<std::string> candidates = {normal(folder_of(from) + import)};
  if (!import.empty() && import.front() == '/') candidates = {normal(import)};
  for (const std::string& folder : import_paths)
    candidates.push_back(normal(folder + "/" + import));
  for (const std::string& path : candidates) {
    if (const auto known_file = files_.find(path); known_file != files_.end()) {
      return {known_file->second.get(), path};
    }
    if (!read_file) continue;
    if (auto text = read_file(path)) return {parse_text(path, std::move(*text)), path};
  }
  fail(where, "no file '" + import + "' (looked for " + candidates.front() + ")");
}

void Context::use(library::Resource resource, std::int64_t number, Location where) {
  const auto why = library::owned(resource, number, limits);
  if (!why) return;
  if (imports_memcpy_) fail(where, *why);
  if (!owned_use_) owned_use_ = {*why, where};
}

void Context::note_import(const std::string& module) {
  if (module != library::memcpy_owner && module != library::memcpy_layout) return;
  imports_memcpy_ = true;
  if (owned_use_) fail(owned_use_->second, owned_use_->first);
}

}  // namespace weft::csl
