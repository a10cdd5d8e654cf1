// SPDX-License-Identifier: Apache-2.0
// Two files of one model, computed in doubles for the same drawn inputs.
#pragma once

#include <optional>
#include <string>

#include "frontends/onnx/import.hpp"

namespace weft::cli::advising {

struct Equality {
  /// The largest difference of all numbers of all outputs, and the largest of these numbers;
  /// infinite where one is no number and the other is. Nothing where they were not compared.
  std::optional<double> difference;
  double largest = 0;
  std::string why_not;
};

/// `was` with `options`, and what it became, whose extents are all known. Not compared is what
/// takes more than some seconds or has operators that weft does not know.
Equality equality_of(const graph::SourceModel& was, const onnx::Options& options,
                     const std::string& is);

/// One sentence.
std::string text_of(const Equality& equality);

}  // namespace weft::cli::advising
