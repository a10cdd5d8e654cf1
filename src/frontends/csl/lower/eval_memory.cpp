// SPDX-License-Identifier: Apache-2.0
// Reading and writing places: compile-time cells, registers, SRAM; addresses.
#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {
namespace {
constexpr std::uint32_t longest_unrolled_copy = 8;  // elements; longer copies are loops
}

void Evaluator::memory_operand(const Place& place, Register& base, std::int32_t& immediate,
                               const Node& node) {
  std::int64_t address = place.offset;
  if (place.variable != nullptr) address += unit(node).address(*place.variable);
  base = place.index_register;
  immediate = static_cast<std::int32_t>(address);
}

Value Evaluator::load(const Place& place, const Node& node) {
  switch (place.kind) {
    case Place::Kind::cell:
      return *place.cell;
    case Place::Kind::in_register:
      return in_register(place.type, place.index);
    case Place::Kind::in_descriptor: {
      Value value;
      value.type = place.type;
      value.form = Form::in_descriptor;
      value.integer = place.index;
      return value;
    }
    case Place::Kind::in_memory:
      break;
  }
  if (place.type->is_aggregate()) {
    Value value;
    value.type = place.type;
    value.form = Form::in_memory;
    value.variable = place.variable;
    value.integer = place.offset;
    value.index_register =
        place.index_register == wse::no_register ? no_index : place.index_register;
    return value;
  }
  if (emitter_ == nullptr) {
    fail(node, "the content of a variable is not known at compile time");
  }
  if (place.type->bytes == 0) fail(node, "a value of type " + place.type->text + " has no content");
  Register base = wse::no_register;
  std::int32_t immediate = 0;
  memory_operand(place, base, immediate, node);
  return in_register(place.type,
                     emitter_->emit_to_new(wse::Operation::load, machine_type(*place.type), base,
                                           wse::no_register, immediate));
}

void Evaluator::store(const Place& place, Value value, const Node& node) {
  if (place.is_const) fail(node, "a constant cannot be assigned to");
  value = coerce(std::move(value), place.type, node);
  switch (place.kind) {
    case Place::Kind::cell:
      if (place.slot != nullptr && depth_ > place.slot->depth) {
        fail(node, "a compile-time variable is assigned in code that may not run");
      }
      if (value.is_runtime()) fail(node, "this must be known at compile time");
      *place.cell = std::move(value);
      return;
    case Place::Kind::in_register:
      if (value.form == Form::undefined) return;
      emitter_->move(machine_type(*place.type), place.index, to_register(value, node));
      return;
    case Place::Kind::in_descriptor: {
      const std::uint16_t source = to_descriptor(value, node);
      if (source == place.index) return;
      emitter_->emit({wse::Operation::descriptor_copy, wse::Type::u16, place.index, source,
                      wse::no_register, 0});
      return;
    }
    case Place::Kind::in_memory:
      if (emitter_ == nullptr) fail(node, "a variable cannot be assigned at compile time");
      if (place.variable != nullptr) place.variable->is_assigned = true;
      store_memory(place, value, node);
      return;
  }
}

void Evaluator::store_memory(const Place& place, const Value& value, const Node& node) {
  if (value.form == Form::undefined) return;
  if (!place.type->is_aggregate()) {
    const Register source = to_register(value, node);
    Register base = wse::no_register;
    std::int32_t immediate = 0;
    memory_operand(place, base, immediate, node);
    emitter_->emit({wse::Operation::store, machine_type(*place.type), source, base,
                    wse::no_register, immediate});
    return;
  }
  if (value.form == Form::in_memory) return copy_memory(place, place_of_value(value, node), node);
  Place part = place;
  if (value.form == Form::fields) {
    const auto& fields = static_cast<const Fields&>(*value.object);
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < fields.values.size(); ++i) {
      part.type = place.type->members[i];
      const std::int64_t alignment = part.type->alignment;
      offset = (offset + alignment - 1) / alignment * alignment;
      part.offset = place.offset + offset;
      store_memory(part, fields.values[i], node);
      offset += part.type->bytes;
    }
    return;
  }
  const auto& array = static_cast<const Array&>(*value.object);
  bool known = true;
  for (const Value& element : array.values) known = known && element.is_known();
  part.type = place.type->element;
  if (known && place.type->count > longest_unrolled_copy) {
    Variable* image = unit(node).new_variable(Name::none, place.type, value, node.where);
    Place from;
    from.kind = Place::Kind::in_memory;
    from.type = place.type;
    from.variable = image;
    return copy_memory(place, from, node);
  }
  for (std::uint32_t i = 0; i < place.type->count; ++i) {
    part.offset = place.offset + static_cast<std::int64_t>(i) * part.type->bytes;
    store_memory(part, array.at(i), node);
  }
}

