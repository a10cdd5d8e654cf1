// SPDX-License-Identifier: Apache-2.0
// Operators that exporters spell out. Each function looks at one node, the last of its pattern, and
// says whether it became the operator.
#pragma once

#include "graph/pass_parts.hpp"

namespace weft::graph {

/// x times a function of x: gelu, gelu_tanh, silu, hard_swish, mish.
bool recognise_gate(Rewriter& rewriter, NodeId id);
/// exp(x - max) / sum.
bool recognise_softmax(Rewriter& rewriter, NodeId id);
/// (x - mean) / sqrt(variance + epsilon), x / sqrt(mean square + epsilon), and a scale or shift
/// behind either.
bool recognise_norm(Rewriter& rewriter, NodeId id);
/// softmax(scale q k^T + mask) v.
bool recognise_attention(Rewriter& rewriter, NodeId id);

/// A gather of constant places that is a slice, or all of its operand in its order.
bool recognise_moves(Rewriter& rewriter, NodeId id);

}  // namespace weft::graph
