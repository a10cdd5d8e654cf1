// SPDX-License-Identifier: Apache-2.0
// The profile in words and columns.
#include <algorithm>

#include "advice/columns.hpp"
#include "advice/facts.hpp"
#include "advice/text.hpp"
#include "base/number_text.hpp"

namespace weft::advice {
namespace {

constexpr std::size_t most_rows = 12;
constexpr std::size_t most_name = 30;
constexpr std::size_t most_line = 36;

std::string groups_text(const std::string& title, const std::vector<Group>& groups,
                        std::size_t most) {
  std::vector<std::vector<std::string>> rows{
      {title, "nodes", "multiply-adds", "bytes", "ops/byte", "parameters"}};
  for (std::size_t i = 0; i < std::min(groups.size(), most); ++i) {
    const Group& group = groups[i];
    rows.push_back({group.name + type_text(group), number(group.work.nodes),
                    number(group.work.multiplications), bytes_text(group.work.bytes),
                    fixed(group.work.intensity(), 2), number(group.work.parameters)});
  }
  std::string out = columns(rows, "  ");
  if (groups.size() > most) out += "  and " + std::to_string(groups.size() - most) + " more\n";
  return out;
}

/// Lines have names of which the end says most, and room is for more of it than for all figures.
std::string lines_text(const std::vector<Group>& groups) {
  std::vector<std::vector<std::string>> rows{{"line", "nodes", "multiply-adds", "bytes"}};
  for (std::size_t i = 0; i < std::min(groups.size(), most_rows); ++i) {
    const Group& group = groups[i];
    const bool is_long = group.name.size() > most_line;
    rows.push_back(
        {is_long ? "..." + group.name.substr(group.name.size() - most_line + 3) : group.name,
         number(group.work.nodes), number(group.work.multiplications),
         bytes_text(group.work.bytes)});
  }
  std::string out = columns(rows, "  ");
  if (groups.size() > most_rows)
    out += "  and " + std::to_string(groups.size() - most_rows) + " more\n";
  return out;
}

/// Which modules take what each of the first ones gives.
std::string flow_text(const std::vector<Group>& modules) {
  std::string out;
  for (std::size_t i = 0; i < std::min(modules.size(), most_rows); ++i) {
    if (modules[i].gives_to.empty()) continue;
    out += wrapped("  " + cut_to(modules[i].name, most_name) + " -> ", listed(modules[i].gives_to));
  }
  return out;
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes >= 1'000'000'000) return fixed(value / 1e9, 2) + " GB";
  if (bytes >= 1'000'000) return fixed(value / 1e6, 2) + " MB";
  if (bytes >= 1'000) return fixed(value / 1e3, 2) + " kB";
  return std::to_string(bytes) + " B";
}

std::string count_text(std::int64_t count) {
  const auto value = static_cast<double>(count);
  if (count >= 1'000'000'000) return fixed(value / 1e9, 2) + " G";
  if (count >= 1'000'000) return fixed(value / 1e6, 2) + " M";
  if (count >= 1'000) return fixed(value / 1e3, 2) + " k";
  return std::to_string(count);
}

std::string why_no_line(const Profile& profile) {
  if (profile.has_lines) return "";
  return "the file has no lines of its program: its exporter (" +
         (profile.producer.empty() ? std::string("not named") : profile.producer) +
         ") wrote none, as PyTorch does from 2.9 on with dynamo=True; nodes are named instead";
}

std::string profile_text(const Profile& profile) {
  std::string out = wrapped("", profile.name + ": " + count_text(profile.work.parameters) +
                                    " parameters (" + bytes_text(profile.parameter_bytes) + "), " +
                                    count_text(profile.work.multiplications) + " multiply-adds, " +
                                    number(profile.work.nodes, "node") + " and " +
                                    number(profile.folded_nodes) + " that are constant");
  out += "\nStep 1: profile\n";
  for (const Fact& one : facts_of(profile)) {
    std::string mark = one.title;
    mark.resize(9, ' ');
    out += wrapped("  " + mark + " ", one.text);
  }
  out += '\n' + groups_text("operator", profile.by_operator, profile.by_operator.size());
  if (!profile.by_module.empty()) {
    out +=
        '\n' + groups_text("module", profile.by_module, most_rows) + flow_text(profile.by_module);
  }
  if (!profile.by_line.empty()) out += '\n' + lines_text(profile.by_line);
  return out;
}

}  // namespace weft::advice
