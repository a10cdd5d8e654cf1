// SPDX-License-Identifier: Apache-2.0
// `--apply OUT.onnx`: the changes that weft makes itself, proved.
#pragma once

#include "advice/changes_text.hpp"
#include "cli/advise/equality.hpp"
#include "cli/json_output.hpp"

namespace weft::cli::advising {

struct Applied {
  std::string path;
  advice::Rewritten result;
  Equality equality;
};

/// Rewrites a model for targets, writes it and compares both. Category::unsupported for models with
/// graphs in nodes; nothing is written then.
Applied apply(const graph::SourceModel& model, const onnx::Options& options,
              const std::string& path, const advice::Tables& tables,
              const std::vector<advice::Target>& targets, const advice::Question& question);

std::string applied_text(const Applied& applied, const advice::Tables& tables);
Json applied_json(const Applied& applied);

}  // namespace weft::cli::advising
