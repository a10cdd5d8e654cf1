// SPDX-License-Identifier: Apache-2.0
// Contexts of the mapped graph and the counters that they go through.
#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

namespace {

std::uint32_t counters_of(MappedContext& context) {
  return static_cast<std::uint32_t>(context.maker.context().counters.size());
}

}  // namespace

MappedContext& Mapper::new_context(const std::string& name, std::uint32_t unit, const Scope& scope,
                                   rdu_tree::SourcePlace place,
                                   const std::vector<InnerCounter>& inner,
                                   std::uint32_t inner_lanes, bool computes) {
  ContextMaker maker = graph_.context(unique(name), unit, 1, true);
  maker.context().line = place.line;
  MappedContext& made = contexts_.emplace_back(MappedContext{maker, scope});
  for (std::size_t depth = 0; depth < scope.depth(); ++depth) {
    made.first_counters.push_back(counters_of(made));
    add_counters(made, depth, computes);
  }
  made.inner = counters_of(made);
  made.first_counters.push_back(made.inner);
  const std::size_t branch = case_around(scope, scope.depth());
  made.inner_counters = inner;
  for (const InnerCounter& one : inner) {
    Bound end = one.end_node == none ? Bound{static_cast<std::int32_t>(one.end), none}
                                     : bound(made, one.end_node, scope, 0);
    if (branch < scope.depth() && end.input == none) end = case_bound(made, branch, end.value, 0);
    made.maker.counter(one.name, {0, none}, end);
  }
  made.lanes = !inner.empty()      ? inner_lanes
               : scope.depth() > 0 ? shape_.vector_lanes(scope.last())
                                   : 1;
  made.maker.context().lanes = made.lanes;
  if (counters_of(made) == 0) made.maker.counter("go", 1);
  return made;
}

/// Where in a scope's path the innermost case of a branch is above `depth`; `depth`: nowhere.
std::size_t Mapper::case_around(const Scope& scope, std::size_t depth) const {
  for (std::size_t d = depth; d-- > 0;) {
    const auto kind = shape_.controller(scope.path[d]).kind;
    if (kind == rdu_tree::ControllerKind::branch_case) return d;
  }
  return depth;
}

void Mapper::add_counters(MappedContext& context, std::size_t depth, bool computes) {
  const std::uint32_t number = context.scope.path[depth];
  const rdu_tree::Controller& made = shape_.controller(number);
  const Scope outside = context.scope.first(depth);
  if (made.kind == rdu_tree::ControllerKind::branch_case) {
    const Bound end = case_bound(context, depth, 1, 0);
    context.maker.counter("c" + std::to_string(counters_of(context)), {0, none}, end);
  }
  if (made.kind == rdu_tree::ControllerKind::state_machine) return add_machine(context, depth);
  const std::size_t branch = case_around(context.scope, depth);
  for (std::uint32_t k = 0; k < made.counters.size(); ++k) {
    const rdu_tree::Counter& counter = made.counters[k];
    if (counter.scan != none) {
      const Bound ones = scan_bound(context, number, k, outside);
      context.maker.counter("c" + std::to_string(counters_of(context)), {0, none}, ones);
      continue;
    }
    const std::uint32_t copies = shape_.unrolled(number, k);
    const Bound first = bound(context, counter.min, outside, 0);
    Bound end = bound(context, counter.max, outside, 0);
    const bool breaks =
        counter.max == none && made.break_when != none && !rounds_by_streams(number);
    const bool endless = breaks && branch == depth;
    if (breaks) {
      end.value = endless ? 0 : std::numeric_limits<std::int32_t>::max();
    } else if (counter.max == none) {
      end.value = static_cast<std::int32_t>(rounds_of(number));
    }
    // A case that is not taken costs a step, not its loops
    if (branch < depth && first.input == none && end.input == none) {
      end = case_bound(context, branch, end.value, first.value);
    }
    const Bound step = counter_step(context, counter.step, outside, copies);
    context.maker.counter("c" + std::to_string(counters_of(context)), first, end, step);
    context.maker.context().counters.back().endless = endless;
  }
  add_break(context, depth, computes);
}

