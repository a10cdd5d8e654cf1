// SPDX-License-Identifier: Apache-2.0
// Which published model it is, and in whose unit both are told.
#include "advice/beside.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "advice/columns.hpp"
#include "advice/text.hpp"

namespace weft::advice {
namespace {

bool has_operation(const Profile& profile, const std::string& operation) {
  return std::any_of(profile.by_operator.begin(), profile.by_operator.end(),
                     [&](const Group& group) { return group.name == operation; });
}

const KnownModel* known_model(const Tables& tables, const Profile& profile) {
  constexpr std::int64_t percent = 3;
  for (const KnownModel& one : tables.models) {
    const std::int64_t off = std::abs(profile.work.parameters - one.parameters.value);
    if (off * 100 <= one.parameters.value * percent && has_operation(profile, one.operation))
      return &one;
  }
  return nullptr;
}

bool has_rows(const Tables& tables, const KnownModel& model, const std::string& family) {
  return std::any_of(tables.published.begin(), tables.published.end(), [&](const Published& row) {
    return row.model == model.key && row.family == family;
  });
}

const KnownModel* nearest_model(const Tables& tables, const Profile& profile,
                                const std::string& family) {
  const double most = std::log(4.0);
  const KnownModel* found = nullptr;
  double least = most;
  for (const KnownModel& one : tables.models) {
    if (profile.work.parameters == 0 || !has_operation(profile, one.operation)) continue;
    const double off = std::abs(std::log(static_cast<double>(one.parameters.value) /
                                         static_cast<double>(profile.work.parameters)));
    if (off > least || !has_rows(tables, one, family)) continue;
    found = &one;
    least = off;
  }
  return found;
}

void add_difference(const std::string& what, const std::string& published, const std::string& ours,
                    PublishedRow& row) {
  if (published == ours) return;
  row.differs.push_back(what + " (" + (published.empty() ? "not said" : published) +
                        (ours.empty() ? "" : ", here " + ours) + ")");
}

std::string whole_or_nothing(std::int64_t value) { return value == 0 ? "" : number(value); }

std::int64_t batch_of(const Profile& profile) { return profile.batch ? profile.batch->extent : 0; }

void add_differences(const Profile& profile, Task task, const TargetReport& report,
                     PublishedRow& row) {
  const Emulation& emulation = *report.emulation;
  if (report.known_model.empty()) {
    add_difference("model", row.model, count_text(profile.work.parameters) + " parameters", row);
  }
  const Conditions& is = row.conditions;
  add_difference("task", std::string(name_of(row.task)), std::string(name_of(task)), row);
  add_difference("precision", is.precision, emulation.precision, row);
  add_difference("batch", whole_or_nothing(is.batch), whole_or_nothing(batch_of(profile)), row);
  add_difference("compiler", is.compiler, "weft compile", row);
  const std::uint64_t chips =
      emulation.whole && emulation.whole->cost.is_known() ? emulation.whole->chips : 1;
  add_difference("chips", whole_or_nothing(is.chips), number(static_cast<std::int64_t>(chips)),
                 row);
}

/// `cost` in the unit of a row; nothing where it has none such.
std::optional<double> in_unit_of(const PublishedRow& row, const RunCost& cost,
                                 const Profile& profile, const Fit& fit) {
  if (row.unit == "cycles") return static_cast<double>(cost.cycles);
  double seconds = cost.seconds;
  if (row.conditions.with_host) {
    if (!fit.host_seconds) return {};
    seconds += *fit.host_seconds;
  }
  constexpr double microseconds_a_second = 1e6;
  if (row.unit == "us") return microseconds_a_second * seconds;
  const std::int64_t batch = batch_of(profile);
  if (row.unit == "samples/s" && batch > 0) return static_cast<double>(batch) / seconds;
  return {};
}

Beside beside_of(const std::string& of, const RunCost& cost, bool is_whole,
                 const std::string& why_not, const Profile& profile, const TargetReport& report,
                 const PublishedRow& row) {
  Beside out{of, {}, why_not, {}};
  if (!is_whole) return out;
  if (!row.alike) {
    out.why_not = "inference was emulated";
    return out;
  }
  out.value = in_unit_of(row, cost, profile, report.fit);
  if (!out.value) {
    out.why_not = "there is no such figure of it";
  } else if (!report.known_model.empty() && row.value > 0) {
    out.ratio = *out.value / row.value;
  }
  return out;
}

}  // namespace

void add_published(const Tables& tables, const Profile& profile, Task task, TargetReport& to) {
  const KnownModel* known = known_model(tables, profile);
  if (known != nullptr) {
    to.known_model = known->title;
  } else {
    known = nearest_model(tables, profile, to.family);
    if (known == nullptr) return;
    to.nearest_model =
        known->title + " with " + count_text(known->parameters.value) + " parameters";
  }
  to.model_sources = known->parameters.sources;
  for (const Published& row : tables.published) {
    if (row.model != known->key || row.family != to.family) continue;
    to.published.push_back({known->title,
                            row.setting,
                            row.task,
                            row.value,
                            row.unit,
                            row.sources,
                            row.task == task,
                            row.conditions,
                            row.date,
                            {},
                            {}});
  }
}

void add_baselines(const Tables& tables, Report& to) {
  const KnownModel* known = known_model(tables, to.profile);
  if (known == nullptr) return;
  for (const PublishedBaseline& row : tables.baselines) {
    if (row.model != known->key || row.task != to.task) continue;
    to.baselines.push_back(
        {row.machine, row.value, row.unit, known->title + ", " + row.setting, row.sources});
  }
}

void set_beside(const Profile& profile, Task task, TargetReport& to) {
  const Emulation& emulation = *to.emulation;
  const LayerSum sum = sum_of(emulation);
  for (PublishedRow& row : to.published) {
    add_differences(profile, task, to, row);
    const std::string lack = sum.layers == 0 ? emulation.refused
                                             : "of " + number(sum.layers, "layer") + ", " +
                                                   number(sum.not_known) + " are not known";
    row.beside.push_back(beside_of(sum_name, sum.cost, sum.is_whole(), lack, profile, to, row));
    if (!emulation.whole) continue;
    const RunCost& whole = emulation.whole->cost;
    row.beside.push_back(
        beside_of(whole_name, whole, whole.is_known(), whole.refused, profile, to, row));
  }
}

}  // namespace weft::advice
