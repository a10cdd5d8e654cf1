// SPDX-License-Identifier: Apache-2.0
// Changes on the page: proposed, made, and since an older version.
#include "advice/page_changes.hpp"

#include <algorithm>

#include "advice/changes.hpp"
#include "advice/changes_text.hpp"
#include "advice/columns.hpp"
#include "advice/difference.hpp"
#include "advice/facts.hpp"
#include "advice/text.hpp"
#include "base/html_text.hpp"

namespace weft::advice::html {
namespace {

/// So that a page is small whatever was changed.
constexpr std::size_t most_groups = 120;

std::string group_html(const ChangeGroup& group) {
  const Place& place = group.change.place;
  std::string out = "<li><b>";
  if (place.line == 0) {
    out += group.nodes.empty() ? "the model" : some_html(group.nodes);
  } else {
    out += html_text(line_text(place) + (place.module.empty() ? "" : " " + place.module));
  }
  out += "</b><br>- " + html_text(group.change.operation);
  if (!group.nodes.empty()) {
    out += " (" + number(static_cast<std::int64_t>(group.nodes.size())) +
           (group.nodes.size() == 1 ? " node)" : " nodes)");
  }
  if (!group.change.now.empty()) out += "<br>+ " + html_text(listed(group.change.now));
  return out + "</li>\n";
}

std::string finding_item(const std::string& mark, const Finding& finding) {
  return "<li><b>" + mark + "</b> " + std::string(name_of(finding.severity)) + ": " +
         html_text(headline_of(finding) + ": " + finding.reason) + "</li>\n";
}

}  // namespace

std::string proposed_html(const Report& report, const Tables& tables) {
  const std::vector<ProposedChange> changes = proposed_changes(report);
  if (changes.empty()) return "";
  std::string out = "<h2>Changes, the largest share first</h2>\n<ul>\n";
  for (const ProposedChange& one : changes) {
    out += "<li><b>" + html_text(one.rewrite) + "</b> " +
           html_text(tables.rewrites.at(one.rewrite).title) + "<br>" +
           html_text(proposed_text(one, tables)) + "<br><small>";
    std::vector<std::string> places;
    for (const ProposedPlace& place : one.places) places.push_back(place.headline);
    out += some_html(places) + "</small></li>\n";
  }
  return out + "</ul>\n";
}

std::string applied_html(const AppliedChanges& applied, const Tables& tables) {
  std::string out = "<h2>Changes that were made</h2>\n<p>Written to " + html_text(applied.path) +
                    ". " + html_text(applied.comparison) + "</p>\n";
  std::string last;
  const std::vector<ChangeGroup> groups = groups_of(applied.result->changes);
  const std::size_t shown = std::min(groups.size(), most_groups);
  for (std::size_t i = 0; i < shown; ++i) {
    const ChangeGroup& group = groups[i];
    if (group.change.rewrite != last) {
      if (!last.empty()) out += "</ul>\n";
      last = group.change.rewrite;
      out += "<h3>" + html_text(last) + "</h3>\n<p>" + html_text(tables.rewrites.at(last).title) +
             "</p>\n<ul>\n";
    }
    out += group_html(group);
  }
  if (shown < groups.size()) {
    out += "<li>and " + std::to_string(groups.size() - shown) + " more</li>\n";
  }
  if (!last.empty()) out += "</ul>\n";
  if (last.empty()) out += "<p>nothing that weft can change by itself is asked for</p>\n";
  for (const std::string& one : applied.result->left) {
    out += "<p>left as it is: " + html_text(one) + "</p>\n";
  }
  return out + "<h2>Advice about what is written</h2>\n";
}

std::string difference_html(const Report& was, const Report& is) {
  std::string out = "<h2>Since " + html_text(was.path) + "</h2>\n";
  for (const TargetDifference& one : difference_of(was, is)) {
    out += "<h3>" + html_text(one.target) + ": " + std::string(direction_text(one)) + ", " +
           std::string(name_of(one.was)) + " -&gt; " + std::string(name_of(one.is)) + ", " +
           number(one.chips_were) + " -&gt; " + number(one.chips_are) + " " + html_text(one.chip) +
           (one.chips_are == 1 ? "" : "s") + "</h3>\n<ul>\n";
    for (const Finding& finding : one.gone) out += finding_item("gone", finding);
    for (const Finding& finding : one.added) out += finding_item("new", finding);
    for (const auto& [before, after] : one.other) {
      out += finding_item(after.nodes.size() > before.nodes.size() ? "more" : "fewer", after);
    }
    out += "</ul>\n";
  }
  return out;
}

}  // namespace weft::advice::html
