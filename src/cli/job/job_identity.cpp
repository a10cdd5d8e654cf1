// SPDX-License-Identifier: Apache-2.0
// What makes a job the same job, for the trace's hash.
#include <cstdio>
#include <span>

#include "cli/job/job_run.hpp"

namespace weft::cli {

using topology::Kind;
using topology::Member;
using topology::Value;

namespace {

/// FNV-1a, 64 bits: tells files apart, guards against nobody.
std::string content_hash(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::byte byte : bytes) {
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3ULL;
  }
  char text[24];
  std::snprintf(text, sizeof text, "hash:%016llx", static_cast<unsigned long long>(hash));
  return text;
}

void remove(Value& table, const std::string& name) {
  std::erase_if(table.members, [&name](const Member& member) { return member.name == name; });
}

void set_text(Value& table, const std::string& name, const std::string& text) {
  Value* value = table.find(name);
  if (value == nullptr || value->kind != Kind::text) return;
  value->text = text;
}

/// A file's content instead of its name.
void hash_data(Value& table, const DataSource& source) {
  if (source.kind != DataSource::Kind::file) return;
  set_text(table, "data", content_hash(read_source(source).bytes));
}

}  // namespace

std::string hashed_config(const Job& job, const std::vector<std::byte>& program) {
  Value tree = job.document;
  for (const char* table : {"trace", "limits", "output", "check"}) remove(tree, table);
  if (Value* head = tree.find("job")) remove(*head, "description");
  if (Value* table = tree.find("program")) {
    set_text(*table, "csl", content_hash(program));
    for (const char* key : {"poplar", "flags"}) remove(*table, key);  // where it came from
  }
  if (Value* inputs = tree.find("input")) {
    for (std::size_t index = 0; index < inputs->items.size(); ++index) {
      hash_data(inputs->items[index], job.inputs[index].data);
    }
  }
  if (Value* commands = tree.find("command")) {
    for (std::size_t index = 0; index < commands->items.size(); ++index) {
      hash_data(commands->items[index], job.commands[index].data);
    }
  }
  return topology::canonical_text(tree);
}

}  // namespace weft::cli
