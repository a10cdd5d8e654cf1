// SPDX-License-Identifier: Apache-2.0
// Numbers of the tree in contexts of the graph.
#include <algorithm>
#include <array>
#include <span>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::MemoryKind;
using rdu_tree::Operation;
using Op = WordOperation;

Operand Mapper::value(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const auto key = std::make_pair(of, scope);
  const auto found = context.known.find(key);
  if (found != context.known.end()) return found->second;
  const Operand made = make_value(context, of, scope);
  context.known.emplace(key, made);
  return made;
}

Operand Mapper::make_value(MappedContext& context, std::uint32_t of, const Scope& scope) {
  if (const auto number = known_number(of, scope)) {
    return {context.maker.constant(rdu_tree::word_type(node(of).type), rdu_tree::word_of(*number)),
            false};
  }
  switch (node(of).operation) {
    case Operation::iterator:
      return iterator(context, of, scope);
    case Operation::read:
      return read(context, of, scope);
    case Operation::dequeue:
      return dequeue(context, of, scope);
    case Operation::read_modify_write:
      return sparse_value(context, of, scope);
    case Operation::stream_field:
      return stream_field(context, node(of).arguments[0],
                          static_cast<std::uint32_t>(node(of).value), scope);
    case Operation::parameter:
      if (const auto state = state_value(context, of, scope)) return *state;
      [[fallthrough]];
    default:
      if (rdu_tree::is_memory_operation(node(of).operation) ||
          node(of).operation == Operation::parameter) {
        unsupported(
            node(of).place,
            std::string(rdu_tree::to_text(node(of).operation)) + " of a " +
                (node(of).memory == none
                     ? std::string("function")
                     : std::string(rdu_tree::to_text(tree_.memories[node(of).memory].kind))));
      }
      return operate(context, of, scope);
  }
}

Operand Mapper::iterator(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const TreeShape::Iterator at = shape_.iterator_of(of);
  const auto& path = context.scope.path;
  const auto found = std::find(path.begin(), path.end(), at.controller);
  if (!(found != path.end()))
    fail(Category::internal, "a counter is used outside of its controller");
  const auto depth = static_cast<std::size_t>(found - path.begin());
  const std::uint32_t place = context.first_counters[depth] + at.counter;
  const bool scans = shape_.controller(at.controller).counters[at.counter].scan != none;
  Operand made = scans ? scan_index(context, at.controller, place, context.scope)
                       : Operand{context.maker.index(place), false};
  made.is_vector =
      !scans && context.lanes > 1 && place + 1 == context.maker.context().counters.size();
  const std::uint32_t copies = shape_.unrolled(at.controller, at.counter);
  if (copies > 1) {
    if (!(depth < scope.depth() && scope.lanes[depth] != all_lanes))
      fail(Category::internal, "an index is used of all lanes at once");
    const std::uint32_t lane = shape_.lane_of(at.controller, at.counter, scope.lanes[depth]);
    if (lane > 0) {
      made.node = context.maker.operation(
          Op::add, made.node, lane_offset(context, at.controller, at.counter, lane).node);
    }
  }
  const WordType type = rdu_tree::word_type(node(of).type);
  if (!(type == numerics::word_i32)) made.node = context.maker.convert(made.node, type);
  return made;
}

Operand Mapper::operate(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  const auto operation = rdu_tree::word_operation(made.operation);
  if (!operation) {
    unsupported(made.place, std::string(rdu_tree::to_text(made.operation)) + " of numbers");
  }
  std::array<Operand, 3> operands;
  bool is_vector = false;
  const std::size_t count = std::min(operands.size(), made.arguments.size());
  for (std::size_t i = 0; i < count; ++i) {
    operands[i] = value(context, made.arguments[i], scope);
    is_vector = is_vector || operands[i].is_vector;
  }
  if (*operation == Op::convert) {
    return {context.maker.convert(operands[0].node, rdu_tree::word_type(made.type)), is_vector};
  }
  const bool shifts =
      made.operation >= Operation::shift_left && made.operation <= Operation::shift_right_unsigned;
  if (shifts && !(rdu_tree::word_type(node(made.arguments[1]).type) == numerics::word_i32)) {
    operands[1].node = context.maker.convert(operands[1].node, numerics::word_i32);
  }
  const std::uint32_t node =
      context.maker.operation(*operation, operands[0].node, operands[1].node, operands[2].node);
  context.maker.context().nodes[node].line = made.place.line;
  return {node, is_vector};
}

