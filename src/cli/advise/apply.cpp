// SPDX-License-Identifier: Apache-2.0
// Rewriting, writing, comparing, and telling of it.
#include "cli/advise/apply.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "frontends/onnx/write_model.hpp"

namespace weft::cli::advising {

Applied apply(const graph::SourceModel& model, const onnx::Options& options,
              const std::string& path, const advice::Tables& tables,
              const std::vector<advice::Target>& targets, const advice::Question& question) {
  Applied out{path, advice::rewritten_for(tables, model, targets, question), {}};
  onnx::write_model(out.result.model, path);
  out.equality = equality_of(model, options, path);
  return out;
}

std::string applied_text(const Applied& applied, const advice::Tables& tables) {
  return advice::paragraph("Changes, written to " + applied.path) + "\n" +
         advice::changes_text(applied.result, tables) + "\n" +
         advice::paragraph(text_of(applied.equality)) + "\nAdvice about what is written:\n\n";
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
  const bool is_number = equality.difference && std::isfinite(*equality.difference);
  return {{"file", applied.path},
          {"changes", changes},
          {"left", applied.result.left},
          {"compared", equality.difference.has_value()},
          {"largest_difference", is_number ? Json(*equality.difference) : Json()},
          {"largest_number", is_number ? Json(equality.largest) : Json()},
          {"why_not_compared", equality.why_not.empty() ? Json() : Json(equality.why_not)}};
}

}  // namespace weft::cli::advising
