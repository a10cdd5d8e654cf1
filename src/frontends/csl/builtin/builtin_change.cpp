// SPDX-License-Identifier: Apache-2.0
// Builtins that change descriptors, and data structure registers (DSRs).
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

/// @increment_dsd_offset, @set_dsd_base_addr, @set_dsd_length, @set_dsd_stride.
Value Evaluator::change_dsd(const Node& node) {
  const auto which = static_cast<Builtin>(node.slot);
  const bool increment = which == Builtin::increment_dsd_offset_;
  expect_arguments(node, increment ? 3 : 2, increment ? 3 : 2);
  Value change;
  const Type* element = nullptr;
  {
    const Restore<std::uint16_t> no_place(wanted_descriptor_, no_index);
    change = evaluate(*node.list[1]);
    if (increment) element = type_at(*node.list[2]);
    if (change.form == Form::in_memory) {
      change = address_value(place_of_value(change, node), change.type, node);
    }
  }
  const bool base = which == Builtin::set_dsd_base_addr_;
  if (base ? !change.type->is(TypeKind::pointer) : !change.type->is_integral()) {
    fail(*node.list[1], std::string("expected ") + (base ? "a pointer" : "an integer") +
                            ", found " + describe(change));
  }
  const Value dsd = evaluate(*node.list[0]);
  if (!dsd.type->is_descriptor()) fail(*node.list[0], "expected a DSD, found " + describe(dsd));
  const bool known_change = change.is_known() && !varies(change);
  if (dsd.form == Form::descriptor && known_change) {
    auto* changed = new DescriptorValue(static_cast<const DescriptorValue&>(*dsd.object));
    changed->references = 0;
    Value out = dsd;
    out.object = Ref<Object>(changed);
    change_known_dsd(node, *changed, change, element);
    return out;
  }
  return change_runtime_dsd(node, dsd, change, element);
}

void Evaluator::change_known_dsd(const Node& node, DescriptorValue& dsd, const Value& change,
                                 const Type* element) {
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::increment_dsd_offset_:
      dsd.offset += change.integer * element->bytes;
      return;
    case Builtin::set_dsd_base_addr_:
      dsd.variable = change.variable;
      dsd.offset = change.integer;
      dsd.element = change.type->element;
      return;
    case Builtin::set_dsd_length_:
      if (change.integer < 0 || change.integer > 0xffff) {
        fail(*node.list[1], "a length must fit 16 bits");
      }
      dsd.content.length = static_cast<std::uint32_t>(change.integer);
      return;
    default:
      if (change.integer < -128 || change.integer > 127) {
        fail(*node.list[1], "a stride must fit i8");
      }
      dsd.content.stride = static_cast<std::int16_t>(change.integer);
      return;
  }
}

Value Evaluator::change_runtime_dsd(const Node& node, const Value& dsd, const Value& change,
                                    const Type* element) {
  if (emitter_ == nullptr) fail(node, "this must be known at compile time");
  const std::uint16_t source = to_descriptor(dsd, *node.list[0]);
  std::uint16_t entry = wanted_descriptor_;
  if (entry == no_index) {
    const auto [known, is_new] = unit(node).local_descriptors.try_emplace(
        local_key(*frame_, &node, nullptr), std::uint16_t{0});
    if (is_new) known->second = unit_->new_descriptor({});
    entry = known->second;
  }
  wse::Instruction instruction;
  instruction.d = entry;
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::increment_dsd_offset_:
    case Builtin::set_dsd_stride_: {
      const bool increment = static_cast<Builtin>(node.slot) == Builtin::increment_dsd_offset_;
      instruction.operation = increment ? wse::Operation::descriptor_increment_offset
                                        : wse::Operation::descriptor_set_stride;
      if (increment) instruction.type = machine_type(*element);
      if (fits_immediate(change)) {
        instruction.b = wse::use_immediate;
        instruction.immediate = static_cast<std::int32_t>(change.integer);
      } else {
        instruction.b = to_register(change, *node.list[1]);
      }
      break;
    }
    case Builtin::set_dsd_base_addr_:
      instruction.operation = wse::Operation::descriptor_set_base;
      instruction.a = to_register(change, *node.list[1]);
      break;
    default:
      instruction.operation = wse::Operation::descriptor_set_length;
      instruction.a = to_register(coerce(change, default_type(change.type), node), *node.list[1]);
      break;
  }
  if (source != entry) {
    emitter_->emit(
        {wse::Operation::descriptor_copy, wse::Type::u16, entry, source, wse::no_register, 0});
  }
  emitter_->emit(instruction);
  Value out;
  out.type = dsd.type;
  out.form = Form::in_descriptor;
  out.integer = entry;
  if (entry != wanted_descriptor_) out.index_register = 0;
  return out;
}

