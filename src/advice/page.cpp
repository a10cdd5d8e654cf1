// SPDX-License-Identifier: Apache-2.0
// Parts of the page, from verdicts down to sources.
#include "advice/page.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "advice/baseline.hpp"
#include "advice/columns.hpp"
#include "advice/emulation_text.hpp"
#include "advice/page_changes.hpp"
#include "advice/page_parts.hpp"
#include "advice/page_profile.hpp"
#include "advice/text.hpp"
#include "base/html_text.hpp"

namespace weft::advice {
namespace {

using namespace html;

/// So that a page is small whatever the model is made of.
constexpr std::size_t most_findings = 120;
constexpr std::size_t most_operators = 80;

std::string verdicts_html(const Report& report) {
  std::string out = "<div class=\"strip\">";
  for (const TargetReport& one : report.targets) {
    out += "<section class=\"" + std::string(class_of(one.verdict)) + "\"><h3>" +
           html_text(one.target) + "</h3><p class=\"verdict\">" +
           std::string(name_of(one.verdict)) + "</p><p>" + html_text(units_text(one.fit)) + ", " +
           html_text(one.precision) + "<br>" + html_text(one.flow) + "</p></section>\n";
  }
  return out + "</div>\n";
}

std::string baselines_html(const Report& report) {
  std::string out = "<h2>Baseline</h2>\n";
  for (const std::string& one : baseline_sentences(report)) {
    out += "<p>" + html_text(one) + "</p>\n";
  }
  return out;
}

/// Rows of operators, a cell of letter and evidence for each target.
std::string matrix_html(const Report& report) {
  std::vector<std::string> head{"operator", "nodes"};
  std::map<std::string, std::vector<const OperatorUse*>> uses;
  for (std::size_t t = 0; t < report.targets.size(); ++t) {
    head.push_back(report.targets[t].target);
    for (const OperatorUse& use : report.targets[t].operators) {
      auto& cells = uses[use.operation];
      cells.resize(report.targets.size(), nullptr);
      cells[t] = &use;
    }
  }
  std::string out = "<h2>Operators</h2>\n" + table_head(head);
  std::size_t rows = 0;
  for (const auto& [operation, cells] : uses) {
    if (++rows > most_operators) break;
    std::string line = "<tr><th scope=\"row\">" + html_text(operation) + "</th><td>" +
                       number(cells.front() == nullptr ? 0 : cells.front()->nodes) + "</td>";
    for (const OperatorUse* use : cells) {
      if (use == nullptr) {
        line += "<td></td>";
        continue;
      }
      line += "<td class=\"" + std::string(name_of(use->support)) + "\">" +
              std::string(name_of(use->support)) + " <small>" +
              std::string(name_of(use->evidence)) + "</small></td>";
    }
    out += line + "</tr>\n";
  }
  out += table_end;
  if (uses.size() <= most_operators) return out;
  return out + "<p>and " + std::to_string(uses.size() - most_operators) + " more</p>\n";
}

std::string finding_html(const Finding& finding, const Tables& tables) {
  std::string out = "<li class=\"" + std::string(name_of(finding.severity)) + "\"><b>" +
                    std::string(name_of(finding.severity)) + "</b> " +
                    html_text(headline_of(finding));
  if (finding.share > 0) {
    out += ", " + html_text(percent_text(finding.share)) + " of the " + finding.share_of;
  }
  out += "<br>" + html_text(finding.reason);
  if (!finding.rewrite.empty()) {
    out += "<br>change: " + html_text(tables.rewrites.at(finding.rewrite).title) + " <code>" +
           html_text(finding.rewrite) + "</code>";
  }
  out += "<br><small>evidence " + std::string(name_of(finding.evidence)) + " " +
         keys_html(finding.sources) + " " + finding.date + "</small>";
  if (!finding.nodes.empty()) {
    out += "<details><summary>nodes</summary>" + some_html(finding.nodes) + "</details>";
  }
  return out + "</li>\n";
}

/// The first so many, and how many more there are.
std::string findings_html(const std::vector<Finding>& findings, std::size_t most,
                          const Tables& tables) {
  std::string out;
  for (std::size_t i = 0; i < std::min(findings.size(), most); ++i) {
    out += finding_html(findings[i], tables);
  }
  if (findings.size() <= most) return out;
  return out + "<li>and " + std::to_string(findings.size() - most) +
         " more, which text and JSON have</li>\n";
}

std::string emulation_html(const TargetReport& target) {
  if (!target.emulation) return "";
  const Emulation& emulation = *target.emulation;
  const LayerSum sum = sum_of(emulation);
  std::string out = "<h3>Emulated</h3>\n<p>" + html_text(sum_text(emulation)) + "</p>\n";
  if (!emulation.layers.empty()) {
    out += table_head({"layer", "share", "cycles", "layers", "line"});
    for (const EmulatedLayer& layer : emulation.layers) {
      const bool known = layer.cost.is_known();
      out += row(
          {html_text(layer.what), share_of(layer, sum),
           known ? grouped(layer.cost.cycles) : "not known: " + html_text(reason_of(layer.cost)),
           std::to_string(layer.nodes.size()), html_text(place_of(layer))});
    }
    out += table_end + "<p>" + html_text(estimate_note(emulation)) + "</p>\n";
  }
  if (emulation.whole) out += "<p>" + html_text(whole_text(*emulation.whole)) + "</p>\n";
  return out;
}

std::string target_html(const TargetReport& target, const Report& report, const Tables& tables) {
  std::string out = "<h2>" + html_text(target.target) + ": " +
                    std::string(name_of(target.verdict)) + "</h2>\n<ul>\n";
  const std::size_t most = most_findings / report.targets.size();
  out += findings_html(target.findings, most, tables) + "</ul>\n";
  if (target.cut) {
    std::string tensors;
    for (const std::string& one : target.cut->tensors)
      tensors += (tensors.empty() ? "" : ", ") + one;
    out += "<p>Cut in front of " + number(target.cut->nodes_behind, "node") + ", at " +
           html_text(tensors) + "; without them: " + std::string(name_of(target.cut->body)) +
           "</p>\n<ul>\n";
    std::vector<Finding> serious;
    for (const Finding& one : target.cut->findings) {
      if (one.severity != Severity::note) serious.push_back(one);
    }
    out += findings_html(serious, most, tables) + "</ul>\n";
  }
  out += emulation_html(target);
  for (const PublishedRow& one : target.published) {
    out += "<p>Published: " + html_text(published_text(one));
    for (const std::string& text : {beside_text(one), differs_text(one)}) {
      if (!text.empty()) out += "<br>" + html_text(text);
    }
    out += "</p>\n";
  }
  return out + "<p>" + html_text(published_lack(target, report.task)) + "</p>\n";
}

std::string sources_html(const Report& report, const Tables& tables) {
  std::string out = "<h2>Sources</h2>\n" + table_head({"key", "what", "version", "date", "trust"});
  for (const std::string& key : cited(report)) {
    const Source& source = tables.sources.at(key);
    out += "<tr id=\"" + key + "\"><th scope=\"row\">" + key + "</th><td>" +
           html_text(source.title) + "</td><td>" + html_text(source.version) + "</td><td>" +
           source.date + "</td><td>" + source.trust + "</td></tr>\n";
  }
  return out + table_end;
}

}  // namespace

std::string page_of(const Report& report, const Tables& tables, const PageFront& front) {
  const std::string title = report.profile.name + ": " + std::string(name_of(report.verdict));
  std::string out = page_begin(title);
  out += "<h1>" + html_text(title) + "</h1>\n<p>" +
         html_text(count_text(report.profile.work.parameters) + " parameters, " +
                   count_text(report.profile.work.multiplications) + " multiply-adds, " +
                   number(report.profile.work.nodes, "node") + "; for " +
                   std::string(name_of(report.task))) +
         "</p>\n";
  if (front.applied != nullptr) out += applied_html(*front.applied, tables);
  if (front.was != nullptr) out += difference_html(*front.was, report);
  out += verdicts_html(report) + proposed_html(report, tables) + matrix_html(report) +
         memory_html(report) + modules_html(report) + lines_html(report);
  for (const TargetReport& target : report.targets) out += target_html(target, report, tables);
  return out + baselines_html(report) + profile_html(report) + sources_html(report, tables) +
         page_end;
}

}  // namespace weft::advice
