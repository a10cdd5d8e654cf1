// SPDX-License-Identifier: Apache-2.0
// `--apply OUT.onnx`: the changes that weft makes itself, proved.
#pragma once

#include "advice/changes_text.hpp"
#include "cli/advise/equality.hpp"
#include "cli/advise/host_equality.hpp"
#include "cli/json_output.hpp"
#include "frontends/onnx/import.hpp"

namespace weft::cli::advising {

struct Applied {
  std::string path;
  advice::Rewritten result;
  Equality equality;
  HostEquality host;
};

/// What a model is changed for.
struct ApplyAsked {
  std::vector<advice::Target> targets;
  advice::Question question;
  std::int64_t most_multiplications = 0;  ///< for which equality is checked
};

/// Rewrites a model for targets, until the written file read again asks for no more; compares both;
/// and puts the file in its place. Category::unsupported for models with graphs in nodes;
/// Category::internal where the numbers are off by more than the changes allow. Nothing is written
/// then.
Applied apply(const graph::SourceModel& model, const onnx::Options& options,
              const std::string& path, const advice::Tables& tables, const ApplyAsked& asked);

std::string applied_text(const Applied& applied, const advice::Tables& tables);
Json applied_json(const Applied& applied);

}  // namespace weft::cli::advising
