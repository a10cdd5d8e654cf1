// SPDX-License-Identifier: Apache-2.0
// Control programs: each makes one step for the front end.
#include <poplar/Program.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/api/state.hpp"

namespace poplar {

using core::new_step;
using core::Step;
using core::step_of;
using core::StepKind;

namespace core {

std::shared_ptr<Step> new_step(StepKind kind, std::string name) {
  auto step = std::make_shared<Step>();
  step->kind = kind;
  step->name = std::move(name);
  return step;
}

StepPointer step_of(const program::Program& program) {
  return program.getStep() ? program.getStep() : new_step(StepKind::sequence);
}

void append_step(program::Sequence& sequence, std::shared_ptr<Step> step) {
  sequence.add(program::Program(std::move(step)));
}

}  // namespace core

namespace program {
namespace {

/// The view of a tensor that decides something: one element of an integer type or BOOL.
core::front::View decider(const Tensor& tensor, const char* what) {
  const Type type = tensor.elementType();
  if (tensor.numElements() != 1 || (type != BOOL && type != INT && type != UNSIGNED_INT)) {
    throw control_program_error(
        std::string(what) + ": a tensor of type " + type.toString() + " and shape " +
        tensor.shapeToString() +
        " decides nothing; one element of type bool, int or unsigned int does");
  }
  return core::view_of(tensor);
}

std::shared_ptr<Step> loop(StepKind kind, const Program& condition, const Tensor& predicate,
                           const Program& body, const char* what, const DebugContext& name) {
  auto step = new_step(kind, name.getPathName());
  step->children = {step_of(condition), step_of(body)};
  step->views = {decider(predicate, what)};
  return step;
}

/// The step as one that nobody else sees, to be changed.
Step& own(std::shared_ptr<Step>& step, StepKind kind) {
  if (!step) {
    step = new_step(kind);
  } else if (step.use_count() > 1) {
    step = std::make_shared<Step>(*step);
  }
  return *step;
}

}  // namespace

Program::Program() = default;
Program::Program(const Program&) = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(const Program&) = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;
Program::Program(std::shared_ptr<Step> step) : step_(std::move(step)) {}

bool Program::isEmpty() const {
  return !step_ || (step_->kind == StepKind::sequence && step_->children.empty());
}

// --- order ---

Execute::Execute(ComputeSet cs, const DebugContext& debugContext)
    : Program(new_step(StepKind::execute, debugContext.getPathName())) {
  step_->id = cs.getId();
}

Execute::Execute(ArrayRef<ComputeSet> sets, const DebugContext& debugContext)
    : Program(new_step(StepKind::sequence, debugContext.getPathName())) {
  for (const ComputeSet& cs : sets) {
    step_->children.push_back(step_of(Execute(cs, debugContext)));
  }
}

Execute::Execute(ComputeSet, Tensor, const DebugContext&) {
  throw poplar_error("Execute with a tensor for what the vertices return is unsupported");
}

Sequence::Sequence(const DebugContext& debugContext)
    : Program(new_step(StepKind::sequence, debugContext.getPathName())) {}

Sequence::Sequence(std::initializer_list<Program> programs, const DebugContext& debugContext)
    : Sequence(debugContext) {
  for (const Program& program : programs) add(program);
}

Sequence::Sequence(const std::vector<Program>& programs, const DebugContext& debugContext)
    : Sequence(debugContext) {
  for (const Program& program : programs) add(program);
}

void Sequence::add(const Program& program) {
  core::StepPointer child = step_of(program);  // before: `program` may be this sequence
  own(step_, StepKind::sequence).children.push_back(std::move(child));
}

void Sequence::addAll(const DebugContext& debugContext) {
  own(step_, StepKind::sequence).name = debugContext.getPathName();
}

Block::Block(const Program& program, const DebugContext& debugContext)
    : Program(new_step(debugContext.getPathName().empty() ? StepKind::sequence : StepKind::block,
                       debugContext.getPathName())) {
  step_->children = {step_of(program)};
}

Repeat::Repeat(unsigned count, const Program& program, const DebugContext& debugContext)
    : Program(new_step(StepKind::repeat, debugContext.getPathName())) {
  step_->count = count;
  step_->children = {step_of(program)};
}

RepeatWhileTrue::RepeatWhileTrue(const Program& condition, Tensor predicate, const Program& body,
                                 const DebugContext& debugContext)
    : Program(loop(StepKind::repeat_while_true, condition, predicate, body, "RepeatWhileTrue",
                   debugContext)) {}

RepeatWhileFalse::RepeatWhileFalse(const Program& condition, Tensor predicate, const Program& body,
                                   const DebugContext& debugContext)
    : Program(loop(StepKind::repeat_while_false, condition, predicate, body, "RepeatWhileFalse",
                   debugContext)) {}

If::If(Tensor predicate, const Program& trueBody, const Program& falseBody,
       const DebugContext& debugContext)
    : Program(new_step(StepKind::if_, debugContext.getPathName())) {
  step_->views = {decider(predicate, "If")};
  step_->children = {step_of(trueBody), step_of(falseBody)};
}

// --- cases ---

Switch::Switch(Tensor control, const Program& defaultCaseBody, const DebugContext& debugContext)
    : Program(new_step(StepKind::switch_, debugContext.getPathName())) {
  step_->views = {decider(control, "Switch")};
  step_->children = {step_of(defaultCaseBody)};
}

Switch::Switch(Tensor control, const DebugContext& debugContext)
    : Switch(std::move(control), Program(), debugContext) {}

Switch::Switch(Tensor control, const std::vector<std::pair<std::int32_t, Program>>& cases,
               const Program& defaultCaseBody, const DebugContext& debugContext)
    : Switch(std::move(control), defaultCaseBody, debugContext) {
  for (const auto& [value, body] : cases) add(value, body);
}

Switch::Switch(Tensor control, const std::vector<std::pair<std::int32_t, Program>>& cases,
               const DebugContext& debugContext)
    : Switch(std::move(control), cases, Program(), debugContext) {}

Switch Switch::switchWithBoundsChecking(Tensor control,
                                        const std::vector<std::pair<std::int32_t, Program>>& cases,
                                        const DebugContext& debugContext) {
  const std::string name = debugContext.getPathName();
  return Switch(
      std::move(control), cases,
      Abort("Switch" + (name.empty() ? "" : " '" + name + "'") + ": the control value has no case"),
      debugContext);
}

Switch Switch::switchWithUnreachableDefault(Tensor control, const DebugContext& debugContext) {
  return Switch(std::move(control), debugContext);
}

Switch& Switch::add(std::int32_t value, const Program& body) {
  for (const auto& [known, child] : step_->cases) {
    if (known == value) {
      throw control_program_error("Switch: case " + std::to_string(value) + " is there already");
    }
  }
  core::StepPointer child = step_of(body);
  Step& step = own(step_, StepKind::switch_);
  const std::size_t at = step.cases.size();
  step.cases.emplace_back(value, static_cast<std::uint32_t>(at));
  step.children.insert(step.children.begin() + static_cast<std::ptrdiff_t>(at), std::move(child));
  return *this;
}

// --- the rest ---

Sync::Sync(SyncType type, const DebugContext& debugContext)
    : Program(new_step(StepKind::sync, debugContext.getPathName())) {
  step_->count = type == SyncType::INTERNAL ? 0 : 1;
}

Call::Call(Function f, const DebugContext& debugContext)
    : Program(new_step(StepKind::call, debugContext.getPathName())) {
  step_->id = f.getId();
}

Call::Call(HostFunction f, ArrayRef<Tensor> inputs, ArrayRef<Tensor> outputs, const DebugContext&)
    : Program(new_step(StepKind::host_function, f.handle())) {
  for (const Tensor& tensor : inputs) step_->views.push_back(core::view_of(tensor));
  for (const Tensor& tensor : outputs) step_->views.push_back(core::view_of(tensor));
  step_->count = inputs.size();
}

WriteUndef::WriteUndef(Tensor, const DebugContext&) {}
AssumeEqualAcrossReplicas::AssumeEqualAcrossReplicas(Tensor, const DebugContext&) {}
AssumeEqualAliases::AssumeEqualAliases(Tensor, const DebugContext&) {}

namespace {

std::shared_ptr<Step> printing(const std::string& title, const Tensor& tensor,
                               const PrintTensorFmt& fmt) {
  auto step = new_step(StepKind::print, core::encode({title, tensor.elementType(), fmt}));
  step->views = {core::view_of(tensor)};
  return step;
}

/// What a print without a title is titled by.
std::string default_title(const Tensor& tensor, const DebugContext& debugContext) {
  const std::string name = debugContext.getPathName();
  if (!name.empty()) return name;
  const auto variable = core::view_of(tensor).variable();
  return variable ? tensor.getImpl().graph->model.variables[*variable].name : "";
}

std::shared_ptr<Step> failing(const std::string& message, const DebugContext& debugContext) {
  const std::string name = debugContext.getPathName();
  const std::string text = message.empty() ? "the program was aborted" : message;
  return new_step(StepKind::abort, name.empty() ? text : name + ": " + text);
}

}  // namespace

PrintTensor::PrintTensor(Tensor t, const DebugContext& debugContext)
    : PrintTensor(std::move(t), PrintTensorFmt(), debugContext) {}
PrintTensor::PrintTensor(StringRef title, Tensor t, const DebugContext& debugContext)
    : PrintTensor(title, std::move(t), PrintTensorFmt(), debugContext) {}
PrintTensor::PrintTensor(Tensor t, const PrintTensorFmt& fmt, const DebugContext& debugContext)
    : Program(printing(default_title(t, debugContext), t, fmt)) {}
PrintTensor::PrintTensor(StringRef title, Tensor t, const PrintTensorFmt& fmt, const DebugContext&)
    : Program(printing(title, t, fmt)) {}

ErrorProgram::ErrorProgram(StringRef message, Tensor debugTensor, const DebugContext& debugContext)
    : Program(new_step(StepKind::sequence)) {
  step_->children = {step_of(PrintTensor(message, std::move(debugTensor))),
                     failing(message, debugContext)};
}

Abort::Abort(const DebugContext& debugContext) : Program(failing("", debugContext)) {}
Abort::Abort(const std::string& message, const DebugContext& debugContext)
    : Program(failing(message, debugContext)) {}

AbortOnCondition::AbortOnCondition(Tensor predicate, const DebugContext& debugContext)
    : AbortOnCondition(std::move(predicate), std::string(), debugContext) {}
AbortOnCondition::AbortOnCondition(Tensor predicate, const std::string& message,
                                   const DebugContext& debugContext)
    : Program(failing(message, debugContext)) {
  step_->views = {decider(predicate, "AbortOnCondition")};
}

}  // namespace program
}  // namespace poplar
