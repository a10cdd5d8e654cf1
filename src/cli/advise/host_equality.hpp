// SPDX-License-Identifier: Apache-2.0
// Two files of one model, computed by the onnxruntime of this host's python3, if it has one.
#pragma once

#include <optional>
#include <string>

#include "graph/source_model.hpp"

namespace weft::cli::advising {

/// What a runtime of somebody else's says; it decides nothing, as it rounds in its own way.
struct HostEquality {
  std::optional<double> difference;  ///< infinite where one is no number and the other is
  double largest = 0;
  std::string runtime;  ///< "onnxruntime 1.23.2"
  std::string why_not;
};

/// `model` lists the file `before`, whose inputs are drawn; `after` may take int32 for int64.
HostEquality host_equality(const graph::SourceModel& model, const std::string& before,
                           const std::string& after);

/// One sentence.
std::string text_of(const HostEquality& equality);

}  // namespace weft::cli::advising
