// SPDX-License-Identifier: Apache-2.0
// Changes of a model that keep what it says. Each takes a sound graph and leaves a sound one; a
// second time it changes nothing. Names of the graph's inputs and outputs stay.
#pragma once

#include "graph/graph.hpp"

namespace weft::graph {

/// A product of a constant that is transposed takes it as it is and turns it itself: nothing of the
/// size of a weight is computed and kept beside it.
void turn_weights(Graph& graph);
/// Nodes of constants become constants: whole numbers exactly, floats by `evaluate`, rounded once;
/// what only moves elements (moved.hpp) by its bytes.
void fold_constants(Graph& graph);
/// Nodes, and values, that no output needs go.
void remove_dead(Graph& graph);
/// A BatchNormalise behind a convolution or product with constant weights goes into these.
void fold_batch_norm(Graph& graph);
/// Relu and Clip behind a convolution or product become its `then`, an addition its addend or bias.
void fuse_activations(Graph& graph);
/// Gelu, silu, hard swish, softmax, norms and attention that are spelled out become one node each.
void recognise_patterns(Graph& graph);
/// Transposes and reshapes that follow each other become one, or none.
void join_layout(Graph& graph);

/// All of these, in the order that a lowering wants, until nothing changes.
void simplify(Graph& graph);

}  // namespace weft::graph
