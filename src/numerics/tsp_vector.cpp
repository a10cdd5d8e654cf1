// SPDX-License-Identifier: Apache-2.0
// The way to a vector operation's kernel, and the conversions.
#include "numerics/tsp_vector.hpp"

#include <string>

#include "base/error.hpp"
#include "numerics/tsp_vector_parts.hpp"

namespace weft::numerics::tsp {
namespace {

template <typename To, typename From>
struct Convert {
  [[gnu::always_inline]] WEFT_FUNCTION To operator()(From a, From) const { return convert<To>(a); }
};

/// body(a value of the element's type).
template <typename Body>
void with_type(VectorType type, const Body& body) {
  switch (type) {
    case VectorType::i8:
      return body(std::int8_t{});
    case VectorType::i16:
      return body(std::int16_t{});
    case VectorType::i32:
      return body(std::int32_t{});
    case VectorType::f16:
      return body(Half{});
    case VectorType::f32:
      return body(float{});
  }
}

std::string text_of(const VectorCall& call) {
  return std::string(traits_of(call.operation).name) + " of " + std::string(name_of(call.type)) +
         " to " + std::string(name_of(call.result_type));
}

}  // namespace

bool is_defined(const VectorCall& call) {
  if (call.operation == VectorOperation::convert) return true;
  const VectorOperationTraits& traits = traits_of(call.operation);
  return call.type == call.result_type && (is_float(call.type) ? traits.floats : traits.integers);
}

void apply_conversion(const VectorCall& call, const VectorRuns& runs) {
  with_type(call.type, [&]<typename From>(From) {
    with_type(call.result_type,
              [&]<typename To>(To) { run_lanes<To, From, Convert<To, From>>(runs); });
  });
}

void apply(const VectorCall& call, std::size_t count, const std::byte* a, const std::byte* b,
           std::byte* result) {
  if (!is_defined(call)) fail(Category::internal, "vector operation " + text_of(call));
  const bool one = traits_of(call.operation).operands == 1;
  const VectorRuns runs{count, a, one ? a : b, result};
  if (call.operation == VectorOperation::convert) return apply_conversion(call, runs);
  if (is_float(call.type)) return apply_to_floats(call, runs);
  apply_to_integers(call, runs);
}

}  // namespace weft::numerics::tsp