/// From an iteration of all copies of a counter to their next.
Bound Mapper::counter_step(MappedContext& context, std::uint32_t of, const Scope& scope,
                           std::uint32_t copies) {
  const auto factor = static_cast<std::int32_t>(copies);
  if (copies == 1 || of == none || known_integer(of, scope)) {
    Bound step = bound(context, of, scope, 1);
    step.value *= factor;
    return step;
  }
  const std::string name = line_name(node(of).place, "step");
  MappedContext& source =
      new_context(name, graph_.unit(unique(name), Unit::Kind::compute), scope, node(of).place);
  Operand number = value(source, of, scope);
  if (!(rdu_tree::word_type(node(of).type) == numerics::word_i32)) {
    number.node = source.maker.convert(number.node, numerics::word_i32);
  }
  number = binary(source, Op::multiply, number, {source.maker.integer(factor), false});
  const Operand held = connect({&source, number}, context, numerics::word_i32, "step", false);
  return {0, context.maker.context().nodes[held.node].at};
}

/// How far a lane of a controller's counter is from the first one.
Operand Mapper::lane_offset(MappedContext& context, std::uint32_t controller, std::uint32_t counter,
                            std::uint32_t lane) {
  const auto depth = static_cast<std::size_t>(
      std::find(context.scope.path.begin(), context.scope.path.end(), controller) -
      context.scope.path.begin());
  const std::uint32_t of = shape_.controller(controller).counters[counter].step;
  const Scope outside = context.scope.first(depth);
  const auto step = of == none ? std::optional<std::int64_t>(1) : known_integer(of, outside);
  const auto at = static_cast<std::int32_t>(lane);
  if (step) return {context.maker.integer(at * static_cast<std::int32_t>(*step)), false};
  Operand number = value(context, of, outside);
  if (!(rdu_tree::word_type(node(of).type) == numerics::word_i32)) {
    number.node = context.maker.convert(number.node, numerics::word_i32);
  }
  return binary(context, Op::multiply, number, {context.maker.integer(at), false});
}

Bound Mapper::bound(MappedContext& context, std::uint32_t of, const Scope& scope,
                    std::int32_t otherwise) {
  if (of == none) return {otherwise, none};
  if (const auto number = known_integer(of, scope))
    return {static_cast<std::int32_t>(*number), none};
  const auto input_of = [&](Operand operand) {
    const Node& made = context.maker.context().nodes[operand.node];
    return made.kind == Node::Kind::input ? made.at : none;
  };
  const bool word = rdu_tree::word_type(node(of).type) == numerics::word_i32;
  if (word && node(of).operation == rdu_tree::Operation::read && is_bare(of)) {
    const std::uint32_t input = input_of(value(context, of, scope));
    if (input != none) return {0, input};
  }
  MappedContext*& source = bounds_[{of, scope}];
  if (source == nullptr) {
    const std::string name = line_name(node(of).place, "bound");
    const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::compute);
    source = &new_context(name, unit, scope, node(of).place);
  }
  Operand number = value(*source, of, scope);
  if (!word) number.node = source->maker.convert(number.node, numerics::word_i32);
  return {0, input_of(connect({source, number}, context, numerics::word_i32, "bound", false))};
}

MappedContext& Mapper::compute(const Scope& scope) {
  MappedContext*& made = computes_[scope];
  if (made == nullptr) {
    const rdu_tree::Controller& leaf = shape_.controller(scope.last());
    const std::string name = line_name(leaf.place, "compute");
    const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::compute);
    graph_.program().units[unit].line = leaf.place.line;
    made = &new_context(name, unit, scope, leaf.place, {}, 1, true);
  }
  return *made;
}

