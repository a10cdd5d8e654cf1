// SPDX-License-Identifier: Apache-2.0
// popops: which operations which element types have, and what they give.

#include <array>

#include "hosts/poplar/libraries/popops/elementwise.hpp"

namespace weft::libraries {

using poplar::Type;
using popops::expr::BinaryOpType;
using popops::expr::UnaryOpType;

namespace {

/// Which types an operation is for, and whether it gives a boolean.
struct Rule {
  const char* name;
  bool floating, integer, boolean, test;
};

constexpr std::array<Rule, 34> unary_rules{{
    {"Absolute", true, true, false, false},
    {"Asin", true, false, false, false},
    {"BitwiseNot", false, true, false, false},
    {"Cbrt", true, false, false, false},
    {"Ceil", true, false, false, false},
    {"Cos", true, false, false, false},
    {"CountLeadingZeros", false, true, false, false},
    {"Erf", true, false, false, false},
    {"Exponent", true, false, false, false},
    {"ExponentMinusOne", true, false, false, false},
    {"Exponent2", true, false, false, false},
    {"Floor", true, false, false, false},
    {"GeluErf", true, false, false, false},
    {"Inverse", true, false, false, false},
    {"IsFinite", true, false, false, true},
    {"IsInf", true, false, false, true},
    {"IsNaN", true, false, false, true},
    {"Logarithm", true, false, false, false},
    {"LogarithmOnePlus", true, false, false, false},
    {"LogicalNot", false, false, true, false},
    {"NearbyInt", true, false, false, false},
    {"Negate", true, true, false, false},
    {"Popcount", false, true, false, false},
    {"Relu", true, true, false, false},
    {"Round", true, false, false, false},
    {"Rsqrt", true, false, false, false},
    {"Sigmoid", true, false, false, false},
    {"Signum", true, true, false, false},
    {"Sin", true, false, false, false},
    {"Sqrt", true, false, false, false},
    {"Square", true, true, false, false},
    {"Tan", true, false, false, false},
    {"Tanh", true, false, false, false},
    {"Trunc", true, false, false, false},
}};

constexpr std::array<Rule, 26> binary_rules{{
    {"Add", true, true, false, false},
    {"Atan2", true, false, false, false},
    {"BitwiseAnd", false, true, true, false},
    {"BitwiseOr", false, true, true, false},
    {"BitwiseXor", false, true, true, false},
    {"BitwiseXnor", false, true, true, false},
    {"Divide", true, true, false, false},
    {"Equal", true, true, true, true},
    {"GreaterThan", true, true, true, true},
    {"GreaterThanEqual", true, true, true, true},
    {"InvStdDevToVariance", true, false, false, false},
    {"LessThan", true, true, true, true},
    {"LessThanEqual", true, true, true, true},
    {"LogicalAnd", false, false, true, true},
    {"LogicalOr", false, false, true, true},
    {"Maximum", true, true, true, false},
    {"Minimum", true, true, true, false},
    {"Multiply", true, true, false, false},
    {"NotEqual", true, true, true, true},
    {"Power", true, false, false, false},
    {"Remainder", true, true, false, false},
    {"ShiftLeft", false, true, false, false},
    {"ShiftRight", false, true, false, false},
    {"ShiftRightSignExtend", false, true, false, false},
    {"Subtract", true, true, false, false},
    {"VarianceToInvStdDev", true, false, false, false},
}};

Type result_of(const Rule& rule, const Type& type) {
  const bool floating = type == poplar::FLOAT || type == poplar::HALF;
  const bool integer = type == poplar::INT || type == poplar::UNSIGNED_INT;
  const bool fits = (floating && rule.floating) || (integer && rule.integer) ||
                    (type == poplar::BOOL && rule.boolean);
  need(fits, std::string("popops has no ") + rule.name + " of elements of type " + type.toString());
  return rule.test ? poplar::BOOL : type;
}

}  // namespace

Type result_type(UnaryOpType op, const Type& type) {
  return result_of(unary_rules.at(static_cast<std::size_t>(op)), type);
}
Type result_type(BinaryOpType op, const Type& type) {
  return result_of(binary_rules.at(static_cast<std::size_t>(op)), type);
}
const char* name_of(UnaryOpType op) { return unary_rules.at(static_cast<std::size_t>(op)).name; }
const char* name_of(BinaryOpType op) { return binary_rules.at(static_cast<std::size_t>(op)).name; }

void set_number(poplar::Graph& graph, poplar::FieldRef field, const Type& type, double number) {
  if (type == poplar::INT) {
    graph.setInitialValue(field, static_cast<int>(number));
  } else if (type == poplar::UNSIGNED_INT) {
    const bool negative = number < 0;
    graph.setInitialValue(field, negative ? static_cast<unsigned>(static_cast<int>(number))
                                          : static_cast<unsigned>(number));
  } else if (type == poplar::BOOL) {
    graph.setInitialValue(field, number != 0.0);
  } else {
    graph.setInitialValue(field, static_cast<float>(number));
  }
}

}  // namespace weft::libraries
