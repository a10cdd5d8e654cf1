// SPDX-License-Identifier: Apache-2.0
// The model on the page: what it is made of, what it takes, by module and by line.
#include "advice/page_profile.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "advice/columns.hpp"
#include "advice/facts.hpp"
#include "advice/page_graph.hpp"
#include "advice/page_parts.hpp"
#include "advice/text.hpp"
#include "base/html_text.hpp"
#include "base/number_text.hpp"

namespace weft::advice::html {
namespace {

/// So that a page stays small whatever the model is made of; the JSON has all.
constexpr std::size_t most_rows = 40;
constexpr std::size_t most_lines = 120;

/// What is live while nodes run, drawn.
std::string live_html(const Profile& profile) {
  if (profile.live_bytes == 0) return "";
  constexpr double height = 40;
  const double step = 100.0 / static_cast<double>(profile.live.size());
  std::string out =
      "<svg class=\"live\" viewBox=\"0 0 100 40\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"bytes of values over the nodes in the file's order\">";
  for (std::size_t i = 0; i < profile.live.size(); ++i) {
    const Live& one = profile.live[i];
    const double tall =
        height * static_cast<double>(one.bytes) / static_cast<double>(profile.live_bytes);
    out += "<rect class=\"bar\" x=\"" + fixed(step * static_cast<double>(i), 2) + "\" y=\"" +
           fixed(height - tall, 2) + "\" width=\"" + fixed(0.9 * step, 2) + "\" height=\"" +
           fixed(tall, 2) + "\"><title>" + html_text(one.node) + ": " + bytes_text(one.bytes) +
           "</title></rect>";
  }
  return out + "</svg>\n";
}

std::string groups_html(const std::string& title, const std::vector<Group>& groups) {
  if (groups.empty()) return "";
  std::string out =
      table_head({title, "nodes", "multiply-adds", "bytes", "ops/byte", "parameters"});
  for (std::size_t i = 0; i < std::min(groups.size(), most_rows); ++i) {
    const Group& group = groups[i];
    out += row({html_text(group.name + type_text(group)), number(group.work.nodes),
                number(group.work.multiplications), bytes_text(group.work.bytes),
                fixed(group.work.intensity(), 2), number(group.work.parameters)});
  }
  out += table_end;
  if (groups.size() <= most_rows) return out;
  return out + "<p>and " + std::to_string(groups.size() - most_rows) + " more</p>\n";
}

/// What each target says of one line, module and operator.
struct LineRow {
  std::size_t nodes = 0;
  std::vector<const Finding*> worst;
};

std::string met_html(const Finding* finding) {
  if (finding == nullptr) return "";
  std::string out(name_of(finding->severity));
  if (!finding->rewrite.empty()) out += " <code>" + html_text(finding->rewrite) + "</code>";
  return out;
}

using LineKey = std::tuple<std::string, std::uint32_t, std::string, std::string>;

std::map<LineKey, LineRow> line_rows(const Report& report) {
  std::map<LineKey, LineRow> rows;
  for (std::size_t t = 0; t < report.targets.size(); ++t) {
    for (const Finding& one : report.targets[t].findings) {
      if (one.place.line == 0) continue;
      LineRow& row = rows[{one.place.file, one.place.line, one.place.module, one.operation}];
      row.nodes = std::max(row.nodes, one.nodes.size());
      row.worst.resize(report.targets.size(), nullptr);
      const Finding*& worst = row.worst[t];
      if (worst == nullptr || one.severity > worst->severity) worst = &one;
    }
  }
  return rows;
}

}  // namespace

std::string profile_html(const Report& report) {
  const Profile& profile = report.profile;
  std::string out = "<h2>Profile</h2>\n<dl>\n";
  for (const Fact& one : facts_of(profile)) {
    out += "<dt>" + html_text(one.title) + "</dt><dd>" + html_text(one.text) + "</dd>\n";
  }
  out += "</dl>\n" + live_html(profile);
  return out + groups_html("operator", profile.by_operator) + groups_html("line", profile.by_line);
}

std::string memory_html(const Report& report) {
  std::string out = "<h2>Memory</h2>\n" + table_head({"target", "level", "holds", "needs", "has"});
  for (const TargetReport& target : report.targets) {
    for (const MemoryUse& level : target.fit.memory) {
      if (level.capacity_bytes == 0) continue;
      out += row({html_text(target.target), html_text(level.name), html_text(level.holds),
                  bytes_text(level.needed_bytes) + bar(static_cast<double>(level.needed_bytes) /
                                                       static_cast<double>(level.capacity_bytes)),
                  bytes_text(level.capacity_bytes) + " per " + html_text(target.fit.unit)});
    }
  }
  out += table_end;
  for (const TargetReport& target : report.targets) {
    out += "<p>" + html_text(target.target + ": " + target.fit.reason) +
           keys_html(target.fit.sources) + "</p>\n";
  }
  return out;
}

std::string modules_html(const Report& report) {
  if (report.profile.by_module.empty()) return "";
  std::vector<std::string> head{"module", "gives to", "nodes", "multiply-adds", "parameters"};
  for (const TargetReport& target : report.targets) head.push_back(target.target);
  std::string out = "<h2>Modules</h2>\n" + module_graph_html(report) + table_head(head);
  const std::vector<Group>& all = report.profile.by_module;
  for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
    const Group& group = all[i];
    std::vector<std::string> cells{html_text(group.name),
                                   html_text(group.gives_to.empty() ? "" : listed(group.gives_to)),
                                   number(group.work.nodes), number(group.work.multiplications),
                                   number(group.work.parameters)};
    for (const TargetReport& target : report.targets) {
      cells.emplace_back(name_of(verdict_of(worst_of_module(target, group.name))));
    }
    out += row(cells);
  }
  out += table_end;
  if (all.size() <= most_rows) return out;
  return out + "<p>and " + std::to_string(all.size() - most_rows) + " more</p>\n";
}

std::string lines_html(const Report& report) {
  const std::map<LineKey, LineRow> rows = line_rows(report);
  if (rows.empty()) return "";
  std::vector<std::string> head{"line", "module", "operator", "nodes"};
  for (const TargetReport& target : report.targets) head.push_back(target.target);
  std::string out = "<h2>Lines</h2>\n" + table_head(head);
  std::size_t shown = 0;
  for (const auto& [key, line] : rows) {
    if (++shown > most_lines) break;
    const auto& [file, number_in_file, module, operation] = key;
    std::vector<std::string> cells{html_text(line_text({file, number_in_file, module})),
                                   html_text(module), html_text(operation),
                                   std::to_string(line.nodes)};
    for (const Finding* one : line.worst) cells.push_back(met_html(one));
    out += row(cells);
  }
  out += table_end;
  if (rows.size() <= most_lines) return out;
  return out + "<p>and " + std::to_string(rows.size() - most_lines) + " more</p>\n";
}

}  // namespace weft::advice::html
