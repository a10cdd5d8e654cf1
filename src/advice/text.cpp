// SPDX-License-Identifier: Apache-2.0
// Verdicts, findings and cards in words.
#include "advice/text.hpp"

#include <algorithm>
#include <set>

#include "advice/baseline.hpp"
#include "advice/changes.hpp"
#include "advice/columns.hpp"
#include "advice/emulation_text.hpp"
#include "advice/fit.hpp"
#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::advice {
namespace {

std::string keys_text(const SourceKeys& keys) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : " ") + key;
  return out;
}

std::string evidence_text(const Finding& finding) {
  if (finding.sources.empty()) return "evidence none";
  return "evidence " + std::string(name_of(finding.evidence)) + " (" + keys_text(finding.sources) +
         ", " + finding.date + ")";
}

std::string share_text(const Finding& finding) {
  if (finding.share <= 0) return "";
  return ", " + percent_text(finding.share) + " of the " + finding.share_of;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    out += (i > 0 ? ", " : "") + names[i];
  }
  return names.size() > most ? out + ", ..." : out;
}

bool say_the_same(const Finding& a, const Finding& b) {
  return a.severity == b.severity && a.operation == b.operation && a.reason == b.reason &&
         a.rewrite == b.rewrite;
}

/// Findings that say the same of other lines stand together, before what they say.
std::string findings_text(const std::vector<Finding>& all, const Tables& tables) {
  std::string out;
  std::vector<bool> done(all.size());
  const std::string indent(11, ' ');
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (done[i]) continue;
    std::string mark(name_of(all[i].severity));
    mark.resize(9, ' ');
    for (std::size_t j = i; j < all.size(); ++j) {
      if (done[j] || !say_the_same(all[i], all[j])) continue;
      done[j] = true;
      out += wrapped(j == i ? "  " + mark : indent, headline_of(all[j]) + share_text(all[j]));
      if (all[j].place.line == 0 && !all[j].nodes.empty()) {
        out += wrapped(indent, "nodes: " + some_of(all[j].nodes));
      }
    }
    out += wrapped(indent + "  ", all[i].reason);
    if (!all[i].rewrite.empty()) {
      out += wrapped(indent + "  ", "change: " + tables.rewrites.at(all[i].rewrite).title + " [" +
                                        all[i].rewrite + "]");
    }
    out += wrapped(indent + "  ", evidence_text(all[i]));
  }
  return out;
}

std::string overview(const Report& report) {
  std::vector<std::vector<std::string>> rows{
      {"target", "full", "partial", "none", "unknown", "takes", "verdict"}};
  for (const TargetReport& one : report.targets) {
    std::vector<std::string> row{one.target};
    for (const std::int64_t nodes : one.nodes_by_support) row.push_back(number(nodes));
    row.push_back(units_text(one.fit));
    row.emplace_back(name_of(one.verdict));
    rows.push_back(std::move(row));
  }
  return columns(rows, "  ");
}

std::string memory_text(const Fit& fit) {
  std::string out;
  for (const MemoryUse& level : fit.memory) {
    if (level.capacity_bytes == 0) continue;
    const double share =
        static_cast<double>(level.needed_bytes) / static_cast<double>(level.capacity_bytes);
    out += wrapped("  memory   ", level.name + ": " + level.holds + " " +
                                      bytes_text(level.needed_bytes) + " of " +
                                      bytes_text(level.capacity_bytes) + " per " + fit.unit + " (" +
                                      percent_text(share) + ")");
  }
  return out;
}

std::string operators_text(const TargetReport& target) {
  std::string out;
  for (const Support support : {Support::none, Support::unknown, Support::partial, Support::full}) {
    std::string names;
    for (const OperatorUse& use : target.operators) {
      if (use.support != support) continue;
      names += (names.empty() ? "" : ", ") + use.operation + " (" + number(use.nodes) + ")";
    }
    std::string mark(name_of(support));
    mark.resize(9, ' ');
    if (!names.empty()) out += wrapped("  " + mark, names);
  }
  return out;
}

