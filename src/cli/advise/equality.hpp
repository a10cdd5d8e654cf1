// SPDX-License-Identifier: Apache-2.0
// Two files of one model, computed in doubles for the same drawn inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph/graph.hpp"
#include "graph/source_model.hpp"

namespace weft::cli::advising {

/// What rewrites may do to numbers, and how much computing may be spent on holding them to it.
struct EqualityAsked {
  std::int64_t rounding_changes = 0;  ///< nodes that were changed within rounding; else exact
  graph::Element element = graph::Element::f32;  ///< the coarsest floats of the model
  std::int64_t most_multiplications = 0;
};

struct Equality {
  /// The largest difference of all numbers of all outputs, and the largest of these numbers;
  /// infinite where one is no number and the other is. Nothing where they were not compared.
  std::optional<double> difference;
  double largest = 0;
  double bound = 0;           ///< what the changes state for these numbers
  std::string output;         ///< the one with the largest difference
  bool drew_weights = false;  ///< the files leave them out
  std::string why_not;

  bool holds() const { return !difference || *difference <= bound; }
};

/// Each change within rounding adds two units in the last place of the largest number at most, as
/// the element's format has them (2^-22 of it for fp32): constants that are half a unit off, on
/// both sides of a product. Nothing finer than fp32 is asked for.
double bound_of(const EqualityAsked& asked, double largest);

/// `was` as a list and as a graph, and what it became. Weights of which all bytes are 0 in both,
/// 16 numbers at least, are taken as left out, and drawn. Not compared is what takes more
/// multiplications, or memory, than is asked for.
Equality equality_of(const graph::SourceModel& was, const graph::Graph& before,
                     const graph::Graph& after, const EqualityAsked& asked);

/// One sentence or two.
std::string text_of(const Equality& equality);

}  // namespace weft::cli::advising
