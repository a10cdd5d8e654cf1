// SPDX-License-Identifier: Apache-2.0
// Register files: all words of a row move on at once.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

/// A context of a register file's unit that does something to many of its words.
MappedContext& Mapper::change_file(std::uint32_t of, const Scope& scope, const char* does,
                                   MappedContext& source, Operand& when) {
  const rdu_tree::Node& made = node(of);
  MemoryCopy& copy = copy_of(made.memory, scope);
  if (copy.parts.size() > 1) unsupported(made.place, "a register file larger than a memory unit");
  MappedContext& context =
      new_context(name_of_memory(made.memory) + does, copy.unit, scope, made.place);
  const bool asks = enabled(of, scope) == Enabled::sometimes;
  if (asks || may_lack(scope) || may_be_empty(scope)) {
    Operand exists = exists_in(source);
    if (asks) exists = both(source, exists, value(source, made.enable, scope));
    if (exists.node != none) {
      when = connect({&source, exists}, context, numerics::word_bit,
                     name_of_memory(made.memory) + ".when");
    }
  }
  note_access(copy, {&context, &context, true, shape_.order_of(of), scope.last(), {}});
  return context;
}

/// Each word of the row goes to the next place, the value to the first.
void Mapper::shift_file(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (enabled(of, scope) == Enabled::never) return;
  Operand when;
  MappedContext& source = computes_for(of, scope);
  MappedContext& context = change_file(of, scope, ".shift", source, when);
  ContextMaker& maker = context.maker;
  const MemoryCopy copy = copy_of(made.memory, scope);
  const auto axis = static_cast<std::size_t>(made.value);
  const auto given = [&](std::uint32_t number) {
    if (is_bare(number)) return value(context, number, scope);
    return connect({&source, value(source, number, scope)}, context,
                   rdu_tree::word_type(node(number).type), line_name(made.place, "value"));
  };
  Operand row;
  for (std::size_t i = 0, argument = 1; i < copy.strides.size(); ++i) {
    if (i == axis) continue;
    Operand index = given(made.arguments[argument]);
    if (!(rdu_tree::word_type(node(made.arguments[argument]).type) == numerics::word_i32)) {
      index.node = maker.convert(index.node, numerics::word_i32);
    }
    ++argument;
    const Operand stride{maker.integer(static_cast<std::int32_t>(copy.strides[i])), false};
    const Operand part = binary(context, Op::multiply, index, stride);
    row = row.node == none ? part : binary(context, Op::add, row, part);
  }
  if (row.node == none) row.node = maker.integer(0);
  const Operand first = given(made.arguments[0]);
  const WordType type = rdu_tree::word_type(tree_.memories[made.memory].type);
  const std::int64_t words = tree_.memories[made.memory].sizes[axis];
  Operand number = first;
  for (std::int64_t k = 0; k < words; ++k) {
    const auto apart = static_cast<std::int32_t>(k * copy.strides[axis]);
    const Operand at = binary(context, Op::add, row, {maker.integer(apart), false});
    const Operand before = number;
    if (k + 1 < words) {
      number = {maker.load(copy.place, type, at.node, turn_level(context, copy)), at.is_vector};
    }
    maker.store(copy.place, at.node, before.node, turn_level(context, copy), when.node);
    maker.context().stores.back().line = made.place.line;
  }
}

/// All words are again what they began with.
void Mapper::reset_file(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (enabled(of, scope) == Enabled::never) return;
  Operand when;
  MappedContext& context = change_file(of, scope, ".reset", computes_for(of, scope), when);
  if (when.is_vector || context.lanes > 1) {
    unsupported(made.place, "a register file that a vector's lanes reset");
  }
  const MemoryCopy copy = copy_of(made.memory, scope);
  const rdu_tree::Memory& of_tree = tree_.memories[made.memory];
  const std::uint32_t initial =
      context.maker.constant(rdu_tree::word_type(of_tree.type), rdu_tree::word_of(of_tree.initial));
  const std::uint32_t words = graph_.program().memories[copy.place].words;
  if (words > reset_most) unsupported(made.place, "a reset of a register file of 257 words");
  for (std::uint32_t w = 0; w < words; ++w) {
    context.maker.store(copy.place, context.maker.integer(static_cast<std::int32_t>(w)), initial,
                        turn_level(context, copy), when.node);
    context.maker.context().stores.back().line = made.place.line;
  }
}

}  // namespace weft::program::rdu
