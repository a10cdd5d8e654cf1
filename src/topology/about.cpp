// SPDX-License-Identifier: Apache-2.0
// Reads from a topology's text what its constants do not carry.
#include "topology/about.hpp"

#include "topology/constants_reader.hpp"

namespace weft::topology {
namespace {

using Cases = std::map<std::string, std::vector<std::string>>;

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.items) out.push_back(item.text);
  return out;
}

/// `given` is what the table around says for the constants directly in it.
void collect(const Value& group, const std::string& path, Cases& out) {
  const Value* given = group.find("from_cases");
  for (const Member& member : group.members) {
    if (is_description(member.name)) continue;
    const std::string key = path.empty() ? member.name : path + "." + member.name;
    const bool constant = member.value.kind != Kind::table || member.value.find("value") != nullptr;
    if (!constant) {
      collect(member.value, key, out);
      continue;
    }
    const Value* own = member.value.find("from_cases");
    const Value* list = own != nullptr ? own : given;
    if (list != nullptr && !list->items.empty()) out[key] = texts(*list);
  }
}

}  // namespace

Cases from_cases(const Topology& topology) {
  Cases out;
  collect(Document::parse_text(topology.text(), topology.file()).tree(), "", out);
  return out;
}

}  // namespace weft::topology