Operand Mapper::read(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const std::uint32_t memory = node(of).memory;
  switch (tree_.memories[memory].kind) {
    case MemoryKind::arg_in:
      return argument(context, memory);
    case MemoryKind::reg:
    case MemoryKind::arg_out:
      return register_value(context, of, scope);
    case MemoryKind::sparse_dram:
      return sparse_value(context, of, scope);
    case MemoryKind::sram:
    case MemoryKind::sparse_sram:
    case MemoryKind::register_file:
    case MemoryKind::lut:
      if (enabled(of, scope) == Enabled::never) {
        return {context.maker.constant(rdu_tree::word_type(node(of).type), 0), false};
      }
      if (tree_.memories[memory].kind == MemoryKind::lut) {
        if (const auto constant = folded(context, of, scope)) return *constant;
      }
      return connect(read_port(of, scope), context, rdu_tree::word_type(node(of).type),
                     name_of_memory(memory) + ".data");
    default:
      unsupported(node(of).place,
                  "reading a " + std::string(rdu_tree::to_text(tree_.memories[memory].kind)));
  }
}

Operand Mapper::argument(MappedContext& context, std::uint32_t memory) {
  const auto found = context.arguments.find(memory);
  if (found != context.arguments.end()) return found->second;
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  MappedContext*& sends = arguments_[memory];
  if (sends == nullptr) {
    const std::string name = input_array(tree_, memory);
    const std::uint32_t word = graph_.memory(name, host_unit_, 1);
    graph_.array(name, Array::Role::input, type, {1}, word);
    sends = &new_context(name + ".send", host_unit_, {}, tree_.memories[memory].place);
    sends->known.emplace(std::make_pair(0U, Scope{}),
                         Operand{sends->maker.load(word, type, sends->maker.integer(0)), false});
  }
  const Operand word = sends->known.begin()->second;
  const Channel::Kind kind = type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word;
  const std::uint32_t channel = graph_.channel(unique(name_of_memory(memory) + ".word"), kind);
  sends->maker.give(channel, word.node);
  const Operand made{context.maker.take(channel, type, no_level), false};
  context.arguments.emplace(memory, made);
  return made;
}

std::optional<rdu_tree::Raw> Mapper::known_number(std::uint32_t of, const Scope& scope) const {
  // Kept: what is computed of the same number many times over would be computed as often
  const auto key = std::make_pair(of, scope);
  const auto found = known_numbers_.find(key);
  if (found != known_numbers_.end()) return found->second;
  return known_numbers_.emplace(key, find_number(of, scope)).first->second;
}

std::optional<rdu_tree::Raw> Mapper::find_number(std::uint32_t of, const Scope& scope) const {
  const rdu_tree::Node& made = node(of);
  if (made.operation == Operation::constant) return made.value;
  if (made.operation == Operation::iterator) return known_index(of, scope);
  return computed(of, [&](std::uint32_t each) { return known_number(each, scope); });
}

/// What an operation gives of numbers that `number_of` knows.
template <typename NumberOf>
std::optional<rdu_tree::Raw> Mapper::computed(std::uint32_t of, const NumberOf& number_of) const {
  const rdu_tree::Node& made = node(of);
  const bool computes =
      !rdu_tree::is_memory_operation(made.operation) && made.operation != Operation::parameter;
  if (!computes || made.arguments.empty() || made.arguments.size() > 3) return std::nullopt;
  std::array<rdu_tree::Raw, 3> operands{};
  for (std::size_t i = 0; i < made.arguments.size(); ++i) {
    const std::optional<rdu_tree::Raw> one = number_of(made.arguments[i]);
    if (!one) return std::nullopt;
    operands[i] = *one;
  }
  const rdu_tree::NumberType type = node(made.arguments[0]).type;
  if (made.operation == Operation::convert) {
    return rdu_tree::convert(operands[0], type, made.type);
  }
  const bool chooses = made.operation == Operation::select;
  return rdu_tree::evaluate(made.operation, chooses ? node(made.arguments[1]).type : type,
                            std::span(operands).first(made.arguments.size()));
}

std::optional<rdu_tree::Raw> Mapper::number_where(std::uint32_t of, const Scope& scope,
                                                  const Indices& indices) const {
  const auto given = indices.find(of);
  if (given != indices.end()) return rdu_tree::from_integer(given->second, node(of).type);
  if (const auto number = known_number(of, scope)) return number;
  return computed(of, [&](std::uint32_t each) { return number_where(each, scope, indices); });
}

