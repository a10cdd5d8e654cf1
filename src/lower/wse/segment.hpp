// SPDX-License-Identifier: Apache-2.0
// Layers that keep their operands (`segment.csl`): their sizes, and how rows are shared by PEs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lower/wse/machine.hpp"
#include "lower/wse/rows.hpp"

namespace weft::lower::wse {

/// Parameters of the template, in its words.
struct Segment {
  std::int64_t kind = 0;
  std::int64_t rows = 1;              ///< in all
  std::vector<std::int64_t> widths;   ///< of each operand's rows
  std::vector<std::int64_t> repeats;  ///< rows of an operand that comes over and over; 0: all rows
  std::int64_t shared = 1;    ///< rows of the first operand that one of the next two belongs to
  std::int64_t shared_d = 1;  ///< and one of the fourth
  std::int64_t width_out = 1;
  std::int64_t constants_row = 0;  ///< 0: all rows have the same constants
  std::int64_t inner = 0, keys = 0, queries = 0;
  std::vector<std::int64_t> places;  ///< of pieces that are picked; -1: `number` instead
  double number = 0, number_b = 0;
  graph::Then then;  ///< behind an operation of two operands
  bool has_scale = false, has_shift = false;
  bool whole_in = false, whole_out = false;  ///< operands and results are i32
  std::int64_t scratch_bytes = 0;            ///< of the functions
  std::int64_t row_cycles = 0;               ///< about
};

/// How many PEs share the rows; nullopt where none of them could hold its part: `why` says sizes.
std::optional<std::int64_t> parts_of(const Segment& segment, const Machine& machine,
                                     std::int64_t constants, std::string& why);

/// Elements of a row for a function of single elements: the largest divisor that is not too long.
std::int64_t row_width(std::int64_t count);

}  // namespace weft::lower::wse
