// SPDX-License-Identifier: Apache-2.0
// @map: a function for every element of descriptors.
#include <algorithm>

#include "base/counted.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {

/// @map(f, inputs..., output): f for every element.
Value Evaluator::map(const Node& node) {
  if (node.list.size() < 2) fail(node, "@map needs a function and an output");
  if (emitter_ == nullptr) fail(node, "@map runs on the machine only");
  const FunctionInstance& function = *function_of(evaluate(*node.list[0]), *node.list[0]);
  const std::size_t inputs = function.function->parameters.size();
  const bool returns = function.function->result != nullptr && node.list.size() == inputs + 2;
  if (!returns && node.list.size() != inputs + 1) {
    fail(node, "@map of a function with " + counted(inputs, "parameter") + " needs " +
                   counted(inputs, "input") + " and an output");
  }
  std::vector<Value> operands;
  Value length;
  for (std::size_t i = 1; i < node.list.size(); ++i) {
    Value operand = evaluate(*node.list[i]);
    if (operand.type->is_descriptor()) {
      if (!operand.type->is_memory_descriptor()) {
        unsupported(*node.list[i], "@map over " + operand.type->text);
      }
      Value count;
      if (operand.form == Form::descriptor) {
        const auto& dsd = static_cast<const DescriptorValue&>(*operand.object);
        count = number(types().u16, dsd.content.length);
      } else {
        count = in_register(types().u16,
                            emitter_->emit_to_new(wse::Operation::descriptor_get_length,
                                                  wse::Type::u16, to_descriptor(operand, node)));
      }
      if (length.type == nullptr) {
        length = count;
      } else if (length.is_known() && count.is_known()) {
        length.integer = std::min(length.integer, count.integer);
      } else {
        length = in_register(types().u16, emitter_->emit_to_new(
                                              wse::Operation::minimum, wse::Type::u16,
                                              to_register(length, node), to_register(count, node)));
      }
    }
    if (operand.form == Form::in_register) operand = keep(std::move(operand), node);
    operands.push_back(std::move(operand));
  }
  if (length.type == nullptr) fail(node, "@map needs a DSD among its operands");
  if (length.is_known() && length.integer == 0) return nothing();
  if (length.form == Form::in_register) emitter_->pin(static_cast<Register>(length.integer));
  emit_map(node, function, operands, length, returns);
  return nothing();
}

void Evaluator::emit_map(const Node& node, const FunctionInstance& function,
                         const std::vector<Value>& operands, const Value& length, bool returns) {
  const Register index = emitter_->emit_to_new(wse::Operation::constant, wse::Type::u16);
  emitter_->pin(index);
  const Emitter::Label again = emitter_->new_label();
  const Emitter::Label condition = emitter_->new_label();
  if (!length.is_known()) emitter_->jump(condition);
  emitter_->bind(again);
  enter_branch();
  std::vector<Value> arguments;
  const std::size_t inputs = function.function->parameters.size();
  const auto element_type = [&](std::size_t i) -> const Type* {
    if (operands[i].form != Form::descriptor) return nullptr;
    return static_cast<const DescriptorValue&>(*operands[i].object).element;
  };
  for (std::size_t i = 0; i < inputs; ++i) {
    if (!operands[i].type->is_descriptor()) {
      arguments.push_back(operands[i]);
      continue;
    }
    const Parameter& parameter = function.function->parameters[i];
    const Type* type = element_type(i);
    if (type == nullptr && parameter.type != nullptr) {
      Frame frame;
      frame.module = function.module;
      const Restore<Frame*> in_callee(frame_, &frame);
      type = type_at(*parameter.type);
    }
    if (type == nullptr) unsupported(node, "@map over a DSD whose element type is not known");
    arguments.push_back(
        in_register(type, emitter_->emit_to_new(wse::Operation::element_load, machine_type(*type),
                                                to_descriptor(operands[i], node), index)));
  }
  const Value result = call_function(function, arguments, node);
  if (returns) {
    const Value& output = operands.back();
    if (output.type->is_descriptor()) {
      const Type* type = element_type(inputs) == nullptr ? result.type : element_type(inputs);
      emitter_->emit({wse::Operation::element_store, machine_type(*type),
                      to_register(result, type, node), to_descriptor(output, node), index, 0});
    } else {
      store(dereference(output, node), result, node);
    }
  }
  emitter_->emit({wse::Operation::add, wse::Type::u16, index, index, wse::use_immediate, 1});
  emitter_->bind(condition);
  const Value more =
      binary_runtime(TokenKind::less, in_register(types().u16, index), length, types().u16, node);
  emitter_->branch_if(to_register(more, node), again);
  leave_branch();
}

}  // namespace weft::csl
