// SPDX-License-Identifier: Apache-2.0
// Files named by their key, whole or absent.
#include "frontends/poplar/codelet_cache.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "base/output_file.hpp"

namespace weft::frontends::poplar {
namespace {

namespace fs = std::filesystem;

/// FNV-1a of 64 bits from a given start, mixed at the end.
std::uint64_t hash(std::string_view content, std::uint64_t start) {
  std::uint64_t out = start;
  for (const char c : content) {
    out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  out = (out ^ (out >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  return out ^ (out >> 27U) ^ content.size();
}

}  // namespace

std::string content_key(std::string_view content) {
  std::array<char, 33> out{};
  std::snprintf(out.data(), out.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash(content, 0xcbf29ce484222325ULL)),
                static_cast<unsigned long long>(hash(content, 0x9ae16a3b2f90404fULL)));
  return out.data();
}

std::string CodeletCache::path(const std::string& key) const {
  return folder_ + "/codelets/" + key + ".so";
}

std::optional<std::string> CodeletCache::find(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  std::ifstream in(path(key), std::ios::binary);
  if (!in) return std::nullopt;
  std::string out{std::istreambuf_iterator<char>(in), {}};
  const std::string_view magic(
      "\x7f"
      "ELF",
      4);
  if (!std::string_view(out).starts_with(magic)) return std::nullopt;
  return out;
}

void CodeletCache::store(const std::string& key, const std::string& library) const {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_ + "/codelets", error);
  try {
    write_file(path(key), library);
  } catch (const Error&) {
    // A cache that cannot be written to is none.
  }
}

}  // namespace weft::frontends::poplar
