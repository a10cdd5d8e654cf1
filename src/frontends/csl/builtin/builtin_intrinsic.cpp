// SPDX-License-Identifier: Apache-2.0
// Builtins that only our own library modules use: what the machine offers and CSL reaches through
// <math>, <time>, <layout>, <random> and <memcpy/*>.
#include <array>

#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

Value Evaluator::builtin_intrinsic(const Node& node) {
  const auto which = static_cast<Builtin>(node.slot);
  const SourceFile& file = context_.sources.file(node.where.file);
  if (file.path.empty() || file.path.front() != '<') {
    fail(node, "unknown builtin @" + text(node.name));
  }
  if (which == Builtin::weft_math_) return math(node);
  if (which == Builtin::weft_host_stream_) {
    // (name, into the machine, color)
    expect_arguments(node, 3, 3);
    wse::HostStream stream;
    stream.name = text(evaluate(*node.list[0]).name);
    stream.into_machine = bool_of(evaluate(*node.list[1]), node);
    stream.color = static_cast<std::uint8_t>(integer_of(evaluate(*node.list[2]), node));
    if (layout_ != nullptr) layout_->host_stream(stream, node.where);
    return nothing();
  }
  if (which == Builtin::weft_register_) {
    // (0: of colors, 1: of switches, 2: of pending teardowns): the first word's address
    const wse::ConfigurationWords& words = context_.limits.configuration;
    const std::array all{words.color, words.switches, words.teardown_pending};
    const std::int64_t which_word = integer_of(evaluate(argument(node, 0)), node);
    return number(types().u16, all.at(static_cast<std::size_t>(which_word)));
  }
  if (which == Builtin::weft_task_priority_) {
    // (task id, whether high)
    expect_arguments(node, 2, 2);
    const std::uint32_t index = task_index(evaluate(*node.list[0]), *node.list[0]);
    const bool high = bool_of(evaluate(*node.list[1]), node);
    if (emitter_ != nullptr) unsupported(node, "a task's priority changed at run time");
    unit(node).code.tasks[index].priority = high ? wse::Priority::high : wse::Priority::low;
    return nothing();
  }
  if (which == Builtin::weft_tile_x_ || which == Builtin::weft_tile_y_) {
    const bool is_x = which == Builtin::weft_tile_x_;
    const Symbolic* symbolic =
        is_x ? context_.symbolics.tile_x(types().u16) : context_.symbolics.tile_y(types().u16);
    Value value = number(types().u16, is_x ? unit(node).x : unit(node).y);
    value.symbolic = symbolic;
    if (emitter_ == nullptr) return value;
    return in_register(types().u16, to_register(value, node));
  }
  if (emitter_ == nullptr) fail(node, "this has a value at run time only");
  switch (which) {
    case Builtin::weft_timestamp_: {
      // (where the three words go)
      const Place place = dereference(evaluate(argument(node, 0)), node);
      Register base = wse::no_register;
      std::int32_t immediate = 0;
      memory_operand(place, base, immediate, node);
      if (place.variable != nullptr) place.variable->is_assigned = true;
      emitter_->emit({wse::Operation::timestamp_store, wse::Type::u16, wse::no_register, base,
                      wse::no_register, immediate});
      return nothing();
    }
    case Builtin::weft_timestamp_enable_:
      emitter_->emit({wse::Operation::timestamp_enable, wse::Type::u16, wse::no_register,
                      wse::no_register, wse::no_register,
                      bool_of(evaluate(argument(node, 0)), node) ? 1 : 0});
      return nothing();
    case Builtin::weft_unblock_command_stream_:
      emitter_->emit({wse::Operation::unblock_command_stream, wse::Type::u16, wse::no_register,
                      wse::no_register, wse::no_register, 0});
      return nothing();
    default:
      return in_register(types().u32,
                         emitter_->emit_to_new(wse::Operation::random, wse::Type::u32));
  }
}

}  // namespace weft::csl
