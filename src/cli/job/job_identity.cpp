// SPDX-License-Identifier: Apache-2.0
// What makes a job the same job, for the trace's hash.
#include <charconv>
#include <cmath>

#include "cli/job/job_run.hpp"
#include "trace/hash.hpp"

namespace weft::cli {

using topology::Kind;
using topology::Member;
using topology::Value;

namespace {

/// A file's array instead of its name, so that one array has one identity in any file.
std::string array_identity(const DataSource& source) {
  const trace::Tensor tensor = read_source(source);
  trace::ContentHash hash;
  hash.text(trace::name_of(tensor.type));
  hash.word(tensor.shape.size());
  for (const std::uint64_t extent : tensor.shape) hash.word(extent);
  hash.bytes(tensor.bytes);
  return trace::to_hex(hash.value());
}

void hash_data(Value& table, const DataSource& source) {
  Value* value = table.find("data");
  if (source.kind == DataSource::Kind::file && value != nullptr) {
    value->text = array_identity(source);
  }
}

/// Whole numbers have one form: 1, 0x1 and 1.0 are what a job means by them alike.
std::string number_text(double value) {
  char text[40];
  const bool whole = std::abs(value) < 9007199254740992.0 && value == std::floor(value);
  const auto end = whole ? std::to_chars(text, text + sizeof text, static_cast<std::int64_t>(value))
                         : std::to_chars(text, text + sizeof text, value);
  return {text, end.ptr};
}

std::string scalar_text(const Value& value) {
  switch (value.kind) {
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::integer:
      return std::to_string(value.integer);
    case Kind::real:
      return number_text(value.real);
    default:
      return value.text;
  }
}

/// One line a value, under its dotted key; tables are sorted by name.
void write_lines(const Value& value, const std::string& key, std::string& out) {
  if (value.kind == Kind::table) {
    for (const Member& member : value.members) {
      write_lines(member.value, key.empty() ? member.name : key + "." + member.name, out);
    }
  } else if (value.kind == Kind::array) {
    for (std::size_t index = 0; index < value.items.size(); ++index) {
      write_lines(value.items[index], key + "." + std::to_string(index), out);
    }
  } else {
    out += key + " = " + scalar_text(value) + "\n";
  }
}

template <typename Tables>
void keep_content(Value* list, const Tables& tables) {
  if (list == nullptr) return;
  for (std::size_t index = 0; index < list->items.size(); ++index) {
    Value& table = list->items[index];
    hash_data(table, tables[index].data);
    std::erase_if(table.members, [](const Member& member) { return member.name == "name"; });
  }
}

}  // namespace

std::string job_identity(const Job& job) {
  Value tree = job.document;
  // Program, machine and region stand in the identity by their content; the rest of these changes
  // nothing of what the machine does.
  for (const char* table :
       {"job", "machine", "program", "trace", "limits", "output", "check", "layers"}) {
    std::erase_if(tree.members, [table](const Member& member) { return member.name == table; });
  }
  keep_content(tree.find("input"), job.inputs);
  keep_content(tree.find("command"), job.commands);
  std::string out;
  write_lines(tree, "", out);
  return out;
}

std::string expectation_identity(const Job& job) {
  Value tree = job.document;
  std::erase_if(tree.members, [](const Member& member) {
    return member.name != "limits" && member.name != "check";
  });
  std::string out;
  write_lines(tree, "", out);
  if (job.region) {
    out += "machine.region = " + std::to_string(job.region->width) + " x " +
           std::to_string(job.region->height) + "\n";
  }
  for (const JobCheck& check : job.checks) {
    std::vector<const DataSource*> sources{&check.expected, &check.high};
    for (const DataSource& source : check.weights) sources.push_back(&source);
    for (const DataSource& source : check.biases) sources.push_back(&source);
    for (const DataSource* source : sources) {
      if (source->kind != DataSource::Kind::file) continue;
      out += "check.file = " + array_identity(*source) + "\n";
    }
  }
  return out;
}

}  // namespace weft::cli
