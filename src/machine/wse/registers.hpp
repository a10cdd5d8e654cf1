// SPDX-License-Identifier: Apache-2.0
// Configuration registers: addresses behind SRAM at which scalar code reads and rewrites the routes
// of its tile (fabric/registers.hpp), and reads which colors went into teardown.
#pragma once

#include "machine/wse/main_step.hpp"

namespace weft::machine::wse {

/// What stands at a byte address.
struct RegisterPlace {
  enum class Kind : std::uint8_t { none, color, switches, teardown_pending };
  Kind kind = Kind::none;
  std::uint8_t number = 0;  ///< the color; of teardown_pending: which half
};

inline RegisterPlace register_place(const form::ConfigurationWords& words, const Code& c,
                                    std::int64_t address) {
  using Kind = RegisterPlace::Kind;
  if (form::bytes_of(c.type) != 2 || address < 0 || address % 2 != 0) return {};
  const std::int64_t word = address / 2;
  const auto within = [word](std::uint16_t first, unsigned count) {
    return word >= first && word < std::int64_t{first} + count;
  };
  const auto number = [word](std::uint16_t first) {
    return static_cast<std::uint8_t>(word - first);
  };
  if (within(words.color, form::color_count)) return {Kind::color, number(words.color)};
  if (within(words.switches, form::color_count)) return {Kind::switches, number(words.switches)};
  if (within(words.teardown_pending, 2)) {
    return {Kind::teardown_pending, number(words.teardown_pending)};
  }
  return {};
}

[[gnu::noinline]] inline Step refuse_address(const Pe& pe, const MainThread& m, const Code& c,
                                             std::int64_t address) {
  return refuse_in_time(pe, m, PeError::out_of_bounds, static_cast<std::uint64_t>(address),
                        form::bytes_of(c.type), pe.info.sram_bytes);
}

/// Takes the half that is read: each entry into teardown is told once.
inline std::uint64_t take_pending(const Pe& pe, unsigned half) {
  const std::uint32_t mask = half == 0 ? 0xffffU : 0xffff0000U;
  const std::uint32_t told = pe.t.teardown_pending & mask;
  pe.t.teardown_pending &= ~mask;
  return half == 0 ? told : told >> 16U;
}

/// A load from outside of SRAM.
[[gnu::noinline]] inline Step load_register(const Pe& pe, const MainThread& m, const Code& c,
                                            std::int64_t address) {
  using Kind = RegisterPlace::Kind;
  const RegisterPlace place = register_place(pe.constants().configuration, c, address);
  if (place.kind == Kind::none) return refuse_address(pe, m, c, address);
  if (m.time > pe.cycle + 1) return Step::later;
  std::uint64_t value = 0;
  if (place.kind == Kind::teardown_pending) {
    value = take_pending(pe, place.number);
  } else {
    fabric::RouteRegisters registers;
    if (!pe.ramp.read_registers(pe.index, place.number, registers)) {
      return refuse_in_time(pe, m, PeError::fixed_route, place.number);
    }
    value = place.kind == Kind::color ? registers.color : registers.switches;
  }
  pe.registers[c.d] = wrap(value, c.shift, c.is_signed);
  return Step::next;
}

/// A store to outside of SRAM. The registers of pending teardowns can only be read.
[[gnu::noinline]] inline Step store_register(const Pe& pe, const MainThread& m, const Code& c,
                                             std::int64_t address) {
  using Kind = RegisterPlace::Kind;
  const RegisterPlace place = register_place(pe.constants().configuration, c, address);
  if (place.kind != Kind::color && place.kind != Kind::switches) {
    return refuse_address(pe, m, c, address);
  }
  if (m.time > pe.cycle + 1) return Step::later;
  fabric::RouteRegisters registers;
  if (!pe.ramp.read_registers(pe.index, place.number, registers)) {
    return refuse_in_time(pe, m, PeError::fixed_route, place.number);
  }
  auto& word = place.kind == Kind::color ? registers.color : registers.switches;
  word = static_cast<std::uint16_t>(pe.registers[c.d]);
  pe.ramp.write_registers(pe.index, place.number, registers);
  return Step::next;
}

/// Colors went into teardown since the tile last ran: their handler is a local task.
inline void note_teardown(const Pe& pe) {
  const std::uint32_t torn = pe.ramp.take_torn(pe.index);
  if (torn == 0) return;
  pe.t.teardown_pending |= torn;
  if (pe.info.teardown_task == form::none_id) return;
  pe.activate(static_cast<std::uint64_t>(pe.info.teardown_task), pe.cycle + 1);
}

}  // namespace weft::machine::wse
