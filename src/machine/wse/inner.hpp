// SPDX-License-Identifier: Apache-2.0
// The main thread's inner loop: frequent scalar instructions without a call.
#pragma once

#include <cstring>

#include "machine/wse/arithmetic.hpp"
#include "machine/wse/pe.hpp"

namespace weft::machine::wse {

/// Registers of the loop; written back when it stops.
struct MainThread {
  Cycle time;
  std::uint32_t pc;
  std::uint32_t depth;
  std::uint64_t scalar_cycles = 0;
  std::uint64_t instructions = 0;
};

/// State of the inner loop, in host registers.
struct Inner {
  std::uint64_t* r;
  std::uint32_t pc;
  Cycle time;
};

/// A load or store that needs no second look: in bounds, written, no result under way.
[[gnu::always_inline]] inline bool fast_memory(const Pe& pe, const Code& c, Inner& in) {
  const std::uint64_t base = c.a == form::no_register ? 0 : in.r[c.a];
  const std::uint64_t address = base + static_cast<std::uint64_t>(std::int64_t{c.immediate});
  const unsigned bytes = form::bytes_of(c.type);
  if (address > pe.info.sram_bytes || address + bytes > pe.info.sram_bytes) return false;
  const auto at = static_cast<std::uint32_t>(address);
  if (c.fast == Fast::store) {
    std::memcpy(pe.sram + at, &in.r[c.d], bytes);
    pe.mark_scalar_written(at, bytes);
    return true;
  }
  if (in.time < pe.t.hazards_until || !pe.is_scalar_written(at, bytes)) return false;
  std::uint64_t value = 0;
  std::memcpy(&value, pe.sram + at, bytes);
  in.r[c.d] = wrap(value, c.shift, c.is_signed);
  return true;
}

[[gnu::always_inline]] inline bool fast_branch(const Code& c, Inner& in, bool taken) {
  if (!taken) return true;
  in.pc = static_cast<std::uint32_t>(c.immediate);
  in.time += static_cast<std::uint32_t>(c.taken_cycles - c.cost_cycles);
  return true;
}

/// Executes the instruction before in.pc when it is a frequent one; false: nothing happened.
[[gnu::always_inline]] inline bool fast_step(const Pe& pe, const Code& c, Inner& in) {
  std::uint64_t* r = in.r;
  const numerics::IntegerType type{c.shift, c.is_signed};
  const auto b = [&] {
    return c.b_immediate
               ? numerics::wrap(static_cast<std::uint64_t>(std::int64_t{c.immediate}), type)
               : r[c.b];
  };
  switch (c.fast) {
    case Fast::none:
      return false;
    case Fast::move:
      return r[c.d] = r[c.a], true;
    case Fast::constant:
      return r[c.d] = numerics::wrap(static_cast<std::uint64_t>(std::int64_t{c.immediate}), type),
             true;
    case Fast::add:
      return r[c.d] = numerics::integer<Binary::add>(r[c.a], b(), type), true;
    case Fast::subtract:
      return r[c.d] = numerics::integer<Binary::subtract>(r[c.a], b(), type), true;
    case Fast::multiply:
      return r[c.d] = numerics::integer<Binary::multiply>(r[c.a], b(), type), true;
    case Fast::bit_and:
      return r[c.d] = numerics::integer<Binary::bit_and>(r[c.a], b(), type), true;
    case Fast::bit_or:
      return r[c.d] = numerics::integer<Binary::bit_or>(r[c.a], b(), type), true;
    case Fast::bit_xor:
      return r[c.d] = numerics::integer<Binary::bit_xor>(r[c.a], b(), type), true;
    case Fast::equal:
      return r[c.d] = numerics::integer<Binary::equal>(r[c.a], b(), type), true;
    case Fast::not_equal:
      return r[c.d] = numerics::integer<Binary::not_equal>(r[c.a], b(), type), true;
    case Fast::less:
      return r[c.d] = numerics::integer<Binary::less>(r[c.a], b(), {0, true}), true;
    case Fast::less_unsigned:
      return r[c.d] = numerics::integer<Binary::less>(r[c.a], b(), {0, false}), true;
    case Fast::shift_left:
      return b() < 64U - c.shift &&
             (r[c.d] = numerics::integer<Binary::shift_left>(r[c.a], b(), type), true);
    case Fast::float_add:
      return r[c.d] = bits_of(numerics::add(f32_of(r[c.a]), f32_of(b()), pe.constants().rules)),
             true;
    case Fast::float_multiply:
      r[c.d] = bits_of(numerics::multiply(f32_of(r[c.a]), f32_of(b()), pe.constants().rules));
      return true;
    case Fast::load:
    case Fast::store:
      return fast_memory(pe, c, in);
    case Fast::jump:
      return in.pc = static_cast<std::uint32_t>(c.immediate), true;
    case Fast::branch_if:
      return fast_branch(c, in, r[c.a] != 0);
    case Fast::branch_unless:
      return fast_branch(c, in, r[c.a] == 0);
  }
  return false;
}

/// Instructions beyond one a cycle that the main thread may execute in one go. The costs that a
/// user sets may be 0; a loop of such instructions must still end.
inline constexpr std::uint64_t free_instructions = std::uint64_t{1} << 24U;

/// Runs frequent instructions up to `limit`, to the first of another kind, or until the main thread
/// has executed `most`.
inline void run_inner(const Pe& pe, MainThread& m, const Code* code, Cycle limit,
                      std::uint64_t most) {
  Inner in{pe.registers, m.pc, m.time};
  const std::uint64_t left = most - m.instructions;
  std::uint64_t count = 0;
  while (in.time <= limit && count < left) {
    const Code& c = code[in.pc++];
    if (!fast_step(pe, c, in)) {
      --in.pc;
      break;
    }
    in.time += c.cost_cycles;
    ++count;
  }
  m.scalar_cycles += in.time - m.time;
  m.instructions += count;
  m.time = in.time;
  m.pc = in.pc;
}

}  // namespace weft::machine::wse
