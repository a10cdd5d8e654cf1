// SPDX-License-Identifier: Apache-2.0
// Globals: params, constants, variables and functions of a module, computed when first asked for.
#include <algorithm>

#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {

GlobalState& Evaluator::global(Module& module, std::int32_t index, const Node& node) {
  GlobalState& state = module.globals[static_cast<std::size_t>(index)];
  if (state.kind == GlobalState::Kind::pending) {
    state.kind = GlobalState::Kind::busy;
    compute_global(module, index, state, node);
  } else if (state.kind == GlobalState::Kind::busy) {
    fail(node, "the value of '" + text(module.file->globals[static_cast<std::size_t>(index)].name) +
                   "' depends on itself");
  }
  return state;
}

void Evaluator::compute_global(Module& module, std::int32_t index, GlobalState& state,
                               const Node& node) {
  const auto at = static_cast<std::size_t>(index);
  const Global& declared = module.file->globals[at];
  Frame frame;
  frame.module = &module;
  frame.caller = frame_;
  frame.slots.resize(static_cast<std::size_t>(declared.slots));
  const Restore<Frame*> in_frame(frame_, &frame);
  const Restore<Emitter*> no_code(emitter_, nullptr);
  const Restore<Target*> no_target(target_, nullptr);
  const Restore<unsigned> no_branch(depth_, 0);
  const Restore<bool> bounded(free_indices_, false);
  const Restore<std::uint16_t> no_place(wanted_descriptor_, no_index);
  if (declared.kind == GlobalKind::function) {
    state.value.type = types().simple(TypeKind::function);
    state.value.form = Form::function;
    state.value.function = &module.functions[at];
    state.kind = GlobalState::Kind::constant;
    return;
  }
  const Type* type = declared.type == nullptr ? nullptr : type_at(*declared.type);
  if (type != nullptr && type->is(TypeKind::any)) type = nullptr;
  Value value;
  if (declared.kind == GlobalKind::parameter) {
    value = parameter_value(module, declared, type, node);
  } else if (declared.value != nullptr) {
    value = evaluate(*declared.value, type);
    if (type != nullptr) value = coerce(std::move(value), type, *declared.value);
  } else {
    value = undefined(type);
  }
  if (declared.kind == GlobalKind::variable) {
    compute_variable(declared, state, std::move(value));
    return;
  }
  state.value = std::move(value);
  state.kind = GlobalState::Kind::constant;
}

/// A color that a job gives a layout by its number (cslc: --colors=name:3).
Value Evaluator::color_of(const Value& value, const Node& where) {
  const std::int64_t color = integer_of(value, where);
  if (color < 0 || color >= wse::color_count) {
    fail(where, "color " + std::to_string(color) + " cannot be routed (0 to 23 can)");
  }
  return number(types().simple(TypeKind::color), color);
}

Value Evaluator::parameter_value(Module& module, const Global& declared, const Type* type,
                                 const Node& node) {
  const int given =
      module.parameter_names == nullptr ? -1 : module.parameter_names->find(declared.name);
  Node where;
  where.where = declared.where;
  if (given >= 0) {
    Value value = module.parameters[static_cast<std::size_t>(given)];
    const bool from_job = unit_ == nullptr && &module == &context_.layout_modules.front();
    if (from_job && type != nullptr && type->is(TypeKind::color)) return color_of(value, where);
    return type == nullptr ? value : coerce(std::move(value), type, where);
  }
  if (declared.value == nullptr) {
    fail(node, "param '" + text(declared.name) + "' of '" + module.path + "' is given no value");
  }
  Value value = evaluate(*declared.value, type);
  return type == nullptr ? value : coerce(std::move(value), type, *declared.value);
}

void Evaluator::compute_variable(const Global& declared, GlobalState& state, Value value) {
  Node where;
  where.where = declared.where;
  const Type* type = default_type(value.type);
  if (type != value.type) value = coerce(std::move(value), type, where);
  if (value.form == Form::undefined && declared.value == nullptr && context_.zero_globals) {
    value = zero_value(type);
  }
  if (unit_ == nullptr || (!type->is_descriptor() && type->bytes == 0)) {
    state.value = std::move(value);
    state.kind = GlobalState::Kind::comptime_variable;
    return;
  }
  if (type->is_descriptor()) {
    if (value.form == Form::descriptor) {
      const auto& known = static_cast<const DescriptorValue&>(*value.object);
      state.descriptor = unit_->new_descriptor(unit_->placed(known));
    } else if (value.form == Form::undefined) {
      state.descriptor = unit_->new_descriptor({});
    } else {
      fail(where, "a variable of type " + type->text + " needs a value known at compile time");
    }
    state.value = undefined(type);
    state.kind = GlobalState::Kind::descriptor;
    return;
  }
  state.variable = unit_->new_variable(declared.name, type, std::move(value), declared.where);
  if (declared.alignment != nullptr) {
    const std::int64_t alignment = integer_in(*declared.alignment, 1, 1 << 14, "an alignment");
    if ((alignment & (alignment - 1)) != 0) {
      fail(*declared.alignment, "an alignment is a power of two");
    }
    state.variable->alignment =
        std::max(state.variable->alignment, static_cast<std::uint32_t>(alignment));
  }
  state.kind = GlobalState::Kind::variable;
  if (declared.is_export) {
    wse::Symbol symbol;
    symbol.name = text(declared.name);
    const Type* element = type;
    while (element->is(TypeKind::array)) element = element->element;
    symbol.type = machine_type(*element);
    symbol.address = unit_->address(*state.variable);
    symbol.elements = type->bytes / wse::bytes_of(symbol.type);
    unit_->code.symbols.push_back(std::move(symbol));
  }
}

Value Evaluator::global_value(Module& module, std::int32_t index, const Node& node) {
  GlobalState& state = global(module, index, node);
  if (state.kind == GlobalState::Kind::constant ||
      state.kind == GlobalState::Kind::comptime_variable) {
    return state.value;
  }
  return load(place_of_global(module, index, node), node);
}

Value Evaluator::import_module(const Node& node) {
  expect_arguments(node, 1, 2);
  const Value path = evaluate(argument(node, 0));
  if (path.form != Form::string) fail(node, "@import_module needs the path of a file");
  const Context::Loaded loaded = context_.load(text(path.name), frame_->module->path, node.where);
  Value parameters = nothing();
  if (node.list.size() > 1) {
    parameters = evaluate(argument(node, 1));
    for (const Value& given : fields_of(parameters, node).values) {
      const bool host_stream =
          loaded.path == library::memcpy_layout && given.type->is(TypeKind::color);
      if (host_stream) {
        context_.use(library::Resource::color, integer_of(given, node), node.where);
      }
    }
  }
  Value value;
  value.type = types().simple(TypeKind::module);
  value.form = Form::module;
  value.module = instantiate(loaded, parameters, node.where);
  return value;
}

}  // namespace weft::csl
