// SPDX-License-Identifier: Apache-2.0
// The passes, one idea a file; private to this room.
#pragma once

#include <string>

#include "advice/fill.hpp"
#include "advice/rewrite.hpp"
#include "advice/spelling.hpp"

namespace weft::advice {

/// Puts nodes in a node's place; false, with nothing put there, where it fits it not.
using Respell = bool (*)(Spelling&);

// Of one node each.
bool spell_layer_norm(Spelling& to);
bool spell_rms_norm(Spelling& to);
bool spell_gelu(Spelling& to);
bool spell_hard_swish(Spelling& to);
bool spell_mish(Spelling& to);
bool spell_celu(Spelling& to);
bool spell_xor(Spelling& to);
bool spell_group_norm(Spelling& to);
bool spell_lp_norm(Spelling& to);
bool spell_mean_variance(Spelling& to);
bool spell_lp_pool(Spelling& to);
bool spell_hardmax(Spelling& to);
bool spell_greater_or_equal(Spelling& to);
bool spell_less_or_equal(Spelling& to);
bool spell_einsum(Spelling& to);
bool spell_scatter_points(Spelling& to);
bool spell_dilated_transpose(Spelling& to);
bool spell_pads(Spelling& to);
bool spell_gather_points(Spelling& to);
bool spell_counted_pads(Spelling& to);
bool spell_top_k(Spelling& to);
bool spell_directions(Spelling& to);

// Of a whole model.
void remove_guards(Rewritten& to);
void join_slices(Rewritten& to);
void convert_to_opset_11(Rewritten& to);
void convert_to_opset_13(Rewritten& to);
void untie_weights(Rewritten& to);
void narrow_inputs(Rewritten& to);

/// Products of one operand, where one product takes fewer planes.
void join_products(Rewritten& to, const PlaneExtents& plane);

/// Takes one value for another wherever it is read; an output keeps its name.
void replace_reads(graph::SourceModel& model, graph::SourceValueId was, graph::SourceValueId is);
void set_producers(graph::SourceModel& model);
/// Sets producers; leaves out what no output needs.
void settle(graph::SourceModel& model);
Change change_of(const std::string& rewrite, const graph::SourceNode& node,
                 std::vector<std::string> now);

}  // namespace weft::advice
