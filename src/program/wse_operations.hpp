// SPDX-License-Identifier: Apache-2.0
// The operations of a WSE tile: scalar bytecode of task bodies, and vector (DSD) operations.
#pragma once

#include <cstdint>

namespace weft::program::wse {

/// Type of a scalar operation. Registers are 64 bit; a value is held sign-extended (i*),
/// zero-extended (u*, boolean, f16 and f32 bit patterns), so that comparing equal values compares
/// equal registers.
enum class Type : std::uint8_t { boolean, i8, i16, i32, i64, u8, u16, u32, u64, f16, f32 };

constexpr bool is_float(Type type) { return type == Type::f16 || type == Type::f32; }

constexpr unsigned bytes_of(Type type) {
  switch (type) {
    case Type::boolean:
    case Type::i8:
    case Type::u8:
      return 1;
    case Type::i16:
    case Type::u16:
    case Type::f16:
      return 2;
    case Type::i32:
    case Type::u32:
    case Type::f32:
      return 4;
    case Type::i64:
    case Type::u64:
      return 8;
  }
  return 0;
}

/// Scalar operations. d, a, b are registers of the instruction; B is register b, or `immediate`
/// when b is `use_immediate`. Arithmetic wraps to `type`; division by zero and bad shifts are
/// refused with tile and cycle.
enum class Operation : std::uint8_t {
  nop,
  move,           ///< d = a
  constant,       ///< d = immediate, extended by type (f16/f32: bit pattern)
  constant_wide,  ///< d = wide_constants[immediate]
  tile_constant,  ///< d = this tile's constant number `immediate`
  add,
  subtract,
  multiply,
  divide,
  remainder,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right,  ///< arithmetic for i*, logical for u*
  minimum,
  maximum,
  negate,       ///< d = -a
  bit_not,      ///< d = ~a, wrapped
  logical_not,  ///< d = a == 0
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  convert,        ///< d = a, of `type`, as type Type(immediate); float to integer truncates
  bitcast,        ///< d = bits of a, of `type`, as type Type(immediate) of the same size
  load,           ///< d = SRAM[a + immediate]; a = no_register: SRAM[immediate]; byte addresses
  store,          ///< SRAM[a + immediate] = d; a as in load
  jump,           ///< go to instruction `immediate`
  branch_if,      ///< if a != 0 go to `immediate`
  branch_unless,  ///< if a == 0 go to `immediate`
  call,           ///< call functions[immediate]; arguments were moved into its frame
  call_indirect,  ///< call functions[a]; frames of all candidates start at the same base
  ret,            ///< return; at the outermost level the task ends
  math,           ///< d = MathFunction(immediate)(a, b)
  vector,  ///< issue vector_instructions[immediate]; d (unless no_register) = 1, or 0 for a FIFO
           ///< empty/full
  element_load,                 ///< d = element number b, of `type`, of memory descriptor a
  element_store,                ///< element number b, of `type`, of memory descriptor a = d
  descriptor_copy,              ///< descriptor d = descriptor a
  descriptor_load_register,     ///< DSR d = descriptor a; immediate: load_saves_address,
                                ///< load_of_constant, which costs as such an operand does, and
                                ///< from load_settings_shift on the DSR's settings
  descriptor_set_length,        ///< length of descriptor d = a
  descriptor_get_length,        ///< d = length of descriptor a
  descriptor_set_base,          ///< base of descriptor d = byte address a
  descriptor_increment_offset,  ///< base of descriptor d moves by B (signed) elements of `type`
  descriptor_set_stride,        ///< stride of descriptor d = B (signed) elements
  activate,   ///< activate task number a of `tasks` (index); a = no_register: index `immediate`
  block,      ///< block it
  unblock,    ///< unblock it
  timestamp,  ///< d = the 48-bit counter, sampled in the first cycle of the operation
  timestamp_store,  ///< SRAM[a + immediate] = the counter's three 16-bit words, low one first; a as
                    ///< in load; sampled like timestamp
  timestamp_enable,  ///< the counter counts from here (immediate 1), has counted since the reset
                     ///< (timestamp_since_reset) or stops (0)
  unblock_command_stream,  ///< the launched function of this tile is done
  assert_true,             ///< a == 0: refused with message `immediate`
  random,                  ///< d = next value of the tile's generator (u32)
  count_,
};

/// Third operand of `math`.
enum class MathFunction : std::uint16_t {
  sqrt,
  exp,
  log,
  sin,
  cos,
  tanh,
  pow,
  floor,
  ceil,
  absolute,
  inverse_sqrt,
  reciprocal,
  sign,
  log2,
  exp2,
  atan,
  count_
};

inline constexpr std::uint16_t no_register = 0xffff;
inline constexpr std::uint16_t use_immediate = 0xfffe;
/// Of timestamp_enable.
inline constexpr std::int32_t timestamp_since_reset = 2;
/// Of descriptor_load_register: the DSR is left behind what an operation took; the descriptor is
/// one that the compiler knew.
inline constexpr std::int32_t load_saves_address = 1;
inline constexpr std::int32_t load_of_constant = 2;
inline constexpr unsigned load_settings_shift = 2;  ///< above: Descriptor::settings

struct Instruction {
  Operation operation = Operation::nop;
  Type type = Type::u16;
  std::uint16_t d = no_register;
  std::uint16_t a = no_register;
  std::uint16_t b = no_register;
  std::int32_t immediate = 0;
  friend bool operator==(const Instruction&, const Instruction&) = default;
};
static_assert(sizeof(Instruction) == 12);

/// Vector operations, named as in CSL. `s` fp32, `h` fp16, `hs` fp16 sources and fp32 destination.
enum class VectorOperation : std::uint8_t {
  add16,
  addc16,
  and16,
  or16,
  xor16,
  sub16,
  mov16,
  mov32,
  sar16,
  sll16,
  slr16,
  clz,
  ctz,
  popcnt,
  fadds,
  fsubs,
  fmuls,
  fmacs,
  fmovs,
  fnegs,
  fabss,
  fmaxs,
  fnorms,
  fscales,
  faddh,
  fsubh,
  fmulh,
  fmach,
  fmovh,
  fnegh,
  fabsh,
  fmaxh,
  fnormh,
  fscaleh,
  faddhs,
  fmachs,
  fh2s,
  fs2h,
  fh2xp16,
  xp162fh,
  fs2xp16,
  xp162fs,
  count_,
};

const char* name_of(Operation operation);
const char* name_of(Type type);
const char* name_of(MathFunction function);
const char* name_of(VectorOperation operation);

}  // namespace weft::program::wse
