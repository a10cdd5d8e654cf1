// SPDX-License-Identifier: Apache-2.0
// A difference in two columns of marks: "-" what was there, "+" what is.
#include "advice/changes_text.hpp"

#include <algorithm>

#include "advice/columns.hpp"

namespace weft::advice {
namespace {

bool is_alike(const Change& a, const Change& b) {
  return a.rewrite == b.rewrite && a.operation == b.operation && a.now == b.now &&
         a.place.file == b.place.file && a.place.line == b.place.line &&
         a.place.module == b.place.module;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& one : words) out += (out.empty() ? "" : ", ") + one;
  return out;
}

/// Where it stands in the program; where nobody knows that, its nodes.
std::string headline(const ChangeGroup& group) {
  const Place& place = group.change.place;
  if (place.line == 0) {
    constexpr std::size_t shown = 4;
    const auto end =
        group.nodes.begin() + static_cast<std::ptrdiff_t>(std::min(shown, group.nodes.size()));
    std::string names = joined({group.nodes.begin(), end});
    if (group.nodes.size() > shown) {
      names += " and " + std::to_string(group.nodes.size() - shown) + " more";
    }
    return names.empty() ? "the model" : names;
  }
  return line_text(place) + (place.module.empty() ? "" : " " + place.module);
}

/// An operator in its own place has other attributes or operands.
std::string now_text(const Change& change) {
  const bool is_itself = change.now.size() == 1 && change.now.front() == change.operation;
  return joined(change.now) + (is_itself ? " with other operands or attributes" : "");
}

std::string count_of_nodes(const ChangeGroup& group) {
  const std::size_t count = group.nodes.size();
  if (group.change.node.empty()) return "";
  return " (" + std::to_string(count) + (count == 1 ? " node)" : " nodes)");
}

}  // namespace

std::vector<ChangeGroup> groups_of(const std::vector<Change>& changes) {
  std::vector<ChangeGroup> groups;
  for (const Change& one : changes) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const ChangeGroup& group) {
      return is_alike(group.change, one);
    });
    ChangeGroup& group = found == groups.end() ? groups.emplace_back(ChangeGroup{one, {}}) : *found;
    if (!one.node.empty()) group.nodes.push_back(one.node);
  }
  return groups;
}

std::string changes_text(const Rewritten& result, const Tables& tables) {
  std::string out;
  std::string last;
  for (const ChangeGroup& group : groups_of(result.changes)) {
    if (group.change.rewrite != last) {
      last = group.change.rewrite;
      out += wrapped("", last + ": " + tables.rewrites.at(last).title);
    }
    out += wrapped("  ", headline(group));
    out += wrapped("  - ", group.change.operation + count_of_nodes(group));
    if (!group.change.now.empty()) out += wrapped("  + ", now_text(group.change));
  }
  if (result.changes.empty()) out += "nothing that weft can change by itself is asked for\n";
  for (const std::string& one : result.left) out += wrapped("left as it is: ", one);
  return out;
}

std::string paragraph(const std::string& text) { return wrapped("", text); }

}  // namespace weft::advice