Operand Mapper::lane_exists(MappedContext& context, std::size_t depth, std::uint32_t lane) {
  const std::uint32_t number = context.scope.path[depth];
  Operand all;
  for (std::uint32_t k = 0; k < shape_.controller(number).counters.size(); ++k) {
    const std::uint32_t copies = shape_.unrolled(number, k);
    const std::uint32_t at = copies > 1 ? shape_.lane_of(number, k, lane) : 0;
    if (at == 0) continue;
    const std::uint32_t place = context.first_counters[depth] + k;
    const Counter counter = context.maker.context().counters[place];
    const bool constant =
        counter.first.input == none && counter.end.input == none && counter.step.input == none;
    if (constant && (counter.end.value - counter.first.value) % counter.step.value == 0) {
      continue;
    }
    const std::uint32_t index = context.maker.operation(Op::add, context.maker.index(place),
                                                        lane_offset(context, number, k, at).node);
    const std::uint32_t end = counter.end.input == none
                                  ? context.maker.integer(counter.end.value)
                                  : context.maker.value_of(counter.end.input, numerics::word_i32);
    const bool up = counter.step.input != none || counter.step.value > 0;
    const Operand one{up ? context.maker.operation(Op::less, index, end)
                         : context.maker.operation(Op::less, end, index),
                      false};
    all = both(context, all, one);
  }
  return all;
}

bool Mapper::may_lack_at(const Scope& scope, std::size_t depth) const {
  const std::uint32_t number = scope.path[depth];
  if (scope.lanes[depth] == all_lanes) return false;
  const auto& counters = shape_.controller(number).counters;
  for (std::uint32_t k = 0; k < counters.size(); ++k) {
    const std::int64_t copies = shape_.unrolled(number, k);
    if (copies == 1 || shape_.lane_of(number, k, scope.lanes[depth]) == 0) continue;
    const auto known = [&](std::uint32_t of, std::int64_t otherwise) {
      return of == none ? std::optional<std::int64_t>(otherwise) : known_integer(of);
    };
    const rdu_tree::Counter& counter = counters[k];
    const auto min = known(counter.min, 0);
    const auto max = known(counter.max, 0);
    const auto step = known(counter.step, 1);
    if (!min || !max || !step || (*max - *min) % (*step * copies) != 0) return true;
  }
  return false;
}

bool Mapper::may_lack(const Scope& scope) const {
  for (std::size_t depth = 0; depth < scope.depth(); ++depth) {
    if (may_lack_at(scope, depth)) return true;
  }
  return false;
}

bool Mapper::may_stray(const std::vector<std::uint32_t>& nodes, const Scope& scope) const {
  std::vector<std::uint32_t> left = nodes;
  std::set<std::uint32_t> seen;
  while (!left.empty()) {
    const std::uint32_t of = left.back();
    left.pop_back();
    if (!seen.insert(of).second) continue;
    const rdu_tree::Node& made = node(of);
    left.insert(left.end(), made.arguments.begin(), made.arguments.end());
    if (made.operation != rdu_tree::Operation::iterator) continue;
    const auto found =
        std::find(scope.path.begin(), scope.path.end(), shape_.iterator_of(of).controller);
    if (found == scope.path.end()) continue;
    if (may_lack_at(scope, static_cast<std::size_t>(found - scope.path.begin()))) return true;
  }
  return false;
}

bool Mapper::may_be_empty(const Scope& scope) const {
  for (const std::uint32_t c : scope.path) {
    if (shape_.controller(c).kind == rdu_tree::ControllerKind::branch_case) return true;
    if (shape_.controller(c).break_when != none) return true;
    if (shape_.controller(c).kind == rdu_tree::ControllerKind::state_machine) return true;
    for (const rdu_tree::Counter& counter : shape_.controller(c).counters) {
      const auto min =
          counter.min == none ? std::optional<std::int64_t>(0) : known_integer(counter.min);
      const auto max =
          counter.max == none ? std::optional<std::int64_t>(1) : known_integer(counter.max);
      if (counter.scan != none || !min || !max || *max == *min) return true;
    }
  }
  return false;
}

