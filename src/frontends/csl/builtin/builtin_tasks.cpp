// SPDX-License-Identifier: Apache-2.0
// Builtins that bind, activate, block and unblock tasks, and bind queues.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

Value Evaluator::builtin_tasks(const Node& node) {
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::bind_data_task_:
      bind_task(node, wse::TaskKind::data, TypeKind::data_task_id);
      return nothing();
    case Builtin::bind_local_task_:
      bind_task(node, wse::TaskKind::local, TypeKind::local_task_id);
      return nothing();
    case Builtin::bind_control_task_:
      bind_task(node, wse::TaskKind::control, TypeKind::control_task_id);
      return nothing();
    case Builtin::activate_:
      return task_control(node, wse::Operation::activate);
    case Builtin::block_:
      return task_control(node, wse::Operation::block);
    case Builtin::unblock_:
      return task_control(node, wse::Operation::unblock);
    case Builtin::rpc_:
      rpc(node);
      return nothing();
    case Builtin::set_teardown_handler_:
      set_teardown_handler(node);
      return nothing();
    case Builtin::set_config_:
    case Builtin::get_config_:
      return configuration(node);
    default:
      initialize_queue(node);
      return nothing();
  }
}

/// @rpc(id): the tile takes launches by the task of this id. Launches come by the command stream
/// of <memcpy/memcpy> today, so it has no effect; older programs give it LAUNCH, a color.
void Evaluator::rpc(const Node& node) {
  expect_arguments(node, 1, 1);
  static_cast<void>(unit(node));
  if (emitter_ != nullptr) fail(node, "@rpc belongs to a comptime block");
  const Value id = evaluate(*node.list[0]);
  if (!id.type->is(TypeKind::data_task_id) && !id.type->is(TypeKind::color)) {
    fail(*node.list[0], "@rpc takes a data_task_id or a color, found " + describe(id));
  }
  const std::int64_t color = integer_of(id, *node.list[0]);
  if (color >= wse::color_count) {
    fail(*node.list[0], "@rpc: color " + std::to_string(color) +
                            " cannot be routed (0 to 23 can); was LAUNCH given a color?");
  }
}

void Evaluator::bind_task(const Node& node, wse::TaskKind kind, TypeKind id_kind) {
  expect_arguments(node, 2, 2);
  const FunctionInstance* task = function_of(evaluate(*node.list[0]), *node.list[0]);
  const Value id = evaluate(*node.list[1]);
  if (!id.type->is(id_kind)) {
    fail(*node.list[1], "expected a " + types().simple(id_kind)->text + ", found " + describe(id));
  }
  const std::int64_t number = integer_of(id, *node.list[1]);
  use_task(kind, number, *node.list[1]);
  unit(node).bind_task(kind, number, task, node.where);
}

/// A data task has the id of its color on WSE-2, of its input queue on WSE-3.
void Evaluator::use_task(wse::TaskKind kind, std::int64_t id, const Node& node) {
  using library::Resource;
  if (kind == wse::TaskKind::local) context_.use(Resource::local_task, id, node.where);
  if (kind != wse::TaskKind::data) return;
  const bool wse2 = context_.limits.generation == wse::Generation::wse2;
  context_.use(wse2 ? Resource::color : Resource::input_queue, id, node.where);
}

void Evaluator::use_queue(bool input, std::int64_t queue, const Node& node) {
  using library::Resource;
  context_.use(input ? Resource::input_queue : Resource::output_queue, queue, node.where);
}

/// The task that an id, a color, a queue or a task's name stands for.
std::uint32_t Evaluator::task_index(const Value& value, const Node& node) {
  TileUnit& tile = unit(node);
  if (value.form == Form::function) return tile.task_of(value.function, node.where);
  if (value.form != Form::number) {
    if (value.is_runtime()) unsupported(node, "a task id chosen at run time");
    fail(node, "expected a task id, found " + describe(value));
  }
  const std::int64_t id = integer_of(value, node);
  const bool wse2 = context_.limits.generation == wse::Generation::wse2;
  const auto task = [&](wse::TaskKind kind) {
    use_task(kind, id, node);
    return tile.task(kind, id, node.where);
  };
  switch (value.type->kind) {
    case TypeKind::data_task_id:
      return task(wse::TaskKind::data);
    case TypeKind::local_task_id:
      return task(wse::TaskKind::local);
    case TypeKind::control_task_id:
      return task(wse::TaskKind::control);
    case TypeKind::color:
      if (wse2) return task(wse::TaskKind::data);
      break;
    case TypeKind::input_queue:
      if (!wse2) return task(wse::TaskKind::data);
      break;
    default:
      break;
  }
  fail(node, "expected a task id, found " + describe(value));
}

Value Evaluator::task_control(const Node& node, wse::Operation operation) {
  expect_arguments(node, 1, 1);
  const Value id = evaluate(*node.list[0]);
  if (operation == wse::Operation::activate && id.type->is(TypeKind::data_task_id)) {
    unsupported(node, "@activate of a data task");
  }
  const std::uint32_t index = task_index(id, *node.list[0]);
  if (emitter_ == nullptr) {
    wse::Task& task = unit(node).code.tasks[index];
    if (operation == wse::Operation::activate) {
      task.activated = true;
    } else {
      task.blocked = operation == wse::Operation::block;
    }
    return nothing();
  }
  emitter_->emit({operation, wse::Type::u16, wse::no_register, wse::no_register, wse::no_register,
                  static_cast<std::int32_t>(index)});
  return nothing();
}

void Evaluator::initialize_queue(const Node& node) {
  expect_arguments(node, 1, 2);
  const Value queue = evaluate(*node.list[0]);
  const bool input = queue.type->is(TypeKind::input_queue);
  if (!input && !queue.type->is(TypeKind::output_queue)) {
    fail(*node.list[0], "expected a queue, found " + describe(queue));
  }
  const std::int64_t number = integer_of(queue, node);
  use_queue(input, number, node);
  if (node.list.size() < 2) return;
  const Value settings = evaluate(*node.list[1]);
  check_settings(settings, *node.list[1], {context_.known.color_, context_.known.priority_});
  const Value* color = field(settings, context_.known.color_);
  if (color == nullptr) return;
  if (!color->type->is(TypeKind::color)) {
    fail(*node.list[1], "expected a color, found " + describe(*color));
  }
  const std::int64_t bound = integer_of(*color, node);
  context_.use(library::Resource::color, bound, node.where);
  unit(node).bind_queue(input, number, bound, node.where);
}

}  // namespace weft::csl
