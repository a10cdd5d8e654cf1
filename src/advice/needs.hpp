// SPDX-License-Identifier: Apache-2.0
// Whether a use of an operator is what its row asks for.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "advice/evidence.hpp"
#include "advice/table.hpp"
#include "graph/source_model.hpp"

namespace weft::advice {

/// What a model is judged for.
struct Setting {
  Task task = Task::inference;
  std::optional<graph::Element> floats;  ///< what the target computes floats in
};

/// Nodes of one module, by its path and otherwise by the line that they came from.
class Modules {
 public:
  explicit Modules(const graph::SourceModel& model);
  /// How many nodes of an operator are of this node's module; 1 where it has none.
  std::int64_t count_of(const graph::SourceNode& node, const std::string& operation) const;

 private:
  std::map<std::string, std::map<std::string, std::int64_t>> counts_;
};

/// Nothing: what is asked hangs on a shape or type that is not known before a run.
std::optional<bool> is_met(const Need& need, const graph::SourceModel& model,
                           const graph::SourceNode& node, const Modules& modules,
                           const Setting& setting);

}  // namespace weft::advice
