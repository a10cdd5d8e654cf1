// SPDX-License-Identifier: Apache-2.0
// Places: what an expression on the left of '=' or under '&' names.
#include <bit>

#include "base/counted.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {

namespace {

/// Beyond any SRAM, and small enough for its byte offset to be computed.
constexpr std::int64_t furthest_element = std::int64_t{1} << 31U;

}  // namespace

Evaluator::Place Evaluator::locate(const Node& node) {
  switch (node.kind) {
    case NodeKind::identifier:
      return locate_identifier(node);
    case NodeKind::member:
      return locate_member(node);
    case NodeKind::index:
      return locate_index(node);
    case NodeKind::dereference:
      return dereference(evaluate(*node.a), node);
    default:
      return place_of_value(evaluate(node), node);
  }
}

Evaluator::Slot& Evaluator::slot_of(const Node& node) {
  // The default of a struct's field is evaluated outside of the function that declares the struct.
  if (static_cast<std::size_t>(node.slot) >= frame_->slots.size()) {
    fail(node, "'" + text(node.name) + "' is a local of another function");
  }
  return frame_->slots[static_cast<std::size_t>(node.slot)];
}

Evaluator::Place Evaluator::locate_identifier(const Node& node) {
  Place place;
  if (node.binding == Binding::global) return place_of_global(*frame_->module, node.slot, node);
  if (node.binding != Binding::local) return place_of_value(evaluate(node), node);
  Slot& slot = slot_of(node);
  place.type = slot.type;
  place.is_const = slot.is_const;
  place.slot = &slot;
  switch (slot.kind) {
    case Slot::Kind::empty:
      fail(node, "'" + text(node.name) + "' is not declared here");
    case Slot::Kind::constant:
      place.is_const = true;
      if (slot.value.is_runtime() || slot.value.form == Form::address) {
        Place held = place_of_value(slot.value, node);
        held.is_const = true;
        return held;
      }
      place.cell = &slot.value;
      place.type = slot.value.type;
      return place;
    case Slot::Kind::comptime_variable:
      place.cell = &slot.value;
      place.type = slot.type;
      return place;
    case Slot::Kind::in_register:
      place.kind = Place::Kind::in_register;
      place.index = slot.index;
      return place;
    case Slot::Kind::in_memory:
      place.kind = Place::Kind::in_memory;
      place.variable = slot.variable;
      return place;
    case Slot::Kind::in_descriptor:
      place.kind = Place::Kind::in_descriptor;
      place.index = slot.index;
      return place;
  }
  return place;
}

Evaluator::Place Evaluator::place_of_global(Module& module, std::int32_t index, const Node& node) {
  GlobalState& state = global(module, index, node);
  Place place;
  place.global = &state;
  switch (state.kind) {
    case GlobalState::Kind::variable:
      place.kind = Place::Kind::in_memory;
      place.variable = state.variable;
      place.type = state.variable->type;
      return place;
    case GlobalState::Kind::descriptor:
      place.kind = Place::Kind::in_descriptor;
      place.index = state.descriptor;
      place.type = state.value.type;
      return place;
    case GlobalState::Kind::comptime_variable:
      place.cell = &state.value;
      place.type = state.value.type;
      return place;
    default:
      break;
  }
  place.is_const = true;
  place.cell = &state.value;
  place.type = state.value.type;
  return place;
}

Evaluator::Place Evaluator::place_of_value(const Value& value, const Node& node) {
  Place place;
  place.type = value.type;
  place.is_const = true;
  switch (value.form) {
    case Form::in_register:
      place.kind = Place::Kind::in_register;
      place.index = static_cast<std::uint16_t>(value.integer);
      return place;
    case Form::in_memory:
      place.kind = Place::Kind::in_memory;
      place.variable = value.variable;
      place.offset = value.integer;
      place.index_register =
          value.index_register == no_index ? wse::no_register : value.index_register;
      return place;
    case Form::in_descriptor:
      place.kind = Place::Kind::in_descriptor;
      place.index = static_cast<std::uint16_t>(value.integer);
      return place;
    default: {
      auto* holder = new Array;
      place.owner = Ref<Object>(holder);
      holder->values.push_back(value);
      place.cell = &holder->values.front();
      static_cast<void>(node);
      return place;
    }
  }
}

