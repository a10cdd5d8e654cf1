// SPDX-License-Identifier: Apache-2.0
// Control code: sequences, loops, branches, calls.
#include "frontends/poplar/control.hpp"

#include <limits>
#include <string>
#include <utility>

namespace weft::frontends::poplar {

namespace ipu = program::ipu;
using ipu::Operation;

void Control::lower(const Steps& steps) {
  calls_.resize(steps.functions.size());
  for (const StepPointer& program : steps.programs) {
    program_.entries.push_back(here());
    if (context_.graph.stochastic_rounding) emit(Operation::random_seed, 1);
    lower(*program);
    emit(Operation::halt);
  }
  // Functions may call further ones, which are then at the end of the list.
  for (std::size_t f = 0; f < called_.size(); ++f) {
    const std::uint32_t function = called_[f];
    const std::uint32_t begin = here();
    lower(*steps.functions[function]);
    emit(Operation::return_);
    for (const std::uint32_t call : calls_[function]) program_.code[call].b = begin;
  }
}

void Control::lower(const Step& step) {
  switch (step.kind) {
    case StepKind::sequence:
      return sequence(step);
    case StepKind::execute:
      return execute(step);
    case StepKind::copy:
    case StepKind::fill:
      return copy_or_fill(step);
    case StepKind::stream_to_view:
    case StepKind::view_to_stream:
    case StepKind::remote_to_view:
    case StepKind::view_to_remote:
    case StepKind::print:
    case StepKind::host_function:
      return request(step);
    case StepKind::repeat:
      return repeat(step);
    case StepKind::repeat_while_true:
      return repeat_while(step, Operation::branch_false);
    case StepKind::repeat_while_false:
      return repeat_while(step, Operation::branch_true);
    case StepKind::if_:
      return branch(step);
    case StepKind::switch_:
      return switch_cases(step);
    case StepKind::call:
      return call(step);
    case StepKind::sync:
      emit(Operation::sync, step.count != 0 ? 1 : 0);
      return;
    case StepKind::cycle_count:
    case StepKind::cycle_stamp:
      return clock(step);
    case StepKind::stochastic:
      emit(Operation::random_seed, step.count != 0 ? 1 : 0);
      return;
    case StepKind::abort:
      return abort(step);
    case StepKind::block:
      return block(step);
  }
}

void Control::sequence(const Step& step) {
  for (const StepPointer& part : step.children) lower(*part);
}

void Control::execute(const Step& step) {
  const SetMoves& moves = sets_.moves_of(step.id);
  append(Operation::exchange, moves.before.exchanges);
  append(Operation::rearrange, moves.before.rearrangements);
  emit(Operation::execute, step.id);
  append(Operation::rearrange, moves.after.rearrangements);
  append(Operation::exchange, moves.after.exchanges);
}

void Control::copy_or_fill(const Step& step) {
  const bool copy = step.kind == StepKind::copy;
  Moves moves = copy ? moves_of_copy(context_, step) : fills_.moves_of(step);
  if (!copies_.independent_of(moves)) flush();
  copies_.add(!step.name.empty() ? step.name : copy ? "copy" : "fill", std::move(moves));
}

void Control::flush() {
  if (copies_.empty()) return;
  const MoveNumbers numbers = copies_.take(context_.moves);
  append(Operation::exchange, numbers.exchanges);
  append(Operation::rearrange, numbers.rearrangements);
}

void Control::repeat(const Step& step) {
  if (step.count == 0) return;
  const std::uint32_t counter = program_.counters++;
  emit(Operation::set_counter, counter, count(step.count));
  const std::uint32_t top = here();
  lower(child(step, 0));
  emit(Operation::repeat, counter, top);
}

void Control::repeat_while(const Step& step, Operation leave) {
  const std::uint32_t top = here();
  lower(child(step, 0));
  const std::uint32_t out = emit(leave, place_of(step.views.at(0)));
  lower(child(step, 1));
  emit(Operation::jump, 0, top);
  land(out);
}

void Control::branch(const Step& step) {
  const std::uint32_t otherwise = emit(Operation::branch_false, place_of(step.views.at(0)));
  lower(child(step, 0));
  if (step.children.size() < 2) return land(otherwise);
  const std::uint32_t out = emit(Operation::jump);
  land(otherwise);
  lower(child(step, 1));
  land(out);
}

namespace {

/// A case as the bits of a selector that has its value (program::ipu::Place).
std::uint64_t selector_bits(std::int64_t value) {
  constexpr std::int64_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (value < least || value > most) {
    complain(Complaint::other, "case " + std::to_string(value) + " is no number of 32 bits");
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

void Control::switch_cases(const Step& step) {
  const std::uint32_t selector = place_of(step.views.at(0));
  std::vector<std::uint32_t> entries;
  for (const auto& [value, number] : step.cases) {
    const std::uint32_t wanted = count(selector_bits(value));
    entries.push_back(emit(Operation::branch_equal, selector, 0, wanted));
  }
  lower(child(step, step.children.size() - 1));
  std::vector<std::uint32_t> exits{emit(Operation::jump)};
  for (std::size_t c = 0; c < step.cases.size(); ++c) {
    land(entries[c]);
    lower(child(step, step.cases[c].second));
    exits.push_back(emit(Operation::jump));
  }
  for (const std::uint32_t exit : exits) land(exit);
}

void Control::call(const Step& step) {
  std::vector<std::uint32_t>& calls = calls_.at(step.id);
  if (calls.empty()) called_.push_back(step.id);
  calls.push_back(emit(Operation::call));
}

void Control::clock(const Step& step) {
  const std::uint32_t place = clock_place_of(step.views.at(0), step.id);
  emit(Operation::read_clock, place, 0);
  if (step.kind == StepKind::cycle_stamp) return;
  lower(child(step, 0));
  emit(Operation::read_clock, place, 1);
}

void Control::abort(const Step& step) {
  std::uint32_t skip = 0;
  if (!step.views.empty()) skip = emit(Operation::branch_false, place_of(step.views[0]));
  emit(Operation::abort, static_cast<std::uint32_t>(program_.texts.size()));
  program_.texts.push_back(step.name);
  if (!step.views.empty()) land(skip);
}

// The marks cost nothing and hold back nothing: copies that wait still join those behind them.
void Control::block(const Step& step) {
  program_.code.push_back({Operation::enter, text(step.name), 0, 0});
  lower(child(step, 0));
  program_.code.push_back({Operation::leave, 0, 0, 0});
}

std::uint32_t Control::text(const std::string& text) {
  const auto [at, added] =
      texts_.try_emplace(text, static_cast<std::uint32_t>(program_.texts.size()));
  if (added) program_.texts.push_back(text);
  return at->second;
}

const Step& Control::child(const Step& step, std::size_t number) const {
  if (number < step.children.size()) return *step.children[number];
  complain(Complaint::other, "a control program lacks child " + std::to_string(number) + " of " +
                                 std::to_string(step.children.size()));
}

}  // namespace weft::frontends::poplar
