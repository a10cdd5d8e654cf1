// SPDX-License-Identifier: Apache-2.0
// Listings of tile code: one line an instruction.
#include <sstream>

#include "base/text_stream.hpp"
#include "program/fields.hpp"
#include "program/wse.hpp"

namespace weft::program::wse {
namespace {

void put_operand(std::ostream& out, const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::none:
      return;
    case Operand::Kind::descriptor:
      out << " dsd" << operand.index;
      return;
    case Operand::Kind::constant_descriptor:
      out << " constant dsd" << operand.index;
      return;
    case Operand::Kind::data_register:
      out << " dsr" << operand.index;
      return;
    case Operand::Kind::scalar:
      out << " r" << operand.index;
      return;
    case Operand::Kind::scalar_address:
      out << " [r" << operand.index << "]";
      return;
  }
}

void put_vector(std::ostream& out, const VectorInstruction& v) {
  out << ' ' << name_of(v.operation);
  put_operand(out, v.destination);
  for (const Operand& source : v.sources) put_operand(out, source);
  if (v.asynchronous) out << " async";
  if (v.activate != none_id) out << " activate=" << v.activate;
  if (v.unblock != none_id) out << " unblock=" << v.unblock;
  if (v.microthread != none_id) out << " microthread=" << v.microthread;
}

void put_settings(std::ostream& out, const std::vector<StreamSettings>& all, std::int32_t number) {
  const auto at = static_cast<std::size_t>(number - 1);
  if (number < 1 || at >= all.size()) return;
  out << " async";
  if (all[at].activate != none_id) out << " activate=" << all[at].activate;
  if (all[at].unblock != none_id) out << " unblock=" << all[at].unblock;
  if (all[at].microthread != none_id) out << " microthread=" << all[at].microthread;
}

void put_field(std::ostream& out, Field field, std::uint16_t value, std::int32_t immediate) {
  if (field == Field::unused) return;
  if (value == use_immediate) {
    out << " #" << immediate;
  } else if (value == no_register) {
    out << " -";
  } else {
    out << (field == Field::descriptor ? " dsd" : " r") << value;
  }
}

void put_immediate(std::ostream& out, const Instruction& i, const Fields& fields,
                   const TileCode& code) {
  const auto number = static_cast<std::size_t>(i.immediate);
  switch (fields.immediate) {
    case ImmediateField::unused:
      return;
    case ImmediateField::value:
      if (fields.b == Field::unused) out << " #" << i.immediate;
      return;
    case ImmediateField::wide_constant:
      if (number < code.wide_constants.size()) out << " #" << code.wide_constants[number];
      return;
    case ImmediateField::tile_constant:
      out << " constant" << i.immediate;
      return;
    case ImmediateField::target:
      out << " -> " << i.immediate;
      return;
    case ImmediateField::function:
      if (number < code.functions.size()) out << ' ' << code.functions[number].name;
      return;
    case ImmediateField::vector:
      if (number < code.vector_instructions.size()) {
        put_vector(out, code.vector_instructions[number]);
      }
      return;
    case ImmediateField::task:
      if (i.a == no_register) out << " task" << i.immediate;
      return;
    case ImmediateField::type:
      out << ' ' << name_of(static_cast<Type>(i.immediate));
      return;
    case ImmediateField::math:
      out << ' ' << name_of(static_cast<MathFunction>(i.immediate));
      return;
    case ImmediateField::message:
      if (number < code.messages.size()) out << " \"" << code.messages[number] << '"';
      return;
    case ImmediateField::register_load:
      if ((i.immediate & load_saves_address) != 0) out << " save_address";
      if ((i.immediate & load_of_constant) != 0) out << " constant";
      if ((i.immediate >> load_settings_shift) != 0) {
        put_settings(out, code.stream_settings, i.immediate >> load_settings_shift);
      }
      return;
  }
}

}  // namespace

std::string disassemble(const TileCode& code) {
  TextStream out;
  for (std::size_t at = 0; at < code.instructions.size(); ++at) {
    for (const Function& function : code.functions) {
      if (function.entry == at) {
        out << function.name << ": frame r" << function.frame_base << " +"
            << function.frame_registers << '\n';
      }
    }
    const Instruction& i = code.instructions[at];
    const Fields fields = fields_of(i.operation);
    out << "  " << at << ' ' << name_of(i.operation) << '.' << name_of(i.type);
    put_field(out, fields.d, i.d, i.immediate);
    put_field(out, fields.a, i.a, i.immediate);
    put_field(out, fields.b, i.b, i.immediate);
    put_immediate(out, i, fields, code);
    out << '\n';
  }
  return out.str();
}

}  // namespace weft::program::wse
