// SPDX-License-Identifier: Apache-2.0
// Names of operations and types, as reports and listings print them.
#include <array>
#include <cstddef>

#include "program/wse_operations.hpp"

namespace weft::program::wse {
namespace {

constexpr std::array operation_names{
    "nop",
    "move",
    "constant",
    "constant_wide",
    "tile_constant",
    "add",
    "subtract",
    "multiply",
    "divide",
    "remainder",
    "bit_and",
    "bit_or",
    "bit_xor",
    "shift_left",
    "shift_right",
    "minimum",
    "maximum",
    "negate",
    "bit_not",
    "logical_not",
    "equal",
    "not_equal",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "convert",
    "bitcast",
    "load",
    "store",
    "jump",
    "branch_if",
    "branch_unless",
    "call",
    "call_indirect",
    "return",
    "math",
    "vector",
    "element_load",
    "element_store",
    "descriptor_copy",
    "descriptor_load_register",
    "descriptor_set_length",
    "descriptor_get_length",
    "descriptor_set_base",
    "descriptor_increment_offset",
    "descriptor_set_stride",
    "activate",
    "block",
    "unblock",
    "timestamp",
    "timestamp_store",
    "timestamp_enable",
    "unblock_command_stream",
    "assert_true",
    "random",
};
static_assert(operation_names.size() == static_cast<std::size_t>(Operation::count_));

constexpr std::array type_names{"bool", "i8",  "i16", "i32", "i64", "u8",
                                "u16",  "u32", "u64", "f16", "f32"};
static_assert(type_names.size() == static_cast<std::size_t>(Type::f32) + 1);

constexpr std::array math_names{"sqrt", "exp",   "log",  "sin", "cos",          "tanh",
                                "pow",  "floor", "ceil", "abs", "inverse_sqrt", "reciprocal",
                                "sign", "log2",  "exp2", "atan"};
static_assert(math_names.size() == static_cast<std::size_t>(MathFunction::count_));

constexpr std::array vector_names{
    "add16", "addc16", "and16",   "or16",    "xor16",   "sub16",   "mov16",   "mov32",  "sar16",
    "sll16", "slr16",  "clz",     "ctz",     "popcnt",  "fadds",   "fsubs",   "fmuls",  "fmacs",
    "fmovs", "fnegs",  "fabss",   "fmaxs",   "fnorms",  "fscales", "faddh",   "fsubh",  "fmulh",
    "fmach", "fmovh",  "fnegh",   "fabsh",   "fmaxh",   "fnormh",  "fscaleh", "faddhs", "fmachs",
    "fh2s",  "fs2h",   "fh2xp16", "xp162fh", "fs2xp16", "xp162fs",
};
static_assert(vector_names.size() == static_cast<std::size_t>(VectorOperation::count_));

template <typename Names, typename Value>
const char* look_up(const Names& names, Value value) {
  const auto i = static_cast<std::size_t>(value);
  return i < names.size() ? names[i] : "?";
}

}  // namespace

const char* name_of(Operation operation) { return look_up(operation_names, operation); }
const char* name_of(Type type) { return look_up(type_names, type); }
const char* name_of(MathFunction function) { return look_up(math_names, function); }
const char* name_of(VectorOperation operation) { return look_up(vector_names, operation); }

}  // namespace weft::program::wse
