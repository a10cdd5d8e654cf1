// SPDX-License-Identifier: Apache-2.0
// A report's structs as objects, key by key.
#include "cli/advise/json.hpp"

#include <nlohmann/json.hpp>

#include "advice/changes.hpp"
#include "advice/difference.hpp"
#include "advice/text.hpp"
#include "cli/advise/emulated_json.hpp"

namespace weft::cli::advising {
namespace {

// One by one: other rooms have a Cut, too.
using advice::Baseline;
using advice::Cut;
using advice::Dimension;
using advice::Finding;
using advice::Fit;
using advice::Group;
using advice::MemoryUse;
using advice::OperatorUse;
using advice::Profile;
using advice::Report;
using advice::Source;
using advice::SourceKeys;
using advice::Support;
using advice::Tables;
using advice::TargetDifference;
using advice::TargetReport;
using advice::Task;
using advice::Work;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json work_json(const Work& work) {
  return {{"nodes", work.nodes},
          {"multiplications", work.multiplications},
          {"bytes", work.bytes},
          {"parameters", work.parameters},
          {"operations_a_byte", work.intensity()}};
}

Json groups_json(const std::vector<Group>& groups, bool with_flow = false) {
  Json out = Json::array();
  for (const Group& group : groups) {
    Json one{{"name", group.name},
             {"type", text_or_null(group.element)},
             {"shape", text_or_null(group.shape)},
             {"shapes", group.shapes}};
    one.update(work_json(group.work));
    if (with_flow) one["gives_to"] = group.gives_to;
    out.push_back(std::move(one));
  }
  return out;
}

Json dimension_json(const std::optional<Dimension>& one) {
  if (!one) return Json();
  return {{"input", one->input}, {"axis", one->axis}, {"extent", one->extent}};
}

Json live_json(const Profile& profile) {
  Json out = Json::array();
  for (const advice::Live& one : profile.live) {
    out.push_back({{"node", one.node}, {"bytes", one.bytes}});
  }
  return out;
}

Json profile_json(const Report& report) {
  const Profile& profile = report.profile;
  Json opsets = Json::object();
  for (const auto& [domain, version] : profile.opsets) {
    opsets[domain.empty() ? "ai.onnx" : domain] = version;
  }
  Json open = Json::array();
  for (const graph::OpenExtent& one : profile.open_extents) {
    open.push_back({{"input", one.input},
                    {"axis", one.axis},
                    {"name", text_or_null(one.name)},
                    {"taken_as", one.extent}});
  }
  Json out{{"file", report.path},
           {"name", profile.name},
           {"producer", text_or_null(profile.producer)},
           {"opsets", opsets},
           {"why_no_lines", text_or_null(why_no_line(profile))},
           {"inputs", profile.inputs},
           {"outputs", profile.outputs},
           {"batch", dimension_json(profile.batch)},
           {"sequence", dimension_json(profile.sequence)},
           {"types", profile.elements},
           {"open_extents", open},
           {"control_flow", profile.control_flow},
           {"foreign_operators", profile.foreign},
           {"folded_nodes", profile.folded_nodes},
           {"nodes_without_shape", profile.work.without_shape},
           {"parameter_bytes", profile.parameter_bytes},
           {"live_bytes", profile.live_bytes},
           {"live_at", text_or_null(profile.live_at)},
           {"live", live_json(profile)},
           {"absent_data", profile.absent_data}};
  out.update(work_json(profile.work));
  out["operators"] = groups_json(profile.by_operator);
  out["modules"] = groups_json(profile.by_module, true);
  out["lines"] = groups_json(profile.by_line);
  return out;
}

Json finding_json(const Finding& finding) {
  return {{"severity", name_of(finding.severity)},
          {"operator", text_or_null(finding.operation)},
          {"nodes", finding.nodes},
          {"file", text_or_null(finding.place.file)},
          {"line", finding.place.line == 0 ? Json() : Json(finding.place.line)},
          {"module", text_or_null(finding.place.module)},
          {"reason", finding.reason},
          {"support", name_of(finding.support)},
          {"evidence", name_of(finding.evidence)},
          {"source", finding.sources},
          {"date", text_or_null(finding.date)},
          {"share", finding.share},
          {"share_of", text_or_null(finding.share_of)},
          {"rewrite", text_or_null(finding.rewrite)}};
}

Json findings_json(const std::vector<Finding>& findings) {
  Json out = Json::array();
  for (const Finding& one : findings) out.push_back(finding_json(one));
  return out;
}

Json memory_json(const Fit& fit) {
  Json out = Json::array();
  for (const MemoryUse& level : fit.memory) {
    const bool has = level.capacity_bytes > 0;
    out.push_back({{"name", level.name},
                   {"holds", level.holds},
                   {"needed_bytes", level.needed_bytes},
                   {"capacity_bytes", has ? Json(level.capacity_bytes) : Json()}});
  }
  return out;
}

Json operators_json(const TargetReport& target) {
  Json out = Json::array();
  for (const OperatorUse& use : target.operators) {
    out.push_back({{"operator", use.operation},
                   {"nodes", use.nodes},
                   {"support", name_of(use.support)},
                   {"evidence", name_of(use.evidence)}});
  }
  return out;
}

Json cut_json(const std::optional<Cut>& cut) {
  if (!cut) return Json();
  return {{"tensors", cut->tensors},
          {"nodes_behind", cut->nodes_behind},
          {"verdict_of_the_rest", name_of(cut->body)},
          {"findings_of_the_rest", findings_json(cut->findings)}};
}

Json baselines_json(const Report& report) {
  Json out = Json::array();
  for (const Baseline& one : report.baselines) {
    out.push_back({{"machine", one.machine},
                   {"value", one.value},
                   {"unit", one.unit},
                   {"setting", one.setting},
                   {"source", one.sources},
                   {"measured", one.sources.empty()}});
  }
  return out;
}

Json changes_json(const Report& report, const Tables& tables) {
  Json out = Json::array();
  for (const advice::ProposedChange& one : proposed_changes(report)) {
    Json places = Json::array();
    for (const advice::ProposedPlace& place : one.places) places.push_back(place.headline);
    const advice::Rewrite& rewrite = tables.rewrites.at(one.rewrite);
    out.push_back({{"rewrite", one.rewrite},
                   {"title", rewrite.title},
                   {"numbers", rewrite.values},
                   {"automatic", one.is_automatic},
                   {"targets", one.targets},
                   {"places", places},
                   {"share", one.share},
                   {"share_of", text_or_null(one.share_of)}});
  }
  return out;
}

Json target_json(const TargetReport& target, Task task) {
  const Fit& fit = target.fit;
  Json counts = Json::object();
  for (const Support support : {Support::full, Support::partial, Support::none, Support::unknown}) {
    counts[std::string(name_of(support))] =
        target.nodes_by_support[static_cast<std::size_t>(support)];
  }
  return {{"target", target.target},
          {"family", target.family},
          {"verdict", name_of(target.verdict)},
          {"chips", fit.units},
          {"chip", fit.unit},
          {"chips_at_least", fit.at_least},
          {"fits", fit.fits},
          {"fit_reason", fit.reason},
          {"fit_source", fit.sources},
          {"memory", memory_json(fit)},
          {"host_seconds", fit.host_seconds ? Json(*fit.host_seconds) : Json()},
          {"flow", target.flow},
          {"precision", target.precision},
          {"nodes", counts},
          {"operators", operators_json(target)},
          {"findings", findings_json(target.findings)},
          {"cut", cut_json(target.cut)},
          {"emulated", emulated_json(target)},
          {"known_model", text_or_null(target.known_model)},
          {"nearest_model", text_or_null(target.nearest_model)},
          {"model_source", target.model_sources},
          {"published", published_json(target)},
          {"published_lack", text_or_null(published_lack(target, task))}};
}

Json sources_json(const Report& report, const Tables& tables) {
  Json out = Json::object();
  for (const std::string& key : cited(report)) {
    const Source& source = tables.sources.at(key);
    out[key] = {{"title", source.title},
                {"version", source.version},
                {"date", source.date},
                {"trust", source.trust}};
  }
  return out;
}

Json better_or_worse_json(const TargetDifference& one) {
  Json other = Json::array();
  for (const auto& [before, after] : one.other) {
    other.push_back({{"was", finding_json(before)}, {"is", finding_json(after)}});
  }
  return {{"target", one.target},
          {"direction", direction_text(one)},
          {"verdict_was", name_of(one.was)},
          {"verdict", name_of(one.is)},
          {"chips_were", one.chips_were},
          {"chips", one.chips_are},
          {"gone", findings_json(one.gone)},
          {"new", findings_json(one.added)},
          {"other", other}};
}

}  // namespace

Json difference_json(const Report& was, const Report& is, const Tables& tables) {
  Json changes = Json::array();
  for (const TargetDifference& one : difference_of(was, is)) {
    changes.push_back(better_or_worse_json(one));
  }
  return {{"format", 1},
          {"verdict", name_of(is.verdict)},
          {"exit_code", exit_code_of(is.verdict)},
          {"changes", changes},
          {"was", json_of(was, tables)},
          {"is", json_of(is, tables)}};
}

Json json_of(const Report& report, const Tables& tables) {
  Json targets = Json::array();
  for (const TargetReport& one : report.targets) targets.push_back(target_json(one, report.task));
  return {{"format", 1},
          {"task", name_of(report.task)},
          {"verdict", name_of(report.verdict)},
          {"exit_code", exit_code_of(report.verdict)},
          {"model", profile_json(report)},
          {"baselines", baselines_json(report)},
          {"why_not_timed", text_or_null(report.why_not_timed)},
          {"targets", targets},
          {"changes", changes_json(report, tables)},
          {"sources", sources_json(report, tables)}};
}

}  // namespace weft::cli::advising
