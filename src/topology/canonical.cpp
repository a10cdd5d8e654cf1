// SPDX-License-Identifier: Apache-2.0
// Writes a document as TOML with sorted keys: what a trace stores and a hash covers.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "topology/value.hpp"

namespace weft::topology {
namespace {

bool is_bare(const std::string& key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string quoted(const std::string& text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string key_text(const std::string& key) { return is_bare(key) ? key : quoted(key); }

// Shortest text that reads back as the same double, with what makes TOML take it for a float.
std::string real_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

bool is_array_of_tables(const Value& value) {
  return value.kind == Kind::array && !value.items.empty() &&
         std::all_of(value.items.begin(), value.items.end(),
                     [](const Value& item) { return item.kind == Kind::table; });
}

bool has_own_section(const Value& value) {
  return value.kind == Kind::table || is_array_of_tables(value);
}

std::string inline_text(const Value& value) {
  std::string out;
  switch (value.kind) {
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::integer:
      return std::to_string(value.integer);
    case Kind::real:
      return real_text(value.real);
    case Kind::text:
      return quoted(value.text);
    case Kind::array:
      for (const Value& item : value.items) out += (out.empty() ? "" : ", ") + inline_text(item);
      return "[" + out + "]";
    case Kind::table:
      for (const Member& m : value.members) {
        out += (out.empty() ? " " : ", ") + key_text(m.name) + " = " + inline_text(m.value);
      }
      return "{" + out + " }";
  }
  return out;
}

void write_table(const Value& table, const std::string& path, std::string& out);

void write_section(const Member& member, const std::string& path, std::string& out) {
  const std::string here = (path.empty() ? "" : path + ".") + key_text(member.name);
  if (member.value.kind == Kind::array) {
    for (const Value& item : member.value.items) {
      out += "\n[[" + here + "]]\n";
      write_table(item, here, out);
    }
    return;
  }
  const auto& members = member.value.members;
  const bool only_sections =
      !members.empty() && std::all_of(members.begin(), members.end(),
                                      [](const Member& m) { return has_own_section(m.value); });
  if (!only_sections) out += "\n[" + here + "]\n";
  write_table(member.value, here, out);
}

void write_table(const Value& table, const std::string& path, std::string& out) {
  for (const Member& m : table.members) {
    if (!has_own_section(m.value)) out += key_text(m.name) + " = " + inline_text(m.value) + "\n";
  }
  for (const Member& m : table.members) {
    if (has_own_section(m.value)) write_section(m, path, out);
  }
}

}  // namespace

std::string canonical_text(const Value& table) {
  std::string out;
  write_table(table, "", out);
  return out;
}

}  // namespace weft::topology
