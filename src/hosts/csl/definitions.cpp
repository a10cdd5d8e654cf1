// SPDX-License-Identifier: Apache-2.0
#include "hosts/csl/definitions.hpp"

#include <map>
#include <set>
#include <string>

#include "program/wse_task_ids.hpp"

namespace weft::hosts::csl {

namespace {

trace::StringTable task_names(const program::wse::Program& program) {
  trace::StringTable table{"tasks", {}};
  std::map<std::size_t, std::set<std::string>> named;
  const auto add = [&](std::size_t id, const std::string& name) {
    if (table.entries.size() <= id) table.entries.resize(id + 1);
    std::set<std::string>& known = named[id];
    if (!known.insert(name).second) return;
    table.entries[id] += (table.entries[id].empty() ? "" : " | ") + name;
  };
  for (const program::wse::TileCode& code : program.codes) {
    for (const program::wse::Task& task : code.tasks) {
      if (task.bound) add(task.id, code.functions[task.function].name);
    }
    for (const program::wse::EntryPoint& entry : code.entry_points) {
      add(program::wse::launched_task_id, entry.name);
    }
  }
  return table;
}

trace::StringTable operation_names() {
  trace::StringTable table{"vector_operations", {}};
  for (unsigned i = 0; i < static_cast<unsigned>(program::wse::VectorOperation::count_); ++i) {
    table.entries.emplace_back(name_of(static_cast<program::wse::VectorOperation>(i)));
  }
  return table;
}

}  // namespace

std::vector<trace::StringTable> definitions(const program::wse::Program& program) {
  std::vector<trace::StringTable> tables{task_names(program), operation_names()};
  if (!program.layers.empty()) tables.push_back({"layers", program.layers});
  return tables;
}

}  // namespace weft::hosts::csl
