// SPDX-License-Identifier: Apache-2.0
// Vector operations on fp16 and fp32.
#include "base/error.hpp"
#include "numerics/tsp_vector_parts.hpp"

namespace weft::numerics::tsp {
namespace {

template <typename T>
void floats_of(VectorOperation operation, const VectorRuns& runs) {
  switch (operation) {
    case VectorOperation::copy:
      return run_operation<VectorOperation::copy, T>(runs);
    case VectorOperation::negate:
      return run_operation<VectorOperation::negate, T>(runs);
    case VectorOperation::absolute:
      return run_operation<VectorOperation::absolute, T>(runs);
    case VectorOperation::relu:
      return run_operation<VectorOperation::relu, T>(runs);
    case VectorOperation::add:
      return run_operation<VectorOperation::add, T>(runs);
    case VectorOperation::subtract:
      return run_operation<VectorOperation::subtract, T>(runs);
    case VectorOperation::multiply:
      return run_operation<VectorOperation::multiply, T>(runs);
    case VectorOperation::maximum:
      return run_operation<VectorOperation::maximum, T>(runs);
    case VectorOperation::minimum:
      return run_operation<VectorOperation::minimum, T>(runs);
    case VectorOperation::equal:
      return run_operation<VectorOperation::equal, T>(runs);
    case VectorOperation::less:
      return run_operation<VectorOperation::less, T>(runs);
    case VectorOperation::less_equal:
      return run_operation<VectorOperation::less_equal, T>(runs);
    case VectorOperation::mask:
      return run_operation<VectorOperation::mask, T>(runs);
    case VectorOperation::exponential:
      return run_operation<VectorOperation::exponential, T>(runs);
    case VectorOperation::logarithm:
      return run_operation<VectorOperation::logarithm, T>(runs);
    case VectorOperation::hyperbolic_tangent:
      return run_operation<VectorOperation::hyperbolic_tangent, T>(runs);
    case VectorOperation::square_root:
      return run_operation<VectorOperation::square_root, T>(runs);
    case VectorOperation::reciprocal_square_root:
      return run_operation<VectorOperation::reciprocal_square_root, T>(runs);
    case VectorOperation::reciprocal:
      return run_operation<VectorOperation::reciprocal, T>(runs);
    case VectorOperation::divide:
      return run_operation<VectorOperation::divide, T>(runs);
    default:
      fail(Category::internal, "no such vector operation on floats");
  }
}

}  // namespace

void apply_to_floats(const VectorCall& call, const VectorRuns& runs) {
  if (call.type == VectorType::f16) return floats_of<Half>(call.operation, runs);
  floats_of<float>(call.operation, runs);
}

}  // namespace weft::numerics::tsp
