// SPDX-License-Identifier: Apache-2.0
// Functions of a TSP's tensor programs that are several operations of the VXM.
#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {
namespace {

/// Operations whose tensors are called after the function's.
class Parts {
 public:
  Parts(TensorProgram& program, const std::string& name, const char* function)
      : program_(program), prefix_(name.empty() ? "" : name + "_" + function + "_") {}

  TensorId number(const char* part, VectorType type, double value) {
    return program_.scalar(called(part), type, value);
  }
  TensorId unary(VectorOperation operation, TensorId a, const char* part) {
    return program_.unary(operation, a, called(part));
  }
  TensorId binary(VectorOperation operation, TensorId a, TensorId b, const char* part) {
    return program_.binary(operation, a, b, called(part));
  }

 private:
  std::string called(const char* part) const { return prefix_.empty() ? "" : prefix_ + part; }

  TensorProgram& program_;
  std::string prefix_;
};

}  // namespace

TensorId TensorProgram::gelu(TensorId a, const std::string& name) {
  using Op = VectorOperation;
  const VectorType type = at(a).type;
  if (!numerics::is_float(type)) return unary(Op::hyperbolic_tangent, a, name);  // which refuses
  Parts parts(*this, name, "gelu");
  const TensorId cubic = parts.number("cubic", type, 0.044715);
  const TensorId slope = parts.number("slope", type, 0.7978845608028654);  // sqrt(2 / pi)
  const TensorId half = parts.number("half", type, 0.5);
  const TensorId square = parts.binary(Op::multiply, a, a, "square");
  const TensorId small = parts.binary(Op::multiply, square, cubic, "small");
  const TensorId third = parts.binary(Op::multiply, small, a, "third");
  const TensorId inner = parts.binary(Op::add, third, a, "inner");
  const TensorId scaled = parts.binary(Op::multiply, inner, slope, "scaled");
  const TensorId bent = parts.unary(Op::hyperbolic_tangent, scaled, "tanh");
  const TensorId halved = parts.binary(Op::multiply, a, half, "halved");
  const TensorId part = parts.binary(Op::multiply, halved, bent, "part");
  return binary(Op::add, part, halved, name);
}

TensorId TensorProgram::sigmoid(TensorId a, const std::string& name) {
  using Op = VectorOperation;
  const VectorType type = at(a).type;
  if (!numerics::is_float(type)) return unary(Op::hyperbolic_tangent, a, name);  // which refuses
  Parts parts(*this, name, "sigmoid");
  const TensorId half = parts.number("half", type, 0.5);
  const TensorId halved = parts.binary(Op::multiply, a, half, "halved");
  const TensorId bent = parts.unary(Op::hyperbolic_tangent, halved, "tanh");
  const TensorId part = parts.binary(Op::multiply, bent, half, "part");
  return binary(Op::add, part, half, name);
}

}  // namespace weft::program::tsp