namespace {

/// Bytes between or behind members that belong to none: nothing writes them.
bool has_padding(const Type& type) {
  if (!type.is(TypeKind::record)) return false;
  std::uint32_t used = 0;
  for (const Type* member : type.members) {
    if (has_padding(*member)) return true;
    used += member->bytes;
  }
  return used != type.bytes;
}

}  // namespace

/// Copies a record, or a short array of them, without its padding; false where there is none.
bool Evaluator::copy_members(Place to, Place from, const Node& node) {
  const Type& type = *to.type;
  const bool array = type.is(TypeKind::array);
  if (!has_padding(array ? *type.element : type)) return false;
  if (array && type.count > longest_unrolled_copy) return false;
  const Place first_to = to;
  const Place first_from = from;
  std::int64_t offset = 0;
  const std::size_t parts = array ? type.count : type.members.size();
  for (std::size_t i = 0; i < parts; ++i) {
    const Type* part = array ? type.element : type.members[i];
    const std::int64_t alignment = part->alignment;
    offset = (offset + alignment - 1) / alignment * alignment;
    to.type = from.type = part;
    to.offset = first_to.offset + offset;
    from.offset = first_from.offset + offset;
    copy_memory(to, from, node);
    offset += part->bytes;
  }
  return true;
}

void Evaluator::copy_memory(const Place& to, const Place& from, const Node& node) {
  if (copy_members(to, from, node)) return;
  const Type* element = to.type;
  while (element->is(TypeKind::array)) element = element->element;
  const bool words = element->is_scalar();
  const wse::Type unit_type = words ? machine_type(*element) : wse::Type::u16;
  const std::uint32_t step_bytes = wse::bytes_of(unit_type);
  const std::uint32_t count = to.type->bytes / step_bytes;
  Register to_base = wse::no_register;
  Register from_base = wse::no_register;
  std::int32_t to_address = 0;
  std::int32_t from_address = 0;
  memory_operand(to, to_base, to_address, node);
  memory_operand(from, from_base, from_address, node);
  if (count <= longest_unrolled_copy) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto offset = static_cast<std::int32_t>(i * step_bytes);
      const Register word = emitter_->emit_to_new(wse::Operation::load, unit_type, from_base,
                                                  wse::no_register, from_address + offset);
      emitter_->emit(
          {wse::Operation::store, unit_type, word, to_base, wse::no_register, to_address + offset});
    }
    return;
  }
  const auto sum = [&](Register base, Register offset) {
    if (base == wse::no_register) return offset;
    return emitter_->emit_to_new(wse::Operation::add, wse::Type::u16, base, offset);
  };
  const Register offset = emitter_->emit_to_new(wse::Operation::constant, wse::Type::u16);
  emitter_->pin(offset);
  const Emitter::Label again = emitter_->new_label();
  emitter_->bind(again);
  const Register word = emitter_->emit_to_new(
      wse::Operation::load, unit_type, sum(from_base, offset), wse::no_register, from_address);
  emitter_->emit(
      {wse::Operation::store, unit_type, word, sum(to_base, offset), wse::no_register, to_address});
  emitter_->emit({wse::Operation::add, wse::Type::u16, offset, offset, wse::use_immediate,
                  static_cast<std::int32_t>(step_bytes)});
  const Register more =
      emitter_->emit_to_new(wse::Operation::less, wse::Type::u16, offset, wse::use_immediate,
                            static_cast<std::int32_t>(to.type->bytes));
  emitter_->branch_if(more, again);
}

Value Evaluator::address_of(const Node& node) {
  Place place = locate(*node.a);
  if (place.kind == Place::Kind::cell && place.cell->form == Form::function) return *place.cell;
  if (place.kind == Place::Kind::cell && place.global != nullptr && unit_ != nullptr &&
      node.a->kind != NodeKind::index) {
    Variable* copy = constant_variable(*place.global, node.a->name, node);
    place = Place();
    place.kind = Place::Kind::in_memory;
    place.type = copy->type;
    place.variable = copy;
    place.is_const = true;
  }
  return address_value(place, place.type, node);
}

Value Evaluator::address_value(const Place& place, const Type* type, const Node& node) {
  if (place.kind != Place::Kind::in_memory) {
    unsupported(node, "the address of a value that has no place in SRAM");
  }
  Value value;
  value.type = context_.types.pointer(type, place.is_const, false);
  if (place.index_register == wse::no_register) {
    value.form = Form::address;
    value.variable = place.variable;
    value.integer = place.offset;
    return value;
  }
  Register base = wse::no_register;
  std::int32_t immediate = 0;
  memory_operand(place, base, immediate, node);
  if (immediate != 0) {
    base = emitter_->emit_to_new(wse::Operation::add, wse::Type::u16, base, wse::use_immediate,
                                 immediate);
  }
  return in_register(value.type, base);
}

}  // namespace weft::csl
