// SPDX-License-Identifier: Apache-2.0
// Changes of a model that weft makes itself: passes from a model's list to another, by the ids of
// advice/rewrites.toml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advice/advise.hpp"
#include "advice/profile.hpp"
#include "graph/source_model.hpp"

namespace weft::advice {

/// A node that was changed.
struct Change {
  std::string rewrite;
  std::string node;
  std::string operation;
  Place place;
  std::vector<std::string> now;  ///< the operators in its place; none: it is gone
};

struct Rewritten {
  graph::SourceModel model;
  std::vector<Change> changes{};
  std::vector<std::string> left{};  ///< what was asked for and can't be done, a sentence each
  /// The model as it was, in front of the cut; nothing where none was made.
  std::optional<graph::SourceModel> before_cut{};
};

/// What is computed from no input, up to 65,536 numbers, is an initializer then, but for weights
/// in another order that others read as they are; what no output needs is gone. Part of every
/// rewrite; a model whose nodes hold graphs is Category::unsupported.
std::vector<Change> fold(graph::SourceModel& model);

/// One rewrite, on all nodes that it fits; what folding did is told of `fold-constants` and
/// `unused-removed` alone.
/// Twice is as once. Category::input for an id that has no
/// pass (`is_automatic`).
Rewritten rewritten(const graph::SourceModel& model, const std::string& id);
bool is_automatic(const std::string& id);
/// All that have a pass, in the order in which they are done.
std::vector<std::string> automatic_rewrites();

/// All rewrites that the targets' findings ask for and that have a pass, until none is asked for
/// that changes anything.
Rewritten rewritten_for(const Tables& tables, const graph::SourceModel& model,
                        const std::vector<Target>& targets, const Question& question);

}  // namespace weft::advice