std::string published_lines(const TargetReport& target, Task task) {
  std::string out;
  for (const PublishedRow& row : target.published) {
    out += wrapped("  published ", published_text(row));
    for (const std::string& text : {beside_text(row), differs_text(row)}) {
      if (!text.empty()) out += wrapped("            ", text);
    }
  }
  const std::string lack = published_lack(target, task);
  return lack.empty() ? out : out + wrapped("  published ", lack);
}

std::string cut_text(const Cut& cut, const Tables& tables) {
  std::string tensors;
  for (const std::string& one : cut.tensors) tensors += (tensors.empty() ? "" : ", ") + one;
  std::string out = wrapped("  cut      ", "in front of " + number(cut.nodes_behind, "node") +
                                               ", at " + tensors + "; the rest stays on the host");
  out += wrapped("           ", "without them: " + std::string(name_of(cut.body)));
  std::vector<Finding> serious;
  for (const Finding& one : cut.findings) {
    if (one.severity != Severity::note) serious.push_back(one);
  }
  return out + findings_text(serious, tables);
}

std::string target_text(const TargetReport& target, const Report& report, const Tables& tables) {
  std::string out = "\n" + target.target + ": " + std::string(name_of(target.verdict)) + "\n";
  out += wrapped("  flow     ", target.flow + ", in " + target.precision);
  out += wrapped("  fits     ", (target.fit.fits ? units_text(target.fit) + ": " : "no: ") +
                                    target.fit.reason + " (" + keys_text(target.fit.sources) + ")");
  out += memory_text(target.fit);
  if (target.fit.host_seconds) {
    out += wrapped("  a call   ", "cycles x " + number(target.fit.units) + " / clock + " +
                                      fixed(1e6 * *target.fit.host_seconds, 1) +
                                      " us to the host and back");
  }
  out += operators_text(target);
  out += findings_text(target.findings, tables);
  if (target.cut) out += cut_text(*target.cut, tables);
  out += emulation_text(target);
  return out + published_lines(target, report.task);
}

std::string baselines_text(const Report& report) {
  std::string out = "\n";
  for (const std::string& one : baseline_sentences(report)) out += wrapped("  baseline  ", one);
  return out;
}

std::string sources_text(const std::vector<std::string>& keys, const Tables& tables) {
  std::string out = "\nSources\n";
  for (const std::string& key : keys) {
    const Source& source = tables.sources.at(key);
    std::string mark = key;
    mark.resize(4, ' ');
    out += wrapped("  " + mark + " ", source.title + " (" + source.version + "), " + source.date +
                                          ", " + source.trust);
  }
  return out;
}

}  // namespace

std::string headline_of(const Finding& finding) {
  if (finding.operation.empty()) return "the model";
  std::string out = line_text(finding.place);
  if (!finding.place.module.empty()) out += (out.empty() ? "" : "  ") + finding.place.module;
  const std::size_t count = finding.nodes.size();
  return out + (out.empty() ? "" : "  ") + finding.operation + " (" + std::to_string(count) +
         (count == 1 ? " node)" : " nodes)");
}

std::string units_text(const Fit& fit) {
  return (fit.at_least ? ">= " : "") + number(fit.units) + " " + fit.unit +
         (fit.units == 1 ? "" : "s");
}

namespace {

/// "fp16, batch 1, 1 chip, GroqFlow": what its source says.
std::string conditions_text(const Conditions& is) {
  std::string out;
  const auto add = [&out](const std::string& word) { out += (out.empty() ? "" : ", ") + word; };
  if (!is.precision.empty()) add(is.precision);
  if (is.batch > 0) add("batch " + number(is.batch));
  if (is.chips > 0) add(grouped(static_cast<std::uint64_t>(is.chips), "chip"));
  if (!is.compiler.empty()) add(is.compiler);
  return out.empty() ? out : out + ", ";
}

}  // namespace

