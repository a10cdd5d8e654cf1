// SPDX-License-Identifier: Apache-2.0
// Small unit graphs for more than one suite.
#pragma once

#include "program/rdu.hpp"

namespace weft::test {

/// Rows of an array "x" in DRAM, 6 of 40 words: read, doubled in a buffer of two halves, written to
/// "y", and all of them summed into "sum", a host's register; on two chips.
program::rdu::Program rdu_rows();

/// The same with a buffer of which the reader wants more than the writer ever gives: stuck.
program::rdu::Program rdu_stuck();

/// The same with addresses that lead out of the buffer in the third row.
program::rdu::Program rdu_beyond();

}  // namespace weft::test
