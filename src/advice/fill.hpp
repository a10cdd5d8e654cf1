// SPDX-License-Identifier: Apache-2.0
// How well products of matrices fill units of a fixed extent, which take as long for a part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advice/report.hpp"
#include "advice/target.hpp"
#include "graph/source_model.hpp"
#include "topology/topology.hpp"

namespace weft::advice {

/// A unit that holds so many rows of weights, by so many columns.
struct PlaneExtents {
  std::int64_t rows = 0, columns = 0;
};

/// What a node multiplies: `copies` times [rows, inner] by [inner, columns].
struct ProductExtents {
  std::int64_t rows = 0, inner = 0, columns = 0, copies = 1;

  /// Planes of weights that it takes.
  std::int64_t planes(const PlaneExtents& plane) const;
  /// Rows that pass through planes: their cycles, but for what it takes to fill them.
  std::int64_t passes(const PlaneExtents& plane) const { return planes(plane) * rows; }
  /// Of the planes' elements that are weights, from 0 to 1.
  double fill(const PlaneExtents& plane) const;
};

/// Of MatMul, Gemm and Conv; nothing for other nodes, or where a shape is not known.
std::optional<ProductExtents> product_extents(const graph::SourceModel& model,
                                              const graph::SourceNode& node);

/// Products of one operand by constants, which one product of all columns would do.
struct JoinedProducts {
  std::vector<graph::SourceNodeId> nodes;
  std::int64_t planes_were = 0, planes_are = 0;
};
/// Those of which the joined one takes fewer planes; these in the order of their first nodes.
std::vector<JoinedProducts> products_to_join(const graph::SourceModel& model,
                                             const PlaneExtents& plane);

/// Of the target's rule about them; nothing where it has none, or the topology has not its
/// constants.
std::optional<PlaneExtents> plane_of(const TargetFacts& target, const topology::Topology& machine);

/// Where products take more planes than they have to, and where they leave most of them empty,
/// with the share of what passes through all planes. Without the rule's words.
std::vector<Finding> fill_findings(const graph::SourceModel& model, const PlaneExtents& plane);

}  // namespace weft::advice