/// The index of a counter whose iterations are all side by side, or that has only one.
std::optional<rdu_tree::Raw> Mapper::known_index(std::uint32_t of, const Scope& scope) const {
  const TreeShape::Iterator at = shape_.iterator_of(of);
  const auto found = std::find(scope.path.begin(), scope.path.end(), at.controller);
  if (found == scope.path.end()) return std::nullopt;
  const std::uint32_t lane = scope.lanes[static_cast<std::size_t>(found - scope.path.begin())];
  const rdu_tree::Counter& counter = shape_.controller(at.controller).counters[at.counter];
  const auto known = [&](std::uint32_t n, std::int64_t otherwise) {
    return n == none ? std::optional<std::int64_t>(otherwise) : known_integer(n);
  };
  const auto min = known(counter.min, 0);
  const auto max = known(counter.max, 0);
  const auto step = known(counter.step, 1);
  if (counter.scan != none || counter.max == none || !min || !max || !step || *step <= 0) {
    return std::nullopt;
  }
  const std::int64_t steps = (*max - *min + *step - 1) / *step;
  const std::int64_t copies = shape_.unrolled(at.controller, at.counter);
  if (lane == all_lanes || steps < 1 || steps > copies) return std::nullopt;
  if (counter.parallel > 1 && copies == 1) return std::nullopt;  // lanes
  const std::int64_t number = copies == 1 ? 0 : shape_.lane_of(at.controller, at.counter, lane);
  return rdu_tree::from_integer(*min + number * *step, node(of).type);
}

std::optional<std::int64_t> Mapper::known_integer(std::uint32_t of, const Scope& scope) const {
  const auto number = known_number(of, scope);
  if (!number) return std::nullopt;
  return rdu_tree::to_integer(*number, node(of).type);
}

Mapper::Enabled Mapper::enabled(std::uint32_t of, const Scope& scope) const {
  if (node(of).enable == none) return Enabled::always;
  const auto bit = known_number(node(of).enable, scope);
  if (!bit) return Enabled::sometimes;
  return *bit == 0 ? Enabled::never : Enabled::always;
}

bool Mapper::is_bare(std::uint32_t of) const {
  if (known_number(of)) return true;
  switch (node(of).operation) {
    case Operation::read:
    case Operation::dequeue:
    case Operation::read_modify_write:
    case Operation::stream_field:
      return true;
    case Operation::iterator: {
      const TreeShape::Iterator at = shape_.iterator_of(of);
      return shape_.unrolled(at.controller, at.counter) == 1;
    }
    default:
      return false;
  }
}

bool Mapper::is_read_behind(std::uint32_t of) const {
  const std::uint32_t home = shape_.home_of(of);
  for (const rdu_tree::Step& step : shape_.controller(home).steps) {
    if (step.is_controller || shape_.order_of(step.index) < shape_.order_of(of)) continue;
    const rdu_tree::Node& other = node(step.index);
    if (other.operation == Operation::read && other.memory == node(of).memory) return true;
  }
  return false;
}

MappedContext& Mapper::computes_for(std::uint32_t of, const Scope& scope) {
  if (!is_read_behind(of)) return compute(scope);
  const std::string name = line_name(node(of).place, "before");
  const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::compute);
  MappedContext& made = new_context(name, unit, scope, node(of).place);
  made.is_ahead = true;
  return made;
}

Operand Mapper::moved(MappedContext& context, std::uint32_t of, const Scope& scope,
                      std::uint32_t latency_cycles) {
  if (is_bare(of)) return value(context, of, scope);
  const std::uint32_t home = shape_.home_of(of);
  const Scope there = home == none || home == scope.last() ? scope : shape_.scope_of(home, scope);
  MappedContext& source = compute(there);
  if (&source == &context) return value(context, of, scope);
  const auto key = std::make_pair(of, scope);
  const auto found = context.known.find(key);
  if (found != context.known.end()) return found->second;
  const Operand made =
      connect({&source, value(source, of, there), latency_cycles}, context,
              rdu_tree::word_type(node(of).type), line_name(node(of).place, "value"));
  context.known.emplace(key, made);
  return made;
}

Operand Mapper::binary(MappedContext& context, WordOperation operation, Operand a, Operand b) {
  return {context.maker.operation(operation, a.node, b.node), a.is_vector || b.is_vector};
}

}  // namespace weft::program::rdu
