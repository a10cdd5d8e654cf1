// SPDX-License-Identifier: Apache-2.0
// What a model takes on this host, if its Python has onnxruntime.
#pragma once

#include <string>

#include "advice/report.hpp"
#include "graph/source_model.hpp"

namespace weft::cli::advising {

struct HostTime {
  std::optional<advice::Baseline> baseline;
  std::string why_not;  ///< one sentence without a dot; "" where there is a time
};

/// The median of at most ten calls of the model's file after a first one, for drawn inputs; all of
/// it, with Python's start, takes at most `most_seconds`.
HostTime host_time(const graph::SourceModel& model, double most_seconds);

}  // namespace weft::cli::advising
