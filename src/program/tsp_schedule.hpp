// SPDX-License-Identifier: Apache-2.0
// The scheduler: gives every operation of a tensor program its queues, cycles and memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "program/tsp.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_tensor.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

struct ScheduleOptions {
  /// A layer begins as soon as the rows that it reads are there, its weights load under the layer
  /// before, and results go to another bank than the one that is read. Without: a layer begins
  /// when the one before has ended.
  bool interleave_layers = true;
  bool timing_only = false;  ///< leaves the constants' bytes out
  /// Rows of a result that a product makes in one go; never more than the accumulators hold. Fewer
  /// are complete sooner, and their weights are loaded more often.
  std::uint64_t rows_at_once = std::uint64_t{1} << 40U;
  /// Where it costs no cycle, a hemisphere has weights of its own tiles of the result, and not all
  /// of them for its own rows: they take half the memory.
  bool weights_once = false;
  /// The chip writes in every run what lies around a computed image, so that images may lie where
  /// others lay. Without: the host does so once, and the words stay those of such images.
  bool chip_pads = false;
  System system{};  ///< how chips are joined
};

/// What the schedule says of one operation (with the elementwise ones that are fused into it),
/// before it runs.
struct ScheduledOperation {
  std::string name;  ///< of the tensor that it makes
  TensorOperation operation = TensorOperation::elementwise;
  std::uint32_t chip = 0;
  Cycle first_cycle = 0;       ///< first dispatch
  Cycle last_cycle = 0;        ///< the last row can be read from this cycle on
  Cycle bound_cycles = 0;      ///< no schedule on these planes and ALUs is shorter
  std::uint64_t products = 0;  ///< multiply-adds that the result needs
  std::uint32_t passes = 0;    ///< of weights through planes
};

struct ScheduledProgram {
  Program program;
  std::vector<ScheduledOperation> operations;  ///< in order of the tensor program
  Cycle cycles = 0;  ///< what check() and the machine must find, stagger included
};

/// Inputs, outputs and constants keep their names; every stream operand is named. Category::limit
/// where the chip's memory is too small, Category::unsupported where an operation or a shape of it
/// is not scheduled, naming the tensor. A function of its arguments alone.
///
/// Chips work side by side; what one makes and another reads goes over a cable between them, some
/// rows at a time as they are made.
///
/// fp32 sums of an fp16 product: the exact dot products of K tiles of 160 (convolutions: of the
/// tiles that tap and channel block give, in the order of their passes) are added one by one in
/// ascending K.
ScheduledProgram schedule(const TensorProgram& program, const Timing& timing,
                          const ScheduleOptions& options = {});

}  // namespace weft::program::tsp
