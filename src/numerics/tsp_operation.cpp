// SPDX-License-Identifier: Apache-2.0
// The table of a TSP's vector operations.
#include "numerics/tsp_operation.hpp"

#include <array>
#include <cstddef>

namespace weft::numerics {
namespace {

using Traits = VectorOperationTraits;

constexpr std::size_t operations = static_cast<std::size_t>(VectorOperation::count_);
constexpr bool yes = true;
constexpr bool no = false;
// In the order of VectorOperation: name, operands, integers, floats, large. Which functions want a
// large ALU no source says in full: exp, tanh and rsqrt are named, the others are taken as alike.
constexpr std::array<Traits, operations> table = {{
    {"copy", 1, yes, yes, no},   {"convert", 1, yes, yes, no}, {"neg", 1, yes, yes, no},
    {"abs", 1, yes, yes, no},    {"relu", 1, yes, yes, no},    {"not", 1, yes, no, no},
    {"add", 2, yes, yes, no},    {"sub", 2, yes, yes, no},     {"mul", 2, yes, yes, no},
    {"add_sat", 2, yes, no, no}, {"sub_sat", 2, yes, no, no},  {"mul_sat", 2, yes, no, no},
    {"max", 2, yes, yes, no},    {"min", 2, yes, yes, no},     {"and", 2, yes, no, no},
    {"or", 2, yes, no, no},      {"xor", 2, yes, no, no},      {"shl", 2, yes, no, no},
    {"shr", 2, yes, no, no},     {"eq", 2, yes, yes, no},      {"lt", 2, yes, yes, no},
    {"le", 2, yes, yes, no},     {"mask", 2, yes, yes, no},    {"exp", 1, no, yes, yes},
    {"log", 1, no, yes, yes},    {"tanh", 1, no, yes, yes},    {"sqrt", 1, no, yes, yes},
    {"rsqrt", 1, no, yes, yes},  {"recip", 1, no, yes, yes},   {"div", 2, no, yes, yes},
}};
constexpr std::array<std::string_view, 5> type_names = {"i8", "i16", "i32", "f16", "f32"};

}  // namespace

const VectorOperationTraits& traits_of(VectorOperation operation) {
  return table.at(static_cast<std::size_t>(operation));
}

std::optional<VectorOperation> find_vector_operation(std::string_view name) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].name == name) return static_cast<VectorOperation>(i);
  }
  return {};
}

std::string_view name_of(VectorType type) { return type_names.at(static_cast<std::size_t>(type)); }

std::optional<VectorType> find_vector_type(std::string_view name) {
  for (std::size_t i = 0; i < type_names.size(); ++i) {
    if (type_names[i] == name) return static_cast<VectorType>(i);
  }
  return {};
}

}  // namespace weft::numerics
