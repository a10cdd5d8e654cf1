// SPDX-License-Identifier: Apache-2.0
// The table behind fields.hpp, in the order of Operation.
#include "program/fields.hpp"

#include <array>
#include <cstddef>

namespace weft::program::wse {
namespace {

using I = ImmediateField;
constexpr Field none = Field::unused;
constexpr Field in = Field::input;
constexpr Field out = Field::output;
constexpr Field dsd = Field::descriptor;

constexpr Fields nothing{};
constexpr Fields binary{out, in, in, I::value, true};
constexpr Fields unary{out, in};
constexpr Fields constant{out, none, none, I::value};
constexpr Fields branch{none, in, none, I::target};
constexpr Fields task{none, in, none, I::task, false, true};

constexpr std::array table{
    nothing,                                                 // nop
    unary,                                                   // move
    constant,                                                // constant
    Fields{out, none, none, I::wide_constant},               // constant_wide
    Fields{out, none, none, I::tile_constant},               // tile_constant
    binary,                                                  // add
    binary,                                                  // subtract
    binary,                                                  // multiply
    binary,                                                  // divide
    binary,                                                  // remainder
    binary,                                                  // bit_and
    binary,                                                  // bit_or
    binary,                                                  // bit_xor
    binary,                                                  // shift_left
    binary,                                                  // shift_right
    binary,                                                  // minimum
    binary,                                                  // maximum
    unary,                                                   // negate
    unary,                                                   // bit_not
    unary,                                                   // logical_not
    binary,                                                  // equal
    binary,                                                  // not_equal
    binary,                                                  // less
    binary,                                                  // less_equal
    binary,                                                  // greater
    binary,                                                  // greater_equal
    Fields{out, in, none, I::type},                          // convert
    Fields{out, in, none, I::type},                          // bitcast
    Fields{out, in, none, I::value, false, true},            // load
    Fields{in, in, none, I::value, false, true},             // store
    Fields{none, none, none, I::target},                     // jump
    branch,                                                  // branch_if
    branch,                                                  // branch_unless
    Fields{none, none, none, I::function},                   // call
    Fields{none, in},                                        // call_indirect
    nothing,                                                 // ret
    Fields{out, in, in, I::math},                            // math
    Fields{out, none, none, I::vector, false, false, true},  // vector
    Fields{out, dsd, in, I::value, true},                    // element_load
    Fields{in, dsd, in, I::value, true},                     // element_store
    Fields{dsd, dsd},                                        // descriptor_copy
    Fields{dsd, dsd, none, I::register_load},                // descriptor_load_register
    Fields{dsd, in},                                         // descriptor_set_length
    Fields{out, dsd},                                        // descriptor_get_length
    Fields{dsd, in},                                         // descriptor_set_base
    Fields{dsd, none, in, I::value, true},                   // descriptor_increment_offset
    Fields{dsd, none, in, I::value, true},                   // descriptor_set_stride
    task,                                                    // activate
    task,                                                    // block
    task,                                                    // unblock
    Fields{out},                                             // timestamp
    Fields{none, in, none, I::value, false, true},           // timestamp_store
    Fields{none, none, none, I::value},                      // timestamp_enable
    nothing,                                                 // unblock_command_stream
    Fields{none, in, none, I::message},                      // assert_true
    Fields{out},                                             // random
};
static_assert(table.size() == static_cast<std::size_t>(Operation::count_));

}  // namespace

Fields fields_of(Operation operation) {
  const auto i = static_cast<std::size_t>(operation);
  return i < table.size() ? table[i] : nothing;
}

}  // namespace weft::program::wse
