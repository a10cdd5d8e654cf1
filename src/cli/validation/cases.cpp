// SPDX-License-Identifier: Apache-2.0
// The list of validation cases.
#include "cli/validation/cases.hpp"

namespace weft::cli::validation {

std::vector<Row> run_case(const Case& which, Context& context) {
  std::vector<Row> rows = which.run(context);
  for (Row& row : rows) row.case_name = which.name;
  return rows;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"A1", "wse", "1D reduction of 512 tiles, 4096 words, nine group sizes", a1},
      {"A2", "wse", "the same of 64 words", a2},
      {"A3", "wse", "one fp32 vector operation: slopes and start-ups", a3},
      {"A4", "wse", "5-point stencil, one cell a PE, blocking vector operations", a4},
      {"A5", "wse", "5-point stencil on tiles, microthreads and tasks", a5},
      {"S1", "wse", "scalar loops, cycles a turn", s1},
      {"STREAM", "wse", "copy, scale, add, triad of arrays on one PE", stream},
      {"RAMP", "wse", "a PE sends words to itself, by an input queue of two", own_ramp},
      {"I1", "ipu", "products of N x 16 by 16 x 16 halves on every tile of a Bow", i1},
      {"I2", "ipu", "tutorial 6, a 10000 x 1000 matrix times a vector", i2},
      {"I3", "ipu", "latency of one small message", i3},
      {"I4", "ipu", "bandwidth of the tiles' own memories", i4},
      {"I5", "ipu", "no exchange is faster than its words", i5},
      {"T1", "tsp", "size, bandwidths and peaks of a chip", t1},
      {"T2", "tsp", "weights of four planes, read and installed", t2},
      {"T3", "tsp", "barrier of all queues", t3},
      {"T4", "tsp", "the way from the SXM to the VXM and back", t4},
      {"T5", "tsp", "a way through SXM, MEM, SXM", t5},
      {"T6", "tsp", "unpacking a vector by shifts, 16 lanes at a time", t6},
      {"T7",
       "tsp",
       "ResNet-50 in int8, one image, scheduled and checked without data",
       t7,
       {"T9", "T10", "T11"}},
      {"T13", "tsp", "how well products of 2304 x 4096 by 4096 x N halves fill the planes", t13},
      {"T14", "tsp", "a large product of halves on 8 and 16 chips", t14},
      {"T16", "tsp", "what a chip wants of a streamed matrix, by column and by row", t16},
      {"T17", "tsp", "latency of links, and what deskew hides of it", t17},
      {"T18", "tsp", "payload of a vector on a link", t18},
      {"T20", "tsp", "latency of an all-reduce of 256 chips, by hops", t20},
      {"T21", "tsp", "from which size on messages gain by detours", t21},
      {"T22", "tsp", "cables and hops of systems", t22},
      {"T30", "tsp", "a program with both its transfers, as GroqFlow estimates it", t30},
      {"T31", "tsp", "BERT-tiny and MiniLM-v2 in fp16, scheduled and checked without data", t31},
      {"R1", "rdu", "sums of squares, a context behind the other", r1},
      {"R2", "rdu", "graphs that come to a deadlock, by their last activity", r2},
      {"R3", "rdu", "tiles handed over by one buffer and by two", r3},
      {"R4", "rdu", "tokens decoded by a node of SN40L, two numbers fitted, one model foretold",
       r4},
      {"R5", "rdu", "operations a byte of a Monarch FFT, by fusion", r5},
      {"closed-forms", "wse", "messages and reductions on a row against closed forms",
       closed_forms},
  };
  return all;
}

}  // namespace weft::cli::validation
