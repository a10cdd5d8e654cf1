// SPDX-License-Identifier: Apache-2.0
// A model as a CSL program for a wafer.
//
// A layer is a strip: a rectangle of PEs whose top row is the wafer's. Strips lie side by side in
// the order of the model. What a layer gives is a stream of words, one value after the other, that
// leaves its strip's top right PE eastward on a lane: a color of its own along the top row, which
// passes the strips that it has nothing for and floods those that take it, down all their columns.
// Lanes that overlap have different colors. Images travel with their channels last.
//
// `window.csl` is a product, a convolution or a pool: each PE keeps the weights of its part of the
// inputs (by column) and of the outputs (by row), sums pass from west to east, and results up the
// last column. Of what a strip has it takes one stream alone and needs a few lines of it, so it can
// wait for the next one to take what it gives. A layer of several operands must not: one of them
// may come from the same place as another by a longer way. Its PEs keep all that they take
// (`segment.csl`), a part of the whole tensor each, and always take it.
#pragma once

#include "lower/lowered.hpp"

namespace weft::lower::wse {

/// `layout.csl`, the programs of its PEs, `run.py` and `commands_wse2.sh` (or 3), the weights as
/// the PEs keep them, and how a job runs it. Category::unsupported, with a line for each node that
/// has no strip or does not fit one, and for models that do not fit the wafer. In fp32 or fp16.
Lowered lower(const Request& request);

}  // namespace weft::lower::wse
