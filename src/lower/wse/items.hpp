// SPDX-License-Identifier: Apache-2.0
// Attention, and products of two matrices that both come by lanes: an item a row of a segment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/evaluate.hpp"
#include "graph/operator.hpp"
#include "lower/wse/segment.hpp"

namespace weft::lower::wse {

/// Whether that is a product of matrices with leading axes on both sides.
bool matrices_meet(const graph::Operator& what,
                   const std::vector<std::optional<graph::TensorType>>& in);

/// nullopt where the templates have it not: `why` says what is in the way.
std::optional<Segment> items_of(const graph::Operator& what,
                                const std::vector<std::optional<graph::TensorType>>& in,
                                const graph::TensorType& result, std::string& why);

/// A node's result, operation by operation as the templates have them.
graph::Numbers item_result(const Machine& machine, const graph::Operator& what,
                           const graph::Operands& in, graph::TensorType type);

}  // namespace weft::lower::wse