Evaluator::Place Evaluator::dereference(const Value& pointer, const Node& node) {
  if (!pointer.type->is(TypeKind::pointer)) {
    fail(node, "expected a pointer, found " + describe(pointer));
  }
  Place place;
  place.kind = Place::Kind::in_memory;
  place.type = pointer.type->element;
  place.is_const = pointer.type->is_const;
  if (pointer.form == Form::address) {
    place.variable = pointer.variable;
    place.offset = pointer.integer;
    return place;
  }
  if (pointer.form == Form::undefined) fail(node, "this pointer is undefined");
  place.index_register = to_register(pointer, node);
  return place;
}

Evaluator::Place Evaluator::locate_member(const Node& node) {
  return member_place(locate(*node.a), node);
}

Evaluator::Place Evaluator::member_place(Place place, const Node& node) {
  if (place.type->is(TypeKind::pointer) && place.type->element->is(TypeKind::record)) {
    place = dereference(load(place, node), node);
  }
  if (place.kind == Place::Kind::cell) {
    if (place.cell->form == Form::module) {
      const auto& index = place.cell->module->file->global_index;
      const auto found = index.find(node.name);
      if (found != index.end()) return place_of_global(*place.cell->module, found->second, node);
    }
    if (place.cell->form == Form::fields && !place.is_const) {
      auto* copy = new Fields(static_cast<const Fields&>(*place.cell->object));
      copy->references = 0;
      place.cell->object = Ref<Object>(copy);
      const int at = copy->shape->find(node.name);
      if (at < 0) {
        fail(node, "the struct has no field '" + text(node.name) + "'" +
                       near(node.name, copy->shape->names));
      }
      place.cell = &copy->values[static_cast<std::size_t>(at)];
      place.type = place.cell->type;
      return place;
    }
    return place_of_value(member_of(*place.cell, node), node);
  }
  if (place.kind != Place::Kind::in_memory || !place.type->is(TypeKind::record)) {
    fail(node, "a value of type " + place.type->text + " has no member '" + text(node.name) + "'");
  }
  const Type& record = *place.type;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < record.names.size(); ++i) {
    const std::int64_t alignment = record.members[i]->alignment;
    offset = (offset + alignment - 1) / alignment * alignment;
    if (record.names[i] == node.name) {
      place.offset += offset;
      place.type = record.members[i];
      return place;
    }
    offset += record.members[i]->bytes;
  }
  fail(node, "the struct has no field '" + text(node.name) + "'" + near(node.name, record.names));
}

Evaluator::Place Evaluator::locate_index(const Node& node) {
  Place place = locate(*node.a);
  std::vector<Value> indices;
  {
    const Restore<bool> bounded(free_indices_, false);
    for (const Node* index : node.list) {
      indices.push_back(evaluate(*index));
      if (!indices.back().type->is_integral() || indices.back().form == Form::undefined) {
        fail(*index, "an index must be an integer, found " + describe(indices.back()));
      }
    }
  }
  if (place.type->is(TypeKind::pointer)) {
    const Value pointer = load(place, node);
    place = dereference(pointer, node);
    if (pointer.type->is_many) return index_memory(place, nullptr, indices, node);
  }
  if (place.kind == Place::Kind::in_memory) return index_memory(place, place.type, indices, node);
  if (place.kind != Place::Kind::cell) {
    fail(node, "a value of type " + place.type->text + " cannot be indexed");
  }
  return index_cell(std::move(place), indices, node);
}

