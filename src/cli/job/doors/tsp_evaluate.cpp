// SPDX-License-Identifier: Apache-2.0
// A job's arrays as a tensor program's inputs and outputs.
#include "cli/job/doors/tsp_evaluate.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "program/tsp_tensor_values.hpp"

namespace weft::cli {
namespace {

namespace form = program::tsp;

trace::ElementType type_of_elements(numerics::VectorType type) {
  using trace::ElementType;
  constexpr std::array<ElementType, 5> types = {ElementType::i8, ElementType::i16, ElementType::i32,
                                                ElementType::f16, ElementType::f32};
  return types.at(static_cast<std::size_t>(type));
}

}  // namespace

trace::Tensor evaluate_tensors(const form::TensorProgram& program, const HostArrays& inputs,
                               const std::string& output) {
  const auto found =
      std::find_if(program.tensors.begin(), program.tensors.end(),
                   [&](const form::TensorValue& value) { return value.name == output; });
  if (found == program.tensors.end()) {
    fail(Category::internal, "tensor program: no tensor '" + output + "'");
  }
  trace::Tensor out{type_of_elements(found->type), found->shape, {}};
  form::require_computable(program);
  form::TensorInputs given;
  for (const auto& [name, tensor] : inputs) {
    if (tensor.bytes.empty()) return out;
    given[name] = tensor.bytes;
  }
  out.bytes = evaluate(
      program, given)[static_cast<std::size_t>(std::distance(program.tensors.begin(), found))];
  return out;
}

}  // namespace weft::cli
