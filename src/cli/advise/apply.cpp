// SPDX-License-Identifier: Apache-2.0
// Rewriting, comparing, writing, and telling of it.
#include "cli/advise/apply.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/advise/unproved.hpp"
#include "frontends/onnx/write_model.hpp"

namespace weft::cli::advising {
namespace {

constexpr int most_rounds = 8;

/// Takes on what a further round changed.
void add(advice::Rewritten& to, advice::Rewritten&& more) {
  to.model = std::move(more.model);
  to.changes.insert(to.changes.end(), more.changes.begin(), more.changes.end());
  to.left = std::move(more.left);
}

/// Writes, reads and rewrites again until nothing changes: what is made of a constant is known to
/// be one only when it is read. Gives the part that is settled.
std::string settle(advice::Rewritten& result, const UnprovedFolder& folder,
                   const advice::Tables& tables, const ApplyAsked& asked) {
  for (int round = 0; round < most_rounds; ++round) {
    const std::string part = std::to_string(round);
    onnx::write_model(result.model, folder.model(part));
    advice::Rewritten again =
        rewritten_for(tables, onnx::list_model(folder.model(part)), asked.targets, asked.question);
    const bool is_settled = again.changes.empty() && round > 0;
    if (is_settled) return part;
    if (again.before_cut) {
      fail(Category::internal, "a cut was asked for only once the model was read again");
    }
    add(result, std::move(again));
  }
  fail(Category::internal,
       "after " + std::to_string(most_rounds) + " rounds the changed model still asks for changes");
}

/// bf16 before f16 before all others.
graph::Element coarsest_of(const graph::SourceModel& model) {
  graph::Element coarsest = graph::Element::f32;
  for (const graph::SourceValue& value : model.values) {
    if (!value.type) continue;
    if (value.type->element == graph::Element::bf16) return graph::Element::bf16;
    if (value.type->element == graph::Element::f16) coarsest = graph::Element::f16;
  }
  return coarsest;
}

EqualityAsked equality_asked(const advice::Rewritten& result, const advice::Tables& tables,
                             const ApplyAsked& asked) {
  EqualityAsked out{0, coarsest_of(result.model), asked.most_multiplications};
  for (const advice::Change& one : result.changes) {
    if (tables.rewrites.at(one.rewrite).values != "exact") ++out.rounding_changes;
  }
  return out;
}

/// What the changed model is held against: the file, or where it was cut the same cut of it.
struct Before {
  std::string path;
  onnx::Options options;
};

Before before_of(const graph::SourceModel& model, const onnx::Options& options,
                 const advice::Rewritten& result, const UnprovedFolder& folder) {
  if (!result.before_cut) return {model.path, options};
  onnx::write_model(*result.before_cut, folder.model("before"));
  return {folder.model("before"), {}};
}

/// What weft's graphs have not can't be computed: then why.
Equality compared(const graph::SourceModel& model, const Before& before, const std::string& after,
                  const EqualityAsked& asked) {
  Equality out;
  try {
    const graph::Graph was = onnx::import_model(before.path, before.options);
    return equality_of(model, was, onnx::import_model(after), asked);
  } catch (const Error& error) {
    if (error.category() != Category::unsupported) throw;
    out.why_not = error.what();
    std::replace(out.why_not.begin(), out.why_not.end(), '\n', ' ');
  }
  return out;
}

void require_equal(const Equality& equality, const std::string& path) {
  if (equality.holds()) return;
  constexpr int digits = 3;
  const bool is_number = std::isfinite(*equality.difference);
  fail(Category::internal,
       "--apply " + path + ": the changed model's output '" + equality.output + "' " +
           (is_number ? "is off by " + general(*equality.difference, digits)
                      : std::string("is no number, or infinite, where the model's is otherwise")) +
           ", for numbers up to " + general(equality.largest, digits) + ", and the changes allow " +
           general(equality.bound, digits) + ": nothing is written");
}

Applied applied_in(const UnprovedFolder& folder, const graph::SourceModel& model,
                   const onnx::Options& options, const std::string& path,
                   const advice::Tables& tables, const ApplyAsked& asked) {
  Applied out{path, rewritten_for(tables, model, asked.targets, asked.question), {}, {}};
  const std::string part = settle(out.result, folder, tables, asked);
  const std::string after = folder.model(part);
  const Before before = before_of(model, options, out.result, folder);
  out.equality = compared(model, before, after, equality_asked(out.result, tables, asked));
  out.equality.why_not = folder.in_words_of_user(out.equality.why_not);
  require_equal(out.equality, path);
  if (asked.most_multiplications > 0) {
    out.host = host_equality(model, before.path, after);
    out.host.why_not = folder.in_words_of_user(out.host.why_not);
  } else {
    out.host.why_not = "--evaluate-limit is 0";
  }
  folder.put_in_place(part);
  return out;
}

}  // namespace

Applied apply(const graph::SourceModel& model, const onnx::Options& options,
              const std::string& path, const advice::Tables& tables, const ApplyAsked& asked) {
  const UnprovedFolder folder(path);
  try {
    return applied_in(folder, model, options, path, tables, asked);
  } catch (const Error& error) {
    fail(error.category(), folder.in_words_of_user(error.what()));
  }
}

std::string applied_text(const Applied& applied, const advice::Tables& tables) {
  const std::string head = applied.result.changes.empty()
                               ? "No changes: " + applied.path + " is the model as it was"
                               : "Changes, written to " + applied.path;
  return advice::paragraph(head) + "\n" + advice::changes_text(applied.result, tables) + "\n" +
         advice::paragraph(text_of(applied.equality)) + advice::paragraph(text_of(applied.host)) +
         "\nAdvice about what is written:\n\n";
}

Json applied_json(const Applied& applied) {
  Json changes = Json::array();
  for (const advice::ChangeGroup& group : advice::groups_of(applied.result.changes)) {
    const advice::Place& place = group.change.place;
    changes.push_back({{"rewrite", group.change.rewrite},
                       {"operator", group.change.operation},
                       {"nodes", group.nodes},
                       {"file", place.file.empty() ? Json() : Json(place.file)},
                       {"line", place.line == 0 ? Json() : Json(place.line)},
                       {"module", place.module.empty() ? Json() : Json(place.module)},
                       {"now", group.change.now}});
  }
  const Equality& equality = applied.equality;
  const HostEquality& host = applied.host;
  const bool is_compared = equality.difference.has_value();
  return {{"file", applied.path},
          {"changes", changes},
          {"left", applied.result.left},
          {"compared", is_compared},
          {"largest_difference", is_compared ? Json(*equality.difference) : Json()},
          {"largest_number", is_compared ? Json(equality.largest) : Json()},
          {"allowed_difference", is_compared ? Json(equality.bound) : Json()},
          {"weights_drawn", equality.drew_weights},
          {"why_not_compared", equality.why_not.empty() ? Json() : Json(equality.why_not)},
          {"runtime", host.difference ? Json(host.runtime) : Json()},
          {"runtime_difference",
           host.difference && std::isfinite(*host.difference) ? Json(*host.difference) : Json()},
          {"why_not_by_runtime", host.why_not.empty() ? Json() : Json(host.why_not)}};
}

}  // namespace weft::cli::advising
