// SPDX-License-Identifier: Apache-2.0
// What a TSP's vector unit computes, on runs of vectors of any element type.
#pragma once

#include <cstddef>

#include "numerics/tsp_layout.hpp"
#include "numerics/tsp_operation.hpp"

namespace weft::numerics::tsp {

/// An operation on elements of `type`, with results of `result_type` (another one for convert
/// only).
struct VectorCall {
  VectorOperation operation = VectorOperation::copy;
  VectorType type = VectorType::i8;
  VectorType result_type = VectorType::i8;
};

/// Whether there is such an operation: integers or floats as its traits say.
bool is_defined(const VectorCall& call);

/// result[i] = operation(a[i], b[i]) for `count` elements of runs, lane by lane; `b` is not looked
/// at where the operation has one operand. `result` is apart from a and b, or one of them if it is
/// as wide. Pointers are into memory of the device space, and the work may be left when it returns
/// (device_parallel_for). Category::internal for a call that is not defined.
///
/// tsp_scalar.hpp says what each operation gives. The same bits in every space and on every
/// processor.
void apply(const VectorCall& call, std::size_t count, const std::byte* a, const std::byte* b,
           std::byte* result);

}  // namespace weft::numerics::tsp
