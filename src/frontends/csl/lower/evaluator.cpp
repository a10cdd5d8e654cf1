// SPDX-License-Identifier: Apache-2.0
// Evaluator services: errors, limits, module instances, lowering of a function.
#include "frontends/csl/lower/evaluator.hpp"

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "frontends/csl/lower/restore.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {
namespace {
constexpr std::size_t most_modules = 4096;
}

void Evaluator::fail(const Node& node, const std::string& message) const {
  fail(node.where, message);
}

void Evaluator::fail(Location where, const std::string& message) const {
  std::string full = message;
  int shown = 0;
  where = user_place(where);
  for (const Frame* frame = frame_; frame != nullptr && shown < 4; frame = frame->caller) {
    if (frame->instance == nullptr || frame->instance->function->name == Name::none) continue;
    full +=
        (shown == 0 ? " (in '" : ", called from '") + text(frame->instance->function->name) + "'";
    ++shown;
  }
  context_.fail(where, shown == 0 ? full : full + ")");
}

void Evaluator::unsupported(const Node& node, const std::string& what) const {
  context_.unsupported(user_place(node.where), what);
}

/// The call that led to a place in a library module, which is no file of the user's.
Location Evaluator::user_place(Location where) const {
  const auto is_library = [this](Location place) {
    return place.file != 0 && context_.sources.file(place.file).path.starts_with('<');
  };
  for (const Frame* frame = frame_; frame != nullptr && is_library(where); frame = frame->caller) {
    if (frame->call.file != 0) where = frame->call;
  }
  return where;
}

void Evaluator::step(const Node& node) {
  ++context_.steps;
  if (context_.step_limit != 0 && context_.steps > context_.step_limit) {
    context_.sources.fail(
        node.where,
        "compile-time evaluation takes more than " + counted(context_.step_limit, "step"),
        Category::limit);
  }
}

TileUnit& Evaluator::unit(const Node& node) const {
  if (unit_ == nullptr) fail(node, "this belongs to a tile's program, not to a layout");
  return *unit_;
}

std::string Evaluator::describe(const Value& value) const {
  switch (value.form) {
    case Form::nothing:
      return "void";
    case Form::number:
      return value.type->text + " " +
             (value.type->is_real() ? fixed(real_of(value), 6) : std::to_string(value.integer));
    case Form::string:
      return "\"" + text(value.name) + "\"";
    case Form::type:
      return "type " + value.meta->text;
    default:
      return "a value of type " + value.type->text;
  }
}

Module* Evaluator::instantiate(const Context::Loaded& loaded, const Value& parameters,
                               Location where) {
  auto& modules = unit_ != nullptr ? unit_->modules : context_.layout_modules;
  const Shape* shape = nullptr;
  std::vector<Value> values;
  if (parameters.form == Form::fields) {
    const auto& fields = static_cast<const Fields&>(*parameters.object);
    shape = fields.shape;
    values = fields.values;
  }
  for (Module& known : modules) {
    if (known.file != loaded.file || known.parameter_names != shape) continue;
    bool equal = true;
    for (std::size_t i = 0; i < values.size() && equal; ++i) {
      equal = same_value(known.parameters[i], values[i]);
    }
    if (equal) return &known;
  }
  for (std::size_t i = 0; shape != nullptr && i < shape->names.size(); ++i) {
    const auto found = loaded.file->global_index.find(shape->names[i]);
    if (found == loaded.file->global_index.end() ||
        loaded.file->globals[static_cast<std::size_t>(found->second)].kind !=
            GlobalKind::parameter) {
      fail(where, "'" + loaded.path + "' has no param '" + text(shape->names[i]) + "'");
    }
  }
  if (modules.size() >= most_modules) fail(where, "too many module instances");
  Module& module = modules.emplace_back();
  module.file = loaded.file;
  module.path = loaded.path;
  module.parameter_names = shape;
  module.parameters = std::move(values);
  module.globals.resize(loaded.file->globals.size());
  for (const Global& global : loaded.file->globals) {
    module.functions.push_back({global.function, &module});
  }
  return &module;
}

void Evaluator::run_comptime_blocks(Module& module) {
  for (const Function* block : module.file->comptime_blocks) run_block(module, *block);
}

void Evaluator::run_block(Module& module, const Function& block) {
  Frame frame;
  frame.module = &module;
  frame.slots.resize(static_cast<std::size_t>(block.slots));
  const Restore<Frame*> in_frame(frame_, &frame);
  const Restore<Emitter*> no_code(emitter_, nullptr);
  const Restore<Target*> no_target(target_, nullptr);
  const Restore<unsigned> no_branch(depth_, 0);
  execute_block(*block.body);
}

std::uint32_t Evaluator::lower(const FunctionInstance& instance) {
  const Function& function = *instance.function;
  Emitter emitter;
  Frame frame;
  frame.instance = &instance;
  frame.module = instance.module;
  frame.slots.resize(static_cast<std::size_t>(function.slots));
  const Restore<Frame*> in_frame(frame_, &frame);
  const Restore<Emitter*> to_code(emitter_, &emitter);
  const Restore<Emitter*> of_function(function_, &emitter);
  const Restore<Target*> no_target(target_, nullptr);
  const Restore<unsigned> no_branch(depth_, 0);
  std::vector<wse::Type> parameters;
  std::vector<const Type*> parameter_types;
  for (const Parameter& parameter : function.parameters) {
    if (parameter.type == nullptr || parameter.is_comptime) {
      fail(parameter.where, "a task or exported function takes no anytype or comptime parameter");
    }
    const Type* type = type_at(*parameter.type);
    if (!type->is_scalar())
      fail(parameter.where,
           "a parameter of type " + type->text + " cannot be received at run time");
    parameter_types.push_back(type);
    parameters.push_back(machine_type(*type));
    emitter.new_register();
  }
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const auto which = static_cast<Register>(i);
    emitter.pin(which);
    bind_parameter(frame, function.parameters[i], in_register(parameter_types[i], which),
                   *function.body);
  }
  frame.result_type = function.result == nullptr ? types().void_ : type_at(*function.result);
  frame.end = emitter.new_label();
  const Flow flow = execute_block(*function.body);
  finish_frame(frame, flow, *function.body);
  unit_->calls.add_calls(text(function.name) + " as a root", frame.calls);
  std::uint32_t number = emitter.finish(unit_->code, text(function.name), parameters);
  return number;
}

void Evaluator::run_imports(Module& module) {
  static const int import_builtin = builtin_number("import_module");
  for (std::size_t i = 0; i < module.globals.size(); ++i) {
    const Global& declared = module.file->globals[i];
    if (declared.kind != GlobalKind::constant || declared.value == nullptr) continue;
    if (declared.value->kind != NodeKind::builtin_call || declared.value->slot != import_builtin) {
      continue;
    }
    global(module, static_cast<std::int32_t>(i), *declared.value);
  }
}

}  // namespace weft::csl
