// SPDX-License-Identifier: Apache-2.0
// Builtins that name colors, task ids, queues, microthreads; and the rectangle.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {
namespace {
constexpr std::int64_t last_color = 31;  // 24 to 31 route nothing; 31 is the null color
}

Value Evaluator::identity(const Node& node, TypeKind kind, std::int64_t last, std::int64_t first) {
  expect_arguments(node, 1, 1);
  Value value = evaluate(*node.list[0]);
  if (value.is_runtime()) unsupported(node, "@" + text(node.name) + " of a run-time value");
  const std::int64_t id = integer_of(value, *node.list[0]);
  if (id < first || id > last) {
    fail(node, "@" + text(node.name) + ": " + std::to_string(id) + " is outside of " +
                   std::to_string(first) + " to " + std::to_string(last));
  }
  return number(types().simple(kind), id);
}

/// WSE-2: the id of a data task is a color. WSE-3: it is an input queue.
Value Evaluator::data_task_id(const Node& node) {
  expect_arguments(node, 1, 1);
  const Value of = evaluate(*node.list[0]);
  const bool wse2 = context_.limits.generation == wse::Generation::wse2;
  if (!of.type->is(wse2 ? TypeKind::color : TypeKind::input_queue)) {
    fail(node, std::string("on ") + (wse2 ? "wse2" : "wse3") + " @get_data_task_id takes " +
                   (wse2 ? "a color" : "an input_queue") + ", found " + of.type->text);
  }
  return number(types().simple(TypeKind::data_task_id), integer_of(of, node));
}

Value Evaluator::builtin_identity(const Node& node) {
  const wse::Limits& limits = context_.limits;
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::get_color_:
      return identity(node, TypeKind::color, last_color);
    case Builtin::get_data_task_id_:
      return data_task_id(node);
    case Builtin::get_local_task_id_:
      return identity(node, TypeKind::local_task_id, limits.local_task_last,
                      limits.local_task_first);
    case Builtin::get_control_task_id_:
      return identity(node, TypeKind::control_task_id, limits.control_task_last);
    case Builtin::get_input_queue_:
      return identity(node, TypeKind::input_queue, limits.input_queues - 1);
    case Builtin::get_output_queue_:
      return identity(node, TypeKind::output_queue, limits.output_queues - 1);
    case Builtin::get_ut_id_:
      return identity(node, TypeKind::ut_id, wse::microthread_count - 1);
    case Builtin::get_rectangle_: {
      if (context_.width == 0) fail(node, "the rectangle is not set yet");
      const Shape* shape = context_.shape({context_.known.width_, context_.known.height_});
      return make_fields(
          shape, {number(types().u16, context_.width), number(types().u16, context_.height)});
    }
    default:
      return get_dsr(node);
  }
}

}  // namespace weft::csl