Operand Mapper::have_index(MappedContext& context, std::size_t first, std::size_t end,
                           bool by_bounds) {
  ContextMaker& maker = context.maker;
  Operand all;
  for (std::size_t c = first; c < end; ++c) {
    const Counter counter = maker.context().counters[c];
    if (counter.until != none && !by_bounds) {
      all = both(context, all, {maker.operation(Op::bit_not, counter.until), false});
    }
    const bool constant = counter.first.input == none && counter.end.input == none;
    if (counter.endless || (constant && counter.first.value != counter.end.value)) continue;
    const auto number = [&](const Bound& of) {
      return of.input == none ? maker.integer(of.value)
                              : maker.value_of(of.input, numerics::word_i32);
    };
    const bool up = counter.step.input != none || counter.step.value > 0;
    const std::uint32_t from = number(counter.first);
    const std::uint32_t to = number(counter.end);
    const Operand one{maker.operation(Op::less, up ? from : to, up ? to : from), false};
    all = both(context, all, one);
  }
  return all;
}

Operand Mapper::exists_in(MappedContext& context) {
  if (!context.exists) {
    const Operand lanes = mask_of(context);
    context.exists =
        both(context, lanes, have_index(context, 0, context.maker.context().counters.size()));
  }
  return *context.exists;
}

Operand Mapper::is_taken(MappedContext& context, std::uint32_t branch_case, const Scope& scope) {
  const rdu_tree::Controller& branch = shape_.controller(shape_.controller(branch_case).parent);
  Operand all;
  for (const rdu_tree::Step& step : branch.steps) {
    if (!step.is_controller) continue;
    const std::uint32_t condition = shape_.controller(step.index).condition;
    const bool here = step.index == branch_case;
    if (condition == none) break;
    Operand bit = value(context, condition, scope);
    if (!here) bit.node = context.maker.operation(Op::bit_not, bit.node);
    all = both(context, all, bit);
    if (here) break;
  }
  if (all.node == none) all = {context.maker.constant(numerics::word_bit, 1), false};
  return all;
}

/// `taken` or `otherwise`, as the case at `depth` of the path is or is not.
Bound Mapper::case_bound(MappedContext& context, std::size_t depth, std::int32_t taken,
                         std::int32_t otherwise) {
  const std::uint32_t number = context.scope.path[depth];
  const Scope outside = context.scope.first(depth);
  const rdu_tree::SourcePlace place = shape_.controller(number).place;
  MappedContext*& source = cases_[{number, outside}];
  if (source == nullptr) {
    const std::string name = line_name(place, "case");
    source = &new_context(name, graph_.unit(unique(name), Unit::Kind::compute), outside, place);
  }
  const Operand bit = is_taken(*source, number, outside);
  const Operand word{source->maker.operation(Op::select, bit.node, source->maker.integer(taken),
                                             source->maker.integer(otherwise)),
                     false};
  const Operand made =
      connect({source, word}, context, numerics::word_i32, line_name(place, "taken"), false);
  return {0, context.maker.context().nodes[made.node].at};
}

Operand Mapper::mask_of(MappedContext& context) {
  if (!context.mask) {
    Operand all;
    for (std::size_t depth = 0; depth < context.scope.depth(); ++depth) {
      const std::uint32_t lane = context.scope.lanes[depth];
      if (lane == all_lanes) continue;
      all = both(context, all, lane_exists(context, depth, lane));
    }
    context.mask = all;
  }
  return *context.mask;
}

Operand Mapper::both(MappedContext& context, Operand a, Operand b) {
  if (a.node == none) return b;
  if (b.node == none) return a;
  return binary(context, Op::bit_and, a, b);
}

}  // namespace weft::program::rdu