/// `array` null: place is an element behind a [*]T.
Evaluator::Place Evaluator::index_memory(Place place, const Type* array,
                                         const std::vector<Value>& indices, const Node& node) {
  const Type* element = place.type;
  std::vector<std::uint32_t> extents = {0};
  if (array != nullptr) {
    if (!array->is(TypeKind::array)) {
      fail(node, "a value of type " + array->text + " cannot be indexed");
    }
    element = array->element;
    extents = array->extents;
  }
  const bool flat = node.list.size() == 1 && extents.size() > 1;
  if (node.list.size() != extents.size()) {
    fail(node, "expected " + counted(extents.size(), "index", "indices") + ", found " +
                   std::to_string(node.list.size()) + (flat ? " (an array of several axes)" : ""));
  }
  Value at = number(types().comptime_integer, 0);
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    Value index = indices[axis];
    if (index.is_known() && !varies(index)) {
      const bool outside = index.integer < 0 || index.integer >= extents[axis];
      if (outside && array != nullptr && !free_indices_) {
        fail(*node.list[axis],
             "index " + std::to_string(index.integer) + " is outside of " + array->text);
      }
      index = number(types().comptime_integer, index.integer);
    }
    if (axis > 0) {
      at =
          binary_values(TokenKind::star, at, number(types().comptime_integer, extents[axis]), node);
      at = binary_values(TokenKind::plus, at, index, node);
    } else {
      at = index;
    }
  }
  place.type = element;
  const std::int64_t bytes = element->bytes;
  if (at.is_known() && (!varies(at) || emitter_ == nullptr)) {
    const std::int64_t elements = integer_of(at, node);
    if (elements > furthest_element || elements < -furthest_element) {
      fail(node, "index " + std::to_string(elements) + " is outside of any memory");
    }
    place.offset += elements * bytes;
    return place;
  }
  if (at.is_known()) at = in_register(default_type(at.type), to_register(at, node));
  // The byte offset is an address: 16 bits, computed modulo 2^16 like the hardware does.
  Register offset = static_cast<Register>(at.integer);
  if (bytes != 1) {
    const auto unsigned_bytes = static_cast<std::uint64_t>(bytes);
    const bool power = std::has_single_bit(unsigned_bytes);
    offset = emitter_->emit_to_new(
        power ? wse::Operation::shift_left : wse::Operation::multiply, wse::Type::u16, offset,
        wse::use_immediate,
        static_cast<std::int32_t>(power ? std::countr_zero(unsigned_bytes) : bytes));
  }
  if (place.index_register != wse::no_register) {
    offset =
        emitter_->emit_to_new(wse::Operation::add, wse::Type::u16, offset, place.index_register);
  }
  place.index_register = offset;
  return place;
}

/// An element of an array that is known at compile time.
Evaluator::Place Evaluator::index_cell(Place place, const std::vector<Value>& indices,
                                       const Node& node) {
  const Value& holder = *place.cell;
  if (holder.form == Form::fields) {
    const auto& fields = static_cast<const Fields&>(*holder.object);
    if (node.list.size() != 1) fail(node, "a tuple takes one index");
    const std::int64_t at = integer_of(indices[0], *node.list[0]);
    if (at < 0 || at >= static_cast<std::int64_t>(fields.values.size())) {
      fail(node, "index " + std::to_string(at) + " is outside of the tuple");
    }
    return place_of_value(fields.values[static_cast<std::size_t>(at)], node);
  }
  if (holder.form != Form::array) fail(node, describe(holder) + " cannot be indexed");
  const Type& type = *holder.type;
  if (node.list.size() != type.extents.size()) {
    fail(node, "expected " + counted(type.extents.size(), "index", "indices") + ", found " +
                   std::to_string(node.list.size()));
  }
  std::size_t at = 0;
  for (std::size_t axis = 0; axis < type.extents.size(); ++axis) {
    const Value& index_value = indices[axis];
    if (index_value.is_runtime() || (free_indices_ && type.element->is_scalar())) {
      if (place.global == nullptr) {
        unsupported(node, "indexing a compile-time array by a value known only at run time");
      }
      Place memory;
      memory.kind = Place::Kind::in_memory;
      memory.is_const = true;
      memory.variable = constant_variable(*place.global, Name::none, node);
      memory.type = memory.variable->type;
      return index_memory(memory, memory.type, indices, node);
    }
    const std::int64_t index = integer_of(index_value, *node.list[axis]);
    if (index < 0 || index >= type.extents[axis]) {
      fail(*node.list[axis], "index " + std::to_string(index) + " is outside of " + type.text);
    }
    at = at * type.extents[axis] + static_cast<std::size_t>(index);
  }
  if (place.is_const) {
    return place_of_value(static_cast<const Array&>(*holder.object).at(at), node);
  }
  auto* copy = static_cast<Array*>(holder.object.get());
  if (copy->references > 1) {
    copy = new Array(*copy);
    copy->references = 0;
  }
  if (copy->splat) {
    copy->values.resize(type.count, copy->values.front());
    copy->splat = false;
  }
  const Type* element = type.element;
  place.cell->object = Ref<Object>(copy);
  place.cell = &copy->values[at];
  place.type = element;
  return place;
}

/// The SRAM copy of a constant, for code that indexes it or takes its address.
Variable* Evaluator::constant_variable(GlobalState& state, Name name, const Node& node) {
  if (state.variable == nullptr) {
    if (state.value.type->bytes == 0) {
      fail(node, "a value of type " + state.value.type->text + " exists at compile time only");
    }
    state.variable = unit(node).new_variable(name, state.value.type, state.value, node.where);
    state.variable->is_const = true;
  }
  return state.variable;
}

}  // namespace weft::csl