std::string published_text(const PublishedRow& row) {
  const double value = row.value;
  const bool is_whole = value == static_cast<double>(static_cast<std::int64_t>(value));
  return (is_whole ? number(static_cast<std::int64_t>(value)) : general(value, 6)) + " " +
         row.unit + ": " + row.model + ", " + std::string(name_of(row.task)) + ", " +
         conditions_text(row.conditions) + row.setting + " (" + keys_text(row.sources) + ", " +
         row.date + ")";
}

std::string published_lack(const TargetReport& target, Task task) {
  if (target.known_model.empty()) {
    if (target.nearest_model.empty()) return "no figures of a model like this one";
    return "no figures of this model: those above are of the nearest, " + target.nearest_model;
  }
  for (const PublishedRow& row : target.published) {
    if (row.alike) return "";
  }
  return "no row for " + std::string(name_of(task)) + " of " + target.known_model +
         (target.published.empty() ? "" : ": those above are of another kind");
}

std::vector<std::string> cited(const Report& report) {
  std::set<std::string> keys;
  const auto add = [&keys](const SourceKeys& some) { keys.insert(some.begin(), some.end()); };
  for (const Baseline& one : report.baselines) add(one.sources);
  for (const TargetReport& target : report.targets) {
    add(target.fit.sources);
    add(target.model_sources);
    for (const Finding& one : target.findings) add(one.sources);
    if (target.cut) {
      for (const Finding& one : target.cut->findings) add(one.sources);
    }
    for (const PublishedRow& row : target.published) add(row.sources);
  }
  return {keys.begin(), keys.end()};
}

std::string report_text(const Report& report, const Tables& tables) {
  std::string out = profile_text(report.profile) + baselines_text(report);
  out += "\nStep 2: targets, for " + std::string(name_of(report.task)) + "\n" + overview(report);
  out += "\nStep 3: changes\n";
  for (const TargetReport& target : report.targets) out += target_text(target, report, tables);
  out += proposed_lines(report, tables);
  out += sources_text(cited(report), tables);
  return out + "\n" + std::string(name_of(report.verdict)) + "\n";
}

std::string card_text(const Tables& tables, const Target& target) {
  const TargetFacts& facts = tables.of_family(target.machine->family(), target.name);
  std::string out = target.name + ": " + target.machine->description() + "\n";
  out += wrapped("  Flow         ", facts.flow);
  std::string formats;
  for (const Format& one : facts.formats) formats += (formats.empty() ? "" : ", ") + one.name;
  out += wrapped("  Precision    ",
                 formats + "; " + facts.default_format + " where none is asked for");
  std::set<std::string> keys(facts.fit.sources.begin(), facts.fit.sources.end());
  Profile none;
  for (const MemoryUse& level : fit_of(facts, none, 1, Task::inference, *target.machine).memory) {
    if (level.capacity_bytes == 0) continue;
    out += wrapped("  Memory       ", level.name + ", " + bytes_text(level.capacity_bytes) +
                                          " per " + facts.fit.unit + ": " + level.holds);
  }
  out += wrapped("  What fits    ", facts.fit.reason);
  for (const CardLine& line : facts.card) {
    std::string mark = line.title;
    mark.resize(std::max<std::size_t>(13, mark.size() + 1), ' ');
    out += wrapped("  " + mark, line.text + " (" + keys_text(line.sources) + ")");
    keys.insert(line.sources.begin(), line.sources.end());
  }
  std::int64_t counts[support_count] = {};
  for (const Row& row : facts.operators.rows()) ++counts[static_cast<std::size_t>(row.support)];
  out += wrapped("  Operators    ",
                 number(static_cast<std::int64_t>(facts.operators.rows().size()), "row") + ": " +
                     number(counts[0]) + " full, " + number(counts[1]) + " partial, " +
                     number(counts[2]) + " none, " + number(counts[3]) + " unknown");
  return out + sources_text({keys.begin(), keys.end()}, tables);
}

}  // namespace weft::advice
