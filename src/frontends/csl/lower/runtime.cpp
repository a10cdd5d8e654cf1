// SPDX-License-Identifier: Apache-2.0
// Values held by the code being lowered: registers and descriptor table entries.
#include <limits>

#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {

Value Evaluator::in_register(const Type* type, Register which) const {
  Value value;
  value.type = type;
  value.form = Form::in_register;
  value.integer = which;
  return value;
}

LocalKey Evaluator::local_key(const Frame& frame, const Node* declaration, const Type* type) const {
  LocalKey key{declaration, frame.module, type, frame.called, 0};
  for (const Frame* around = frame.caller; around != nullptr; around = around->caller) {
    if (key.owner == nullptr) key.owner = around->called;
    const bool same = frame.instance != nullptr && around->instance != nullptr &&
                      around->instance->function == frame.instance->function;
    if (same) ++key.level;
  }
  return key;
}

bool Evaluator::fits_immediate(const Value& value) const {
  return value.form == Form::number && !varies(value) && !value.type->is_real() &&
         value.integer >= std::numeric_limits<std::int32_t>::min() &&
         value.integer <= std::numeric_limits<std::int32_t>::max();
}

Evaluator::Register Evaluator::to_register(const Value& value, const Type* type, const Node& node) {
  return to_register(coerce(value, type, node), node);
}

Evaluator::Register Evaluator::to_register(const Value& value, const Node& node) {
  if (value.form == Form::in_register) return static_cast<Register>(value.integer);
  if (emitter_ == nullptr) fail(node, "this must be known at compile time");
  const Type* type = default_type(value.type);
  if (type != value.type) return to_register(coerce(value, type, node), node);
  if (value.form == Form::undefined) {
    return emitter_->emit_to_new(wse::Operation::constant, machine_type(*type));
  }
  if (value.form == Form::address) {
    std::int64_t address = value.integer;
    if (value.variable != nullptr) address += unit(node).address(*value.variable);
    return emitter_->emit_to_new(wse::Operation::constant, wse::Type::u16, wse::no_register,
                                 wse::no_register, static_cast<std::int32_t>(address));
  }
  if (value.form != Form::number) fail(node, describe(value) + " has no place at run time");
  const wse::Type machine = machine_type(*type);
  if (varies(value)) {
    const std::uint32_t number = unit(node).tile_constant(value.symbolic);
    return emitter_->emit_to_new(wse::Operation::tile_constant, machine, wse::no_register,
                                 wse::no_register, static_cast<std::int32_t>(number));
  }
  Scalar scalar;
  scalar.integer = value.integer;
  const std::uint64_t bits = register_bits(*type, scalar);
  const bool sign_fits =
      static_cast<std::int64_t>(bits) == static_cast<std::int64_t>(static_cast<std::int32_t>(bits));
  if (sign_fits || wse::bytes_of(machine) <= 4) {
    return emitter_->emit_to_new(wse::Operation::constant, machine, wse::no_register,
                                 wse::no_register, static_cast<std::int32_t>(bits));
  }
  auto& wide = unit(node).code.wide_constants;
  wide.push_back(bits);
  return emitter_->emit_to_new(wse::Operation::constant_wide, machine, wse::no_register,
                               wse::no_register, static_cast<std::int32_t>(wide.size() - 1));
}

std::uint16_t Evaluator::to_descriptor(const Value& value, const Node& node) {
  if (value.form == Form::in_descriptor) return static_cast<std::uint16_t>(value.integer);
  if (value.form != Form::descriptor) fail(node, "expected a DSD, found " + describe(value));
  const auto& known = static_cast<const DescriptorValue&>(*value.object);
  return unit(node).shared_descriptor(unit(node).placed(known));
}

/// A value that a name will stand for: later changes of what it was read from must not show.
Value Evaluator::keep(Value value, const Node& node) {
  if (value.form == Form::in_register) {
    const auto source = static_cast<Register>(value.integer);
    if (emitter_->is_pinned(source)) {
      const Register own = emitter_->new_register();
      emitter_->move(machine_type(*value.type), own, source);
      value.integer = own;
    }
    emitter_->pin(static_cast<Register>(value.integer));
  } else if (value.form == Form::in_descriptor && !value.type->is(TypeKind::dsr) &&
             value.index_register == no_index) {
    const auto source = static_cast<std::uint16_t>(value.integer);
    const std::uint16_t own = unit(node).new_descriptor(unit(node).code.descriptors[source]);
    emitter_->emit(
        {wse::Operation::descriptor_copy, wse::Type::u16, own, source, wse::no_register, 0});
    value.integer = own;
  } else if (value.form == Form::in_memory) {
    Variable* own =
        unit(node).new_variable(Name::none, value.type, undefined(value.type), node.where);
    Place to;
    to.kind = Place::Kind::in_memory;
    to.type = value.type;
    to.variable = own;
    copy_memory(to, place_of_value(value, node), node);
    value = Value();
    value.type = to.type;
    value.form = Form::in_memory;
    value.variable = own;
    value.integer = 0;
  } else if (value.form == Form::fields) {
    const auto& fields = static_cast<const Fields&>(*value.object);
    bool runtime = false;
    for (const Value& part : fields.values) runtime |= part.is_runtime();
    if (!runtime) return value;
    std::vector<Value> parts = fields.values;
    for (Value& part : parts) part = keep(std::move(part), node);
    const Type* type = value.type;
    value = make_fields(fields.shape, std::move(parts));
    value.type = type;
  }
  return value;
}

}  // namespace weft::csl
