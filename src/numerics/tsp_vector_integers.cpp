// SPDX-License-Identifier: Apache-2.0
// Vector operations on integers.
#include "base/error.hpp"
#include "numerics/tsp_vector_parts.hpp"

namespace weft::numerics::tsp {
namespace {

template <typename T>
void integers_of(VectorOperation operation, const VectorRuns& runs) {
  switch (operation) {
    case VectorOperation::copy:
      return run_operation<VectorOperation::copy, T>(runs);
    case VectorOperation::negate:
      return run_operation<VectorOperation::negate, T>(runs);
    case VectorOperation::absolute:
      return run_operation<VectorOperation::absolute, T>(runs);
    case VectorOperation::relu:
      return run_operation<VectorOperation::relu, T>(runs);
    case VectorOperation::bit_not:
      return run_operation<VectorOperation::bit_not, T>(runs);
    case VectorOperation::add:
      return run_operation<VectorOperation::add, T>(runs);
    case VectorOperation::subtract:
      return run_operation<VectorOperation::subtract, T>(runs);
    case VectorOperation::multiply:
      return run_operation<VectorOperation::multiply, T>(runs);
    case VectorOperation::add_saturating:
      return run_operation<VectorOperation::add_saturating, T>(runs);
    case VectorOperation::subtract_saturating:
      return run_operation<VectorOperation::subtract_saturating, T>(runs);
    case VectorOperation::multiply_saturating:
      return run_operation<VectorOperation::multiply_saturating, T>(runs);
    case VectorOperation::maximum:
      return run_operation<VectorOperation::maximum, T>(runs);
    case VectorOperation::minimum:
      return run_operation<VectorOperation::minimum, T>(runs);
    case VectorOperation::bit_and:
      return run_operation<VectorOperation::bit_and, T>(runs);
    case VectorOperation::bit_or:
      return run_operation<VectorOperation::bit_or, T>(runs);
    case VectorOperation::bit_xor:
      return run_operation<VectorOperation::bit_xor, T>(runs);
    case VectorOperation::shift_left:
      return run_operation<VectorOperation::shift_left, T>(runs);
    case VectorOperation::shift_right:
      return run_operation<VectorOperation::shift_right, T>(runs);
    case VectorOperation::equal:
      return run_operation<VectorOperation::equal, T>(runs);
    case VectorOperation::less:
      return run_operation<VectorOperation::less, T>(runs);
    case VectorOperation::less_equal:
      return run_operation<VectorOperation::less_equal, T>(runs);
    case VectorOperation::mask:
      return run_operation<VectorOperation::mask, T>(runs);
    default:
      fail(Category::internal, "no such vector operation on integers");
  }
}

}  // namespace

void apply_to_integers(const VectorCall& call, const VectorRuns& runs) {
  if (call.type == VectorType::i8) return integers_of<std::int8_t>(call.operation, runs);
  if (call.type == VectorType::i16) return integers_of<std::int16_t>(call.operation, runs);
  integers_of<std::int32_t>(call.operation, runs);
}

}  // namespace weft::numerics::tsp
