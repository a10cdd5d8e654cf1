// SPDX-License-Identifier: Apache-2.0
// Conditions that only the accelerator knows, and the Accel block itself: see stager.hpp.
#include <algorithm>
#include <span>
#include <utility>

#include "base/number_text.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {

bool Stager::has_controllers(const Frame& frame) const {
  return std::any_of(frame.steps.begin(), frame.steps.end(),
                     [](const tree::Step& step) { return step.is_controller; });
}

/// What the nodes of a frame do to memories, they do only where `condition` is 1.
void Stager::enable_all(Frame& frame, std::uint32_t condition, const Node* at) {
  std::vector<tree::Step> steps;
  for (const tree::Step& step : frame.steps) {
    if (tree::is_memory_operation(tree_.nodes[step.index].operation)) {
      std::uint32_t enable = condition;
      if (tree_.nodes[step.index].enable != tree::none) {
        frames_.push_back({frame.controller, {}});
        enable = as_node(node(tree::Operation::bit_and, tree::bit_type,
                              {tree_.nodes[step.index].enable, condition}, at),
                         tree::bit_type);
        steps.push_back(frames_.back().steps[0]);
        frames_.pop_back();
      }
      tree_.nodes[step.index].enable = enable;
    }
    steps.push_back(step);
  }
  frame.steps = std::move(steps);
}

/// Without controllers inside: both sides run, their effects by the condition. With: a branch.
Value Stager::branch(Interpreter& interpreter, const Node* node_at, const Value& condition,
                     const Ref<Scope>& scope) {
  const std::uint32_t outer = frames_.back().controller;
  const auto bit = static_cast<std::uint32_t>(condition.bits);
  const auto add = [&](tree::ControllerKind kind, std::uint32_t parent) {
    tree::Controller made;
    made.kind = kind;
    made.parent = parent;
    made.place = place_of(node_at);
    tree_.controllers.push_back(std::move(made));
    return static_cast<std::uint32_t>(tree_.controllers.size() - 1);
  };
  const auto run = [&](const Node* side, std::uint32_t index, Frame& frame) {
    frames_.push_back({index, {}});
    const Value value = side != nullptr ? interpreter.evaluate(side, scope) : unit_value();
    const Value held =
        value.kind == ValueKind::memory ? interpreter.read_if_register(value, side) : value;
    frame = std::move(frames_.back());
    frames_.pop_back();
    return held;
  };
  Frame yes_frame;
  Frame no_frame;
  const std::uint32_t made = add(tree::ControllerKind::branch, outer);
  const std::uint32_t yes_case = add(tree::ControllerKind::branch_case, made);
  const std::uint32_t no_case = add(tree::ControllerKind::branch_case, made);
  const Value yes = run(node_at->parts[1], yes_case, yes_frame);
  const Value no = run(node_at->parts[2], no_case, no_frame);
  if (has_controllers(yes_frame) || has_controllers(no_frame)) {
    frames_.back().steps.push_back({true, made});
    tree_.controllers[made].steps = {{true, yes_case}, {true, no_case}};
    tree_.controllers[yes_case].condition = bit;
    tree_.controllers[yes_case].steps = std::move(yes_frame.steps);
    tree_.controllers[no_case].steps = std::move(no_frame.steps);
  } else {
    tree_.controllers.resize(made);
    for (tree::Memory& memory : tree_.memories) {
      if (memory.owner >= made && memory.owner != tree::none) memory.owner = outer;
    }
    const std::uint32_t inverse =
        as_node(node(tree::Operation::bit_not, tree::bit_type, {bit}, node_at), tree::bit_type);
    enable_all(yes_frame, bit, node_at);
    enable_all(no_frame, inverse, node_at);
    for (Frame* frame : {&yes_frame, &no_frame}) {
      auto& steps = frames_.back().steps;
      steps.insert(steps.end(), frame->steps.begin(), frame->steps.end());
    }
  }
  const bool values = yes.kind != ValueKind::unit && no.kind != ValueKind::unit;
  if (!values || node_at->parts[2] == nullptr) return unit_value();
  return select(condition, yes, no, node_at);
}

void Stager::accelerate(const Node* body, const Ref<Scope>& scope, const Node* at, bool forever) {
  if (staging()) interpreter_.fail(at, "an Accel stands in an Accel");
  tree_.nodes.clear();
  tree_.controllers.clear();
  constants_.clear();
  for (tree::Memory& memory : tree_.memories) {
    if (memory.owner != tree::none) memory.owner = 0;  // of an Accel before: nothing names it now
  }
  open(tree::ControllerKind::accelerator, at);
  if (forever) {
    const std::uint32_t loop = open(tree::ControllerKind::loop, at);
    std::vector<tree::Counter> counters(1);
    iterators(counters, at);
    tree_.controllers[loop].counters = counters;
  }
  interpreter_.evaluate(body, scope);
  if (forever) close();
  close();
  tree::Tree made = tree_;
  tree::schedule(made);
  interpreter_.outcome().trees.push_back(made);
  if (!interpreter_.options().accelerate) {
    interpreter_.unsupported(at, "this Accel was staged, and nothing is there to run it");
  }
  read_streams();
  try {
    interpreter_.options().accelerate(made, contents_);
  } catch (const tree::RunError& error) {
    if (error.place.line == 0) throw;
    interpreter_.sources().fail(
        interpreter_.sources().place_of(made.files[error.place.file],
                                        {error.place.line, error.place.column}),
        error.message, error.category());
  }
  write_streams();
}

/// Tokens of input streams, from the files that their buses name: a line a token.
void Stager::read_streams() {
  for (std::uint32_t i = 0; i < tree_.memories.size(); ++i) {
    const tree::Memory& memory = tree_.memories[i];
    if (memory.kind != tree::MemoryKind::stream_in) continue;
    contents_[i].clear();
    const auto& files = interpreter_.written_files();
    const auto found = files.find(stream_files_[i]);
    if (found == files.end()) {
      fail(Category::input, "stream " + memory.name + ": no file " + stream_files_[i]);
    }
    std::size_t field = 0;
    std::string word;
    for (const char c : found->second + "\n") {
      if (c != ',' && c != '\n') {
        word += c;
        continue;
      }
      if (!word.empty()) {
        const auto value = weft::real_of(word);
        if (!value) fail(Category::input, stream_files_[i] + ": \"" + word + "\" is no number");
        contents_[i].push_back(tree::from_double(*value, memory.fields[field]));
        field = (field + 1) % memory.fields.size();
      }
      word.clear();
    }
  }
}

void Stager::write_streams() {
  for (std::uint32_t i = 0; i < tree_.memories.size(); ++i) {
    const tree::Memory& memory = tree_.memories[i];
    if (memory.kind != tree::MemoryKind::stream_out) continue;
    std::string text;
    const std::size_t fields = memory.fields.size();
    for (std::size_t k = 0; k < contents_[i].size(); ++k) {
      const tree::NumberType type = memory.fields[k % fields];
      text += type == tree::bit_type ? std::to_string(contents_[i][k])
                                     : tree::number_text(contents_[i][k], type);
      text += (k + 1) % fields == 0 ? "\n" : ",";
    }
    interpreter_.written_files()[stream_files_[i]] = std::move(text);
  }
}

}  // namespace weft::spatial