Value Evaluator::get_dsr(const Node& node) {
  expect_arguments(node, 2, 2);
  const Type* type = type_at(*node.list[0]);
  if (!type->is(TypeKind::dsr)) fail(node, "@get_dsr needs a DSR type, found " + type->text);
  const std::int64_t id = integer_in(*node.list[1], 0, 63, "the number of a DSR");
  auto& registers = unit(node).data_registers;
  const auto [entry, is_new] = registers.try_emplace({type->bits, id}, std::uint16_t{0});
  if (is_new) entry->second = unit_->new_descriptor({});
  Value value;
  value.type = type;
  value.form = Form::in_descriptor;
  value.integer = entry->second;
  return value;
}

/// What of the settings of @load_to_dsr stays with the DSR: whether operations move its address.
bool Evaluator::dsr_saves_address(const Value& settings, const Value& dsd, const Node& node) {
  const KnownNames& known = context_.known;
  static_cast<void>(fields_of(settings, node));
  const Value* step = field(settings, known.single_step_);
  if (step != nullptr && bool_of(*step, node)) unsupported(node, "'single_step' of @load_to_dsr");
  const Value* save = field(settings, known.save_address_);
  if (save == nullptr || !bool_of(*save, node)) return false;
  if (!dsd.type->is_memory_descriptor()) {
    fail(node, ".save_address is for a mem1d_dsd or mem4d_dsd, found " + describe(dsd));
  }
  return true;
}

Value Evaluator::load_to_dsr(const Node& node) {
  expect_arguments(node, 2, 3);
  const Value dsr = evaluate(*node.list[0]);
  if (!dsr.type->is(TypeKind::dsr)) fail(*node.list[0], "expected a DSR, found " + describe(dsr));
  const auto target = static_cast<std::uint16_t>(dsr.integer);
  const Value dsd = evaluate(*node.list[1]);
  if (!dsd.type->is_descriptor()) fail(*node.list[1], "expected a DSD, found " + describe(dsd));
  bool save_address = false;
  std::uint8_t settings_number = 0;
  if (node.list.size() > 2) {
    const Value settings = evaluate(*node.list[2]);
    save_address = dsr_saves_address(settings, dsd, *node.list[2]);
    wse::VectorInstruction given;
    vector_settings(settings, given, true, node);
    settings_number = unit(node).settings_number(given, node.where);
  }
  if (emitter_ == nullptr) {
    if (dsd.form != Form::descriptor) fail(node, "this DSD is not known at compile time");
    wse::Descriptor& content = unit(node).code.descriptors[target];
    content = unit_->placed(static_cast<const DescriptorValue&>(*dsd.object));
    content.save_address = save_address;
    content.settings = settings_number;
    return nothing();
  }
  emitter_->emit({wse::Operation::descriptor_load_register, wse::Type::u16, target,
                  to_descriptor(dsd, node), wse::no_register,
                  (save_address ? wse::load_saves_address : 0) |
                      (dsd.form == Form::descriptor ? wse::load_of_constant : 0) |
                      settings_number << wse::load_settings_shift});
  return nothing();
}

}  // namespace weft::csl
